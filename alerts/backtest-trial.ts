/**
 * One asset in a backtest: its devices go through the judging of live, once for each rule that is
 * compared, with alarm machines that nobody else sees. Nobody acknowledges, nobody resets, nothing
 * holds an alarm back. Time is the readings' own; what runs at the end ends by it, or never.
 */
import type { AssetClass } from "../model/asset-class.ts";
import type { Instant } from "../model/clock.ts";
import type { DeviceId } from "../model/ids.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Reading } from "../model/reading.ts";
import type { DeviceEntry } from "../model/registry.ts";
import { Severity } from "../model/rule.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";
import { nextAlarm } from "./alarm-machine.ts";
import { type AlarmSlot, putState, slotFor } from "./alarm-slots.ts";
import type { AlarmEffect, AlarmStep } from "./alarm-states.ts";
import { createAssetValues } from "./asset-values.ts";
import type { AssetTrial } from "./backtest.ts";
import type { BacktestTally, TriedAlarm } from "./backtest-tally.ts";
import { createDeafness, type DeafSpan } from "./deafness.ts";
import { createDevicePast } from "./device-past.ts";
import type { JudgedDevice } from "./devices.ts";
import { createJudging } from "./judging.ts";
import { remember } from "./look-backs.ts";
import { createMissing } from "./missing.ts";
import type { RuleSet } from "./rule-book.ts";
import { createSilence } from "./silence.ts";

interface TrialDeps {
  zone: TimeZone;
  classes: readonly AssetClass[];
  deaf: readonly DeafSpan[];
  tally: BacktestTally;
}

interface TrialOptions {
  devices: readonly DeviceEntry[];
  /** One for each rule that is compared. */
  sets: readonly RuleSet[];
  from: Instant;
  to: Instant;
}

export function createAssetTrial(deps: TrialDeps, options: TrialOptions): AssetTrial {
  const { from, to } = options;
  const sides = options.sets.map((rules) => createSide(deps, options, rules));
  let readingCount = 0;
  return {
    feed(readings) {
      // They are in order of time, so those to be remembered come first.
      const begin = readings.findIndex(({ observedAt }) => observedAt >= from);
      const before = begin < 0 ? readings : readings.slice(0, begin);
      const within = begin < 0 ? [] : readings.slice(begin);
      readingCount += within.length;
      for (const side of sides) {
        side.remember(before);
        side.judge(within);
      }
    },
    end() {
      deps.tally.add(
        { devices: options.devices.length, readings: readingCount },
        sides.map((side) => side.alarmsUntil(to)),
      );
    },
  };
}

function createSide(
  { zone, classes, deaf, tally }: TrialDeps,
  { devices: entries, from }: TrialOptions,
  rules: RuleSet,
) {
  const devices = new Map<string, JudgedDevice>();
  for (const { device, asset } of entries) {
    devices.set(device.deviceId, {
      deviceId: device.deviceId,
      bearerId: device.deviceId,
      asset,
      rules,
      transport: device.transport,
      past: createDevicePast(zone, asset, rules),
      slots: new Map(),
      watches: [],
      // Silence begins anew.
      heardAt: from,
      isHeard: false,
      measured: undefined,
      boundAt: from,
      round: 0,
    });
  }
  const alarms: TriedAlarm[] = [];
  const machines = createMachines(alarms, tally);
  const deafness = createDeafness();
  deafness.restore(deaf);
  const missing = createMissing(machines, deafness);
  const ofAsset = (): JudgedDevice[] => [...devices.values()];
  const judge = createJudging({
    devices: { find: (deviceId) => devices.get(deviceId), ofAsset },
    keeper: machines,
    watches: { note() {} },
    values: createAssetValues({ registry: NO_OTHERS, classes }, ofAsset),
    missing,
  });
  const silence = createSilence({ all: () => devices.values() }, machines, deafness, missing);
  return {
    remember(readings: readonly Reading[]): void {
      if (rules.depths.size === 0 && rules.held.size === 0) return;
      // Silence begins anew, also that of one measurement.
      const past = readings.map(({ receivedAt: _receivedAt, ...reading }) => reading);
      remember({ known: (deviceId) => devices.get(deviceId) }, past);
    },
    judge(readings: readonly Reading[]): void {
      if (rules.silence.length > 0) {
        for (const reading of readings) {
          const device = devices.get(reading.deviceId);
          if (device !== undefined) silence.heard(device, reading.receivedAt);
        }
      }
      judge(readings);
    },
    alarmsUntil(to: Instant): TriedAlarm[] {
      silence.lookOver(to - 1);
      for (const { slots } of devices.values()) machines.tick(slots.values(), to - 1);
      return alarms;
    },
  };
}

/** A rule that looks at other assets is refused before. */
const NO_OTHERS = { asset: () => undefined, partsOf: () => [] };

/** The machines of one rule; what they raise goes to `alarms`. */
function createMachines(
  alarms: TriedAlarm[],
  tally: BacktestTally,
): Pick<AlarmKeeper, "step"> & { tick(slots: Iterable<AlarmSlot>, now: Instant): void } {
  const standing = new Map<DeviceId, TriedAlarm>();

  const note = ({ bearer, rule }: AlarmSlot, effect: AlarmEffect): void => {
    const { asset } = bearer;
    const deviceId = bearer.bearerId as DeviceId;
    const known = standing.get(deviceId);
    switch (effect.kind) {
      case "raised": {
        tally.checkRoom();
        const { at: raisedAt, evidence, step = 1 } = effect;
        const severity = rule.severities[step - 1] ?? rule.rule.severity;
        const raised: TriedAlarm = { deviceId, assetId: asset.assetId, severity, raisedAt };
        if (evidence !== undefined) raised.evidence = evidence;
        alarms.push(raised);
        standing.set(deviceId, raised);
        break;
      }
      case "severity":
        if (known !== undefined) {
          known.severity = moreSevere(known.severity, rule.severities[effect.step - 1]);
        }
        break;
      case "returned":
      case "latched":
      case "cleared":
        if (known !== undefined) known.returnedAt ??= effect.at;
        break;
      default:
    }
  };

  const take = (slot: AlarmSlot, { state, effects }: AlarmStep): void => {
    for (const effect of effects) note(slot, effect);
    putState(slot, state);
  };

  return {
    step(bearer, rule, input, now) {
      const slot = slotFor(bearer, rule);
      take(slot, nextAlarm(slot.state, input, rule, now));
    },
    tick(slots, now) {
      for (const slot of [...slots]) {
        take(slot, nextAlarm(slot.state, { kind: "tick" }, slot.rule, now));
      }
    },
  };
}

function moreSevere(one: Severity, other: Severity | undefined): Severity {
  const { options } = Severity;
  return other !== undefined && options.indexOf(other) > options.indexOf(one) ? other : one;
}
