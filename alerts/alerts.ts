/**
 * Alerts: judged readings become alarms. Every device carries the rules of its asset's class; a
 * rule that a reading breaks moves the alarm of that rule on that device.
 * Time is the readings' own `receivedAt` and what `tick` is told, which must not run ahead of
 * readings still to be judged; so a replay gives the same alarms with the same ids.
 * A transaction saves (`save`, as often as it likes) and tells the others (`pending`); what it did
 * of both is done with `committed`, and done again where the transaction failed.
 */

import type { AlarmHappening, AlarmRecord, ConditionHealth } from "../model/alarm.ts";
import { bearerIdOf, isNode } from "../model/alarm-bearer.ts";
import type { AssetClass } from "../model/asset-class.ts";
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Reading } from "../model/reading.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Rule } from "../model/rule.ts";
import { type AlarmHolding, createAlarmHolding } from "./alarm-holding.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";
import { type Acknowledgement, plainRecord } from "./alarm-records.ts";
import {
  type AlarmFilter,
  type AlarmPage,
  deleteWatch,
  listAlarms,
  readAlarm,
  readDeafSpans,
  readOverShelved,
  readStates,
  readWatches,
  writeAlarm,
  writeDeafSpans,
  writeState,
  writeWatch,
} from "./alarm-tables.ts";
import { createAssetValues } from "./asset-values.ts";
import { type Backtest, type BacktestRequest, type HeldUntil, planBacktest } from "./backtest.ts";
import { readRaises } from "./chatter.ts";
import { createConditionHealth, type ReportedOf } from "./condition-health.ts";
import type { ConditionWatches } from "./condition-watches.ts";
import { readHolds, writeHold } from "./hold-tables.ts";
import { createJudging } from "./judging.ts";
import { type LookBack, lookBacksOf, type Remembered, remember } from "./look-backs.ts";
import { alertsMigrations } from "./migrations.ts";
import { createMissing, noteReported } from "./missing.ts";
import { createParts } from "./parts.ts";
import { nextVersion, type RuleInput } from "./rule-check.ts";
import { type RuleRow, readRules, readVersions, writeRule } from "./rule-tables.ts";
import { createSilence } from "./silence.ts";
import { standsMs } from "./standing.ts";
import type { Unsaved } from "./unsaved.ts";

export type {
  AssetTrial,
  Backtest,
  BacktestAsset,
  BacktestRequest,
  BacktestResult,
  HeldUntil,
} from "./backtest.ts";
export { plannedLight } from "./lighting-plan.ts";
export type { LookBack, Remembered } from "./look-backs.ts";
export { alertsMigrations };

export interface AlertsDeps {
  registry: RegistryView;
  classes: readonly AssetClass[];
  zone: TimeZone;
  log: Log;
  metrics: Metrics;
  /**
   * What each device of an asset has ever reported: a device that never reported a condition's
   * measurement is not asked for proof of it. Without it every device with such a rule is.
   */
  latest?: ReportedOf;
  /**
   * The gateway of any device, also of one that the registry here leaves out since it is not judged:
   * what it says shows that its gateway is there. Without it the registry's own devices count alone.
   */
  gatewayOf?: (deviceId: string) => string | undefined;
}

export interface AlertsOptions {
  /** How often all devices are looked over for silence and for changes of the registry. */
  lookOverPeriodMs?: number;
}

/** What a tick knows beside the time that it may judge up to. */
export interface TickWords {
  /** False while nothing can reach the platform: nobody is called silent. True when absent. */
  canHear?: boolean;
  /**
   * The clock's own time, told when nothing waits to be judged: nothing can have come after it. What
   * claims to came before the clock was set back, and counts from it.
   */
  clockAt?: Instant;
}

