/**
 * The way of a reading through the rules. Nearly every reading breaks nothing on a device on which
 * nothing is wrong and which nobody watches: that way is two look-ups and a few comparisons.
 */
import type { Reading } from "../model/reading.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";
import type { ConditionWatches } from "./condition-watches.ts";
import type { Devices, JudgedDevice } from "./devices.ts";
import { evaluateRule, isJudged, type ValueRule, type Verdict } from "./rule-evaluation.ts";

export function createJudging(deps: {
  devices: Devices;
  keeper: AlarmKeeper;
  watches: ConditionWatches;
}): (readings: readonly Reading[]) => void {
  const { devices, keeper, watches } = deps;

  /** Something is abnormal, or was, or somebody wants to know. */
  const attend = (
    device: JudgedDevice,
    rule: ValueRule,
    reading: Reading,
    verdict: Verdict,
  ): void => {
    const at = reading.receivedAt;
    const { ruleId } = rule.rule;
    if (verdict === "abnormal") {
      const { measurement, value, observedAt, flags } = reading;
      const evidence = { measurement, value, observedAt, receivedAt: at, flags };
      keeper.step(device, rule, { kind: "abnormal", evidence }, at);
    } else if (device.slots.has(ruleId)) {
      keeper.step(device, rule, { kind: verdict }, at);
    }
    for (const watch of device.watches) {
      if (watch.conditionId !== rule.conditionId) continue;
      watches.note(watch, { deviceId: device.deviceId, ruleId, verdict, at });
    }
  };

  const judgeReading = (device: JudgedDevice, reading: Reading): void => {
    const rules = device.rules.values.get(reading.measurement)?.[reading.period];
    if (rules === undefined) return;
    for (const rule of rules) {
      const verdict = evaluateRule(rule, reading);
      const isQuiet = device.slots.size === 0 && device.watches.length === 0;
      if (verdict === "abnormal" || !isQuiet) attend(device, rule, reading, verdict);
    }
  };

  return (readings) => {
    let deviceId: string | undefined;
    let device: JudgedDevice | undefined;
    for (const reading of readings) {
      if (!isJudged(reading)) continue;
      // The registry cannot change in between: all of this runs in one turn.
      if (reading.deviceId !== deviceId) {
        deviceId = reading.deviceId;
        device = devices.find(deviceId, reading.receivedAt);
      }
      if (device !== undefined) judgeReading(device, reading);
    }
  };
}
