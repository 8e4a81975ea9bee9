/**
 * The way of a reading through the rules. Nearly every reading breaks nothing on a device on which
 * nothing is wrong and which nobody watches: that way is two look-ups and a few comparisons.
 * A condition of several measurements is judged with each of them; its alarm stands on the device
 * whose reading completed it, and what any device of the asset says moves it.
 * Readings that came before and stand are judged as what is so at `standingAt`.
 */
import type { Instant } from "../model/clock.ts";
import type { Reading } from "../model/reading.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";
import type { AlarmInput } from "./alarm-states.ts";
import type { AssetValues } from "./asset-values.ts";
import { evaluateCompound } from "./compound.ts";
import type { ConditionWatches } from "./condition-watches.ts";
import type { Devices, JudgedDevice } from "./devices.ts";
import { isAbnormal, type Judgement, keptOf, reachedOf, verdictOf } from "./levels.ts";
import type { Missing } from "./missing.ts";
import { type CompiledRule, evaluateRule, isJudged, isRemembered } from "./rule-evaluation.ts";

/** A reading, and when what it says counts. */
interface Judged {
  readonly device: JudgedDevice;
  readonly reading: Reading;
  readonly at: Instant;
}

export function createJudging(deps: {
  devices: Pick<Devices, "find" | "ofAsset">;
  keeper: Pick<AlarmKeeper, "step">;
  watches: Pick<ConditionWatches, "note">;
  values: AssetValues;
  missing: Pick<Missing, "came">;
}): (readings: readonly Reading[], standingAt?: Instant) => void {
  const { devices, keeper, watches, values, missing } = deps;

  /** Something is abnormal, or was, or somebody wants to know. */
  const attend = (
    { device, reading, at }: Judged,
    rule: CompiledRule,
    judgement: Judgement,
    bearer = device,
  ): void => {
    const { ruleId } = rule.rule;
    if (isAbnormal(judgement) || bearer.slots.has(ruleId)) {
      keeper.step(bearer, rule, inputOf(judgement, reading), at);
    }
    for (const watch of device.watches) {
      if (watch.conditionId !== rule.conditionId) continue;
      watches.note(watch, { deviceId: device.deviceId, ruleId, verdict: verdictOf(judgement), at });
    }
  };

  const noteWidely = (device: JudgedDevice, reading: Reading, isStanding: boolean): void => {
    const { held, missing: expected } = device.rules;
    if (held.has(reading.measurement)) device.past.note(reading);
    if (expected.size > 0 && !isStanding) missing.came(device, reading);
  };

  const judgeCompounds = (device: JudgedDevice, reading: Reading, at: Instant): void => {
    const rules = device.rules.compounds.get(reading.measurement)?.[reading.period];
    if (rules === undefined) return;
    const together = devices.ofAsset(device.asset.assetId);
    for (const rule of rules) {
      const { ruleId } = rule.rule;
      const judgement = evaluateCompound(rule, reading, (source) =>
        values.valueOf(device.asset, source, at),
      );
      const bearer = together.find(({ slots }) => slots.has(ruleId));
      attend({ device, reading, at }, rule, judgement, bearer);
    }
  };

  const judgeReading = (device: JudgedDevice, reading: Reading, at: Instant): void => {
    const rules = device.rules.values.get(reading.measurement)?.[reading.period];
    if (rules === undefined) return;
    for (const rule of rules) {
      const judgement = evaluateRule(rule, reading, device.past);
      const isQuiet = device.slots.size === 0 && device.watches.length === 0;
      if (!isQuiet || isAbnormal(judgement)) attend({ device, reading, at }, rule, judgement);
    }
  };

  return (readings, standingAt) => {
    let deviceId: string | undefined;
    let device: JudgedDevice | undefined;
    for (const reading of readings) {
      // The registry cannot change in between: all of this runs in one turn.
      if (reading.deviceId !== deviceId) {
        deviceId = reading.deviceId;
        device = devices.find(deviceId, standingAt ?? reading.receivedAt);
      }
      if (device === undefined) continue;
      const at = standingAt ?? reading.receivedAt;
      const { rules } = device;
      if (rules.depths.size > 0 && isRemembered(reading)) device.past.add(reading);
      if (rules.isWide) noteWidely(device, reading, standingAt !== undefined);
      if (!isJudged(reading)) continue;
      judgeReading(device, reading, at);
      if (rules.isWide) judgeCompounds(device, reading, at);
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
