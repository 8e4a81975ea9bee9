/**
 * The way of a reading through the rules. Nearly every reading breaks nothing on a device on which
 * nothing is wrong and which nobody watches: that way is two look-ups and a few comparisons.
 */
import type { Reading } from "../model/reading.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";
import type { AlarmInput } from "./alarm-states.ts";
import type { ConditionWatches } from "./condition-watches.ts";
import type { Devices, JudgedDevice } from "./devices.ts";
import { isAbnormal, type Judgement, keptOf, reachedOf, verdictOf } from "./levels.ts";
import { evaluateRule, isJudged, isRemembered, type ValueRule } from "./rule-evaluation.ts";

export function createJudging(deps: {
  devices: Pick<Devices, "find">;
  keeper: Pick<AlarmKeeper, "step">;
  watches: Pick<ConditionWatches, "note">;
}): (readings: readonly Reading[]) => void {
  const { devices, keeper, watches } = deps;

  /** Something is abnormal, or was, or somebody wants to know. */
  const attend = (
    device: JudgedDevice,
    rule: ValueRule,
    reading: Reading,
    judgement: Judgement,
  ): void => {
    const at = reading.receivedAt;
    const { ruleId } = rule.rule;
    if (isAbnormal(judgement) || device.slots.has(ruleId)) {
      keeper.step(device, rule, inputOf(judgement, reading), at);
    }
    for (const watch of device.watches) {
      if (watch.conditionId !== rule.conditionId) continue;
      watches.note(watch, { deviceId: device.deviceId, ruleId, verdict: verdictOf(judgement), at });
    }
  };

  const judgeReading = (device: JudgedDevice, reading: Reading): void => {
    const rules = device.rules.values.get(reading.measurement)?.[reading.period];
    if (rules === undefined) return;
    for (const rule of rules) {
      const judgement = evaluateRule(rule, reading, device.past);
      const isQuiet = device.slots.size === 0 && device.watches.length === 0;
      if (!isQuiet || isAbnormal(judgement)) attend(device, rule, reading, judgement);
    }
  };

  return (readings) => {
    let deviceId: string | undefined;
    let device: JudgedDevice | undefined;
    for (const reading of readings) {
      // The registry cannot change in between: all of this runs in one turn.
      if (reading.deviceId !== deviceId) {
        deviceId = reading.deviceId;
        device = devices.find(deviceId, reading.receivedAt);
      }
      if (device === undefined) continue;
      if (device.rules.depths.size > 0 && isRemembered(reading)) device.past.add(reading);
      if (isJudged(reading)) judgeReading(device, reading);
    }
  };
}

function inputOf(judgement: Judgement, reading: Reading): AlarmInput {
  switch (verdictOf(judgement)) {
    case "abnormal": {
      const { measurement, value, observedAt, receivedAt, flags } = reading;
      const evidence = { measurement, value, observedAt, receivedAt, flags };
      const [step, kept] = [reachedOf(judgement), keptOf(judgement)];
      return { kind: "abnormal", evidence, ...(kept === 1 ? {} : { step, kept }) };
    }
    case "between":
      return { kind: "between", kept: keptOf(judgement) };
    case "normal":
      return { kind: "normal" };
    case "unknown":
      return { kind: "unknown" };
  }
}
