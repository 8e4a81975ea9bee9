/**
 * Measurements that stay away while their device goes on to speak: a probe that has come off, a
 * cable that was cut. One that a device has never sent is not expected of it. The silence is raised
 * at the moment at which it became too long, and known once the device has said something else at
 * that moment or later; an uplink that brings the measurement back with other values ends it.
 */
import type { Instant } from "../model/clock.ts";
import type { Reading } from "../model/reading.ts";
import type { Rule } from "../model/rule.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";
import { isAbnormal } from "./alarm-states.ts";
import type { ReportedOf } from "./condition-health.ts";
import type { Deafness } from "./deafness.ts";
import type { JudgedDevice } from "./devices.ts";
import { type SilenceRule, silentAfterMs } from "./rule-evaluation.ts";

/** When a measurement was last received, and when anything else of the device was. */
export interface Mark {
  at: Instant;
  otherAt: Instant;
}

export interface Missing {
  /** Every reading of a device with such rules, in the journal's order. */
  came(device: JudgedDevice, reading: Pick<Reading, "measurement" | "receivedAt">): void;
  /** Looks for measurements that are missed by now; all that was received has been told. */
  lookOver(device: JudgedDevice): void;
}

export function createMissing(
  keeper: Pick<AlarmKeeper, "step">,
  deafness: Pick<Deafness, "endOf">,
): Missing {
  const raiseWhereDue = (
    device: JudgedDevice,
    rules: readonly SilenceRule[],
    { at, otherAt }: Mark,
  ): void => {
    for (const rule of rules) {
      const afterMs = silentAfterMs(rule, device.transport);
      if (otherAt - at < afterMs) continue;
      const dueAt = Math.max(device.boundAt, deafness.endOf(at, afterMs));
      if (otherAt < dueAt) continue;
      const slot = device.slots.get(rule.rule.ruleId);
      if (slot !== undefined && isAbnormal(slot.state)) continue;
      keeper.step(device, rule, { kind: "abnormal" }, dueAt);
    }
  };

  return {
    came(device, { measurement, receivedAt }) {
      for (const [missing, rules] of device.rules.missing) {
        const mark = device.measured?.get(missing);
        // Of the same receipt the measurement may still follow.
        if (mark !== undefined && mark.otherAt < receivedAt) raiseWhereDue(device, rules, mark);
        if (missing !== measurement) {
          if (mark !== undefined && mark.otherAt < receivedAt) mark.otherAt = receivedAt;
          continue;
        }
        noteMeasured(device, missing, receivedAt);
        for (const rule of rules) {
          if (!device.slots.has(rule.rule.ruleId)) continue;
          keeper.step(device, rule, { kind: "normal" }, receivedAt);
        }
      }
    },
    lookOver(device) {
      if (device.measured === undefined) return;
      for (const [missing, rules] of device.rules.missing) {
        const mark = device.measured.get(missing);
        if (mark === undefined) continue;
        // A word that is no reading counts, too.
        if (device.isHeard) mark.otherAt = Math.max(mark.otherAt, device.heardAt);
        raiseWhereDue(device, rules, mark);
      }
    },
  };
}

/** Of several times the newest counts; nothing is kept of what no rule expects. */
export function noteMeasured(device: JudgedDevice, measurement: string, at: Instant): void {
  if (!device.rules.missing.has(measurement)) return;
  device.measured ??= new Map();
  const mark = device.measured.get(measurement);
  if (mark === undefined) device.measured.set(measurement, { at, otherAt: at });
  else if (at > mark.at) mark.at = at;
}

/** The clock was set back to `now`. */
export function measuredNotAfter(device: JudgedDevice, now: Instant): void {
  for (const mark of device.measured?.values() ?? []) {
    mark.at = Math.min(mark.at, now);
    mark.otherAt = Math.min(mark.otherAt, now);
  }
}

/** Its rules have changed: what nobody expected meanwhile is not known to be missing. */
export function forgetUnexpected(device: JudgedDevice): void {
  for (const measurement of device.measured?.keys() ?? []) {
    if (!device.rules.missing.has(measurement)) device.measured?.delete(measurement);
  }
}

/** A rule that is new expects what devices sent before there was one. */
export function noteReported(
  { condition, overrides = [] }: Rule,
  devices: Iterable<JudgedDevice>,
  reportedOf: ReportedOf,
): void {
  const conditions = [condition, ...overrides.flatMap(({ set }) => set.condition ?? [])];
  if (!conditions.some((each) => each.kind === "no-data" && each.measurement !== undefined)) return;
  for (const device of devices) {
    if (device.rules.missing.size === 0) continue;
    for (const { deviceId, measurement, receivedAt } of reportedOf(device.asset.assetId)) {
      if (deviceId !== device.deviceId || receivedAt === undefined) continue;
      noteMeasured(device, measurement, receivedAt);
    }
  }
}
