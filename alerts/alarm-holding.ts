/**
 * What people and the topology say of alarms: shelve it until, suppress it by that, let it go, its
 * case is closed. Finds whom it concerns, refuses what is no sense, and hands it to the keeper.
 */

import type { AlarmRecord } from "../model/alarm.ts";
import { bearerIdOf, bearerName } from "../model/alarm-bearer.ts";
import { DAY_MS, type Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Holds } from "./alarm-holds.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";
import type { HoldTarget } from "./alarm-shelving.ts";
import { type AlarmBearer, slotsOf } from "./alarm-slots.ts";
import { readAlarm } from "./alarm-tables.ts";
import type { Shelf } from "./hold-tables.ts";
import type { Unsaved } from "./unsaved.ts";

export interface ShelveWords extends Shelf {
  /** May he who asks keep back what protects lives? */
  mayShelveLifeSafety: boolean;
}

export interface AlarmHolding {
  /**
   * Keeps device and rule of an alarm, which may be over, from being told until then; shelved
   * already, the new shelf counts. Answers the alarm that shows it.
   * @throws ALARM_NOT_FOUND, ALARM_STATE_REFUSED, REQUEST_INVALID, ROLE_REFUSED
   */
  shelve(sql: Sql, alarmId: string, words: ShelveWords, now: Instant): Promise<AlarmRecord>;
  /** Ends its shelf. @throws ALARM_NOT_FOUND, ALARM_STATE_REFUSED where it has none */
  unshelve(sql: Sql, alarmId: string, now: Instant): Promise<AlarmRecord>;
  /** `by` is the cause; several may suppress the same. Again it changes nothing. */
  suppress(target: HoldTarget, by: string, now: Instant): void;
  /** What nothing holds any more and is active and untold is told. */
  release(target: HoldTarget, by: string, now: Instant): void;
  /** The case of a condition is closed: alarms that are normal again and wait for a person are over. */
  reset(assetId: string, conditionId: string, now: Instant): void;
}

export function createAlarmHolding(deps: {
  keeper: AlarmKeeper;
  holds: Holds;
  /** Devices of an asset, and itself where it bears alarms. */
  bearersOf(assetId: string): AlarmBearer[];
  hasRule(bearerId: string, ruleId: string): boolean;
  unsaved: Pick<Unsaved, "alarmOf">;
  zone: TimeZone;
}): AlarmHolding {
  const { keeper, holds, unsaved, zone } = deps;

  const need = async (sql: Sql, alarmId: string): Promise<AlarmRecord> => {
    // After a transaction that failed the database is behind.
    const known = keeper.find(alarmId) ?? unsaved.alarmOf(alarmId);
    const alarm = known ?? (await readAlarm(sql, alarmId));
    if (alarm !== undefined) return alarm;
    throw new GridwardenError("ALARM_NOT_FOUND", `no alarm has the id '${alarmId.slice(0, 64)}'`);
  };

  const checkUntil = (until: Instant, now: Instant): void => {
    const latest = now + LIMITS.shelveMsMax;
    if (until > now && until <= latest) return;
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'until': got '${zone.iso(until)}', wanted a time after now and within ${LIMITS.shelveMsMax / DAY_MS} days, at most '${zone.iso(latest)}'; to end a shelf, unshelve it`,
    );
  };

  const checkHoldable = (alarm: AlarmRecord, words: ShelveWords): void => {
    if (alarm.lifeSafety && !words.mayShelveLifeSafety) {
      throw new GridwardenError(
        "ROLE_REFUSED",
        `alarm '${alarm.alarmId}' is life safety; only admin and shift-lead may shelve it`,
        { details: { action: "alarms.shelve", allowed: ["admin", "shift-lead"] } },
      );
    }
    if (deps.hasRule(bearerIdOf(alarm), alarm.ruleId)) return;
    throw new GridwardenError(
      "ALARM_STATE_REFUSED",
      `alarm '${alarm.alarmId}' cannot be shelved: ${bearerName(alarm)} has no rule '${alarm.ruleId}' any more`,
      { details: { state: alarm.state } },
    );
  };

  const suppressorsOf = ({ bearerId, ruleId }: HoldTarget): readonly string[] =>
    holds.of(bearerId, ruleId)?.suppressedBy ?? [];

  return {
    async shelve(sql, alarmId, words, now) {
      const alarm = await need(sql, alarmId);
      checkUntil(words.until, now);
      checkHoldable(alarm, words);
      const { until, by, reason } = words;
      return keeper.shelve(alarm, { until, by, reason }, now);
    },
    async unshelve(sql, alarmId, now) {
      const alarm = await need(sql, alarmId);
      const after = keeper.unshelve(alarm, now);
      if (after !== undefined) return after;
      throw new GridwardenError(
        "ALARM_STATE_REFUSED",
        `alarm '${alarmId}' of ${bearerName(alarm)} is not shelved`,
        { details: { state: alarm.state } },
      );
    },
    suppress(target, by, now) {
      const before = suppressorsOf(target);
      if (before.includes(by)) return;
      keeper.suppress(target, [...before, by].sort(), now);
    },
    release(target, by, now) {
      const before = suppressorsOf(target);
      if (!before.includes(by)) return;
      keeper.suppress(
        target,
        before.filter((each) => each !== by),
        now,
      );
    },
    reset(assetId, conditionId, now) {
      for (const bearer of deps.bearersOf(assetId)) {
        for (const slot of slotsOf(bearer)) {
          // What its rule files by now is another matter than what it opened a case of.
          if (slot.alarm?.conditionId === conditionId) keeper.reset(slot, now);
        }
      }
    },
  };
}