export interface Alerts extends AlarmHolding {
  readonly migrations: readonly Migration[];
  /**
   * Restores what was saved; first of all calls. `downSince`: when the platform was last at work;
   * from then to `now` no device is silent. Without it all silence begins anew.
   */
  load(sql: Sql, at: { now: Instant; downSince?: Instant }): Promise<void>;
  /**
   * When a device was heard before the start, after `load`; of several times the newest counts.
   * `measurement`: by a value of this one, which is expected of it from then on.
   */
  setHeard(deviceId: string, at: Instant, measurement?: string): void;
  /**
   * Series whose recent past rules look back on, of all devices or of those that a rule binds; what
   * is known of it is told by `remember`.
   */
  lookBacks(ruleId?: string): LookBack[];
  /** Readings of before, in any order; told again they change nothing, and none is judged. */
  remember(readings: readonly Remembered[]): void;
  /** New readings in the journal's order. Not those that a replay only stores again. */
  judge(readings: readonly Reading[]): void;
  /**
   * What devices told before and is judged from `now` on, since they came into service; what is
   * older than such a device may be silent says nothing of now. Told again it changes nothing.
   */
  judgeStanding(readings: readonly Reading[], now: Instant): void;
  heard(deviceId: string, at: Instant): void;
  /**
   * From `since` to `until` nothing could reach the platform: no silence is counted over it. Told
   * before what was received after `until` is judged; again, or overlapping, it counts once. What
   * deaf ticks have told need not be told again.
   */
  deaf(since: Instant, until: Instant): void;
  tick(now: Instant, words?: TickWords): void;
  pending(): readonly AlarmHappening[];
  /** Also records of which nobody is told, since they are held. */
  hasUnsavedAlarms(): boolean;
  save(tx: Sql): Promise<void>;
  committed(): void;
  /** @throws ALARM_NOT_FOUND where no such alarm stands, ALARM_STATE_REFUSED the second time. */
  acknowledge(alarmId: string, by: Acknowledgement, now: Instant): AlarmRecord;
  list(sql: Sql, filter: AlarmFilter): Promise<AlarmPage>;
  get(sql: Sql, alarmId: string): Promise<AlarmRecord | undefined>;
  rules(): readonly Rule[];
  rule(ruleId: string): Rule | undefined;
  /** Every version that was put, the newest first. */
  ruleVersions(sql: Sql, ruleId: string): Promise<RuleRow[]>;
  /**
   * Puts a rule in the place of the one with its id, or a new one beside the others; it counts at
   * once, its alarms stand as they were raised. A `version` must be the one that stands.
   * @throws GridwardenError RULE_INVALID, with every fault; RULE_VERSION_CONFLICT
   */
  putRule(rule: RuleInput, by: { by: string; now: Instant }): Rule;
  /** What `putRule` would make of it, and nothing done. @throws as `putRule` */
  checkRule(rule: RuleInput): Rule;
  /**
   * A rule to be tried on stored readings; it touches nothing that is live. `heldUntil`: how long an
   * alarm of a filing condition that is over at `at` keeps its case from being another's.
   * @throws RULE_NOT_FOUND, RULE_INVALID, RULE_VERSION_CONFLICT, REQUEST_INVALID
   */
  backtest(request: BacktestRequest, heldUntil: HeldUntil): Backtest;
  /** Overrides that name an asset that is not there: harmless, and worth a look. */
  strayOverrides(rule: Rule): string[];
  /** Again with the same `since` changes nothing; with another the proof begins anew. */
  watch(assetId: string, conditionId: string, since: Instant): void;
  unwatch(assetId: string, conditionId: string): void;
  health(assetId: string, conditionId: string): ConditionHealth;
  /** Does an alarm of this condition stand on any device of the asset? */
  isAlarming(assetId: string, conditionId: string): boolean;
}

const LOOK_OVER_PERIOD_MS = 5_000;
/** Before anything was heard. */
const LONG_AGO: Instant = 0;

export function createAlerts(deps: AlertsDeps, options: AlertsOptions = {}): Alerts {
  const log = deps.log.of("alerts");
  const lookOverPeriodMs = options.lookOverPeriodMs ?? LOOK_OVER_PERIOD_MS;
  /** Newest version of rules that were put and that this build cannot read. */
  const unreadableVersions = new Map<string, number>();
  const counters = declareCounters(deps.metrics);
  const parts = createParts({ ...deps, onHappening: counters.happened });
  const { book, unsaved, holds, keeper, watches, deafness, devices, nodes, gateways } = parts;
  const bearer = (bearerId: string) => devices.known(bearerId) ?? nodes.find(bearerId);
  const holding = createAlarmHolding({
    ...{ keeper, holds, unsaved, bearersOf: parts.bearersOf },
    hasRule: (bearerId, ruleId) => bearer(bearerId)?.rules.all.has(ruleId) === true,
    zone: deps.zone,
  });
  const reportedOf = deps.latest ?? (() => []);
  const missing = createMissing(keeper, deafness);
  const values = createAssetValues(deps, devices.ofAsset);
  const judge = createJudging({ devices, keeper, watches, values, missing });
  const silence = createSilence(devices, keeper, deafness, missing);
  const conditions = createConditionHealth({
    ...{ devices, nodes },
    watches,
    reportedOf,
    deafness,
    liveBelow: parts.liveBelow,
  });
  let lookedOverAt = Number.NEGATIVE_INFINITY;
  declareGauges(deps.metrics, keeper, watches);

  function onUnreadableRule(ruleId: string, version: number, error: unknown): void {
    unreadableVersions.set(ruleId, version);
    log.error("a changed rule cannot be read by this version; its class's own counts instead", {
      ruleId,
      error: String(error),
    });
  }

  function followClock(clockAt: Instant): void {
    keeper.notAfter(clockAt);
    devices.notAfter(clockAt);
    gateways.notAfter(clockAt);
    deafness.notAfter(clockAt);
  }

  async function restoreHolds(sql: Sql): Promise<void> {
    const over = new Map(
      (await readOverShelved(sql)).map((alarm) => [`${bearerIdOf(alarm)} ${alarm.ruleId}`, alarm]),
    );
    for (const hold of await readHolds(sql)) {
      const last = over.get(`${hold.bearerId} ${hold.ruleId}`);
      holds.restore(last === undefined ? hold : { ...hold, last: plainRecord(last, "normal") });
    }
  }

  return {
    migrations: alertsMigrations,
    ...holding,
    async load(sql, { now, downSince }) {
      for (const rule of await readRules(sql, onUnreadableRule)) book.replace(rule);
      devices.begin(now);
      deafness.restore(await readDeafSpans(sql));
      deafness.notAfter(now);
      deafness.add(downSince ?? LONG_AGO, now);
      for (const watch of await readWatches(sql)) watches.restore(watch);
      devices.lookOver(now);
      await restoreHolds(sql);
      for (const { at, ...target } of await readRaises(sql, now)) parts.chatter.raised(target, at);
      let strayCount = 0;
      for (const { row, alarm } of await readStates(sql)) {
        const bearers = isNode(row.bearerId) ? nodes : devices;
        if (!bearers.restore(row, alarm, now)) strayCount++;
      }
      keeper.reviewRestored(now);
      for (const { bearerId } of holds.all()) {
        if (bearer(bearerId) === undefined) keeper.dropHolds(bearerId);
      }
      log.info("alarms restored", { ...keeper.counts(), strays: strayCount });
    },
    setHeard(deviceId, at, measurement) {
      devices.setHeard(deviceId, at, measurement);
      gateways.setHeard(deviceId, at);
    },
    lookBacks: (ruleId) => lookBacksOf(devices.all(), ruleId),
    remember: (readings) => remember(devices, readings),
    judge(readings) {
      judge(readings);
      counters.judged(readings.length);
    },
    judgeStanding(readings, now) {
      const isStanding = ({ deviceId, observedAt }: Reading): boolean => {
        const device = devices.find(deviceId, now);
        return device !== undefined && now - observedAt <= standsMs(device, deps.classes);
      };
      judge(readings.filter(isStanding), now);
    },
    heard(deviceId, at) {
      const device = devices.find(deviceId, at);
      if (device !== undefined) silence.heard(device, at);
      gateways.heard(deviceId, at);
    },
    deaf: deafness.add,
    tick(now, { canHear = true, clockAt } = {}) {
      if (clockAt !== undefined) followClock(clockAt);
      keeper.tick(now);
      deafness.note(now, canHear);
      if (Math.abs(now - lookedOverAt) < lookOverPeriodMs) return;
      lookedOverAt = now;
      parts.forget();
      devices.lookOver(now);
      nodes.renew(now);
      parts.lookOver(now);
      if (!canHear) return;
      // What is lost with its gateway is not missed by itself.
      gateways.lookOver(now);
      silence.lookOver(now);
      parts.noteHeard();
    },
    pending: () => unsaved.pending(),
    hasUnsavedAlarms: () => unsaved.hasAlarms(),
    save: (tx) => writeUnsaved(tx, unsaved),
    committed: () => unsaved.committed(),
    acknowledge: (alarmId, by, now) => keeper.acknowledge(alarmId, by, now),
    list: listAlarms,
    get: readAlarm,
    rules: book.rules,
    rule: book.rule,
    ruleVersions: readVersions,
    checkRule: (input) => nextVersion(input, book.rule(input.ruleId), deps.classes, book.rules()),
    putRule(input, { by, now }) {
      const next = nextVersion(input, book.rule(input.ruleId), deps.classes, book.rules());
      // A version that this build could not read is followed, not met again.
      const after = unreadableVersions.get(input.ruleId) ?? 0;
      const rule = { ...next, version: Math.max(next.version, after + 1) };
      unsaved.rule({ rule, changedAt: now, changedBy: by });
      book.replace(rule);
      parts.forget();
      devices.renewRules(now);
      nodes.renew(now);
      parts.lookOver(now);
      noteReported(rule, devices.all(), reportedOf);
      return rule;
    },
    backtest: (request, heldUntil) =>
      planBacktest({ ...deps, heldUntil, deaf: deafness.spans() }, request, (ruleId) =>
        book.rule(ruleId),
      ),
    strayOverrides: (rule) =>
      (rule.overrides ?? [])
        .map(({ assetId }) => assetId)
        .filter((id) => id !== undefined && deps.registry.asset(id) === undefined) as string[],
    watch(assetId, conditionId, since) {
      watches.watch(assetId, conditionId, since);
      devices.rewatch(assetId);
    },
    unwatch(assetId, conditionId) {
      watches.unwatch(assetId, conditionId);
      devices.rewatch(assetId);
    },
    health: conditions.health,
    isAlarming: conditions.isAlarming,
  };
}

async function writeUnsaved(tx: Sql, unsaved: Unsaved): Promise<void> {
  const { states, alarms, watches, rules, holds, deafSpans } = unsaved.freeze();
  for (const rule of rules) await writeRule(tx, rule);
  for (const alarm of alarms) await writeAlarm(tx, alarm);
  for (const state of states) await writeState(tx, state);
  for (const hold of holds) await writeHold(tx, hold);
  for (const change of watches) {
    if (change.kind === "kept") await writeWatch(tx, change.row);
    else await deleteWatch(tx, change);
  }
  if (deafSpans !== undefined) await writeDeafSpans(tx, deafSpans);
}

function declareCounters(metrics: Metrics) {
  const readings = metrics.counter(
    "gridwarden_alerts_readings_judged_total",
    "New readings that came to be judged.",
  );
  const happenings = metrics.counter(
    "gridwarden_alerts_happenings_total",
    "What was told of alarms: raised, told again, acknowledged, returned, latched or cleared.",
    ["kind"],
  );
  return {
    judged: (count: number): void => readings.add(count),
    happened: ({ kind }: AlarmHappening): void => happenings.add(1, { kind }),
  };
}

function declareGauges(metrics: Metrics, keeper: AlarmKeeper, watches: ConditionWatches): void {
  metrics.gauge(
    "gridwarden_alerts_standing",
    "Alarms that are not over, held ones too.",
    () => keeper.counts().alarms,
  );
  metrics.gauge(
    "gridwarden_alerts_delays",
    "On-delays, off-delays and reminders that run.",
    () => keeper.counts().delays,
  );
  metrics.gauge(
    "gridwarden_alerts_holds",
    "Devices and rules that are shelved or suppressed.",
    () => keeper.counts().holds,
  );
  metrics.gauge(
    "gridwarden_alerts_related",
    "What is remembered of alarms that wait for, are held by or hold others; 0 when all is well.",
    () => keeper.counts().related,
  );
  metrics.gauge(
    "gridwarden_alerts_conditions_watched",
    "Assets and conditions whose repair waits for proof.",
    () => watches.count(),
  );
}
