/**
 * Devices that the registry expects and nobody hears. A silence is an alarm of its own, raised at
 * the moment at which it became too long, whoever notices it when, but never as of a time before its
 * rule bound the device; it touches no other alarm. Time in which the platform could not hear is no
 * silence.
 */
import type { DurationMs, Instant } from "../model/clock.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";
import { isAbnormal } from "./alarm-states.ts";
import type { Deafness } from "./deafness.ts";
import type { Devices, JudgedDevice } from "./devices.ts";
import type { Missing } from "./missing.ts";
import { silentAfterMs } from "./rule-evaluation.ts";

export interface Silence {
  heard(device: JudgedDevice, at: Instant): void;
  /** Looks for silences that are too long by now. */
  lookOver(now: Instant): void;
}

export function createSilence(
  devices: Pick<Devices, "all">,
  keeper: Pick<AlarmKeeper, "step">,
  deafness: Deafness,
  missing: Pick<Missing, "lookOver">,
): Silence {
  const raiseWhereDue = (device: JudgedDevice, now: Instant): void => {
    for (const rule of device.rules.silence) {
      const afterMs = silentAfterMs(rule, device.transport);
      const dueAt = Math.max(device.boundAt, deafness.endOf(device.heardAt, afterMs));
      if (now < dueAt) continue;
      const slot = device.slots.get(rule.rule.ruleId);
      if (slot !== undefined && isAbnormal(slot.state)) continue;
      keeper.step(device, rule, { kind: "abnormal" }, dueAt);
    }
  };
  return {
    heard(device, at) {
      raiseWhereDue(device, at);
      if (at > device.heardAt) device.heardAt = at;
      device.isHeard = true;
      if (device.slots.size === 0) return;
      for (const rule of device.rules.silence) {
        if (!device.slots.has(rule.rule.ruleId)) continue;
        keeper.step(device, rule, { kind: "normal" }, device.heardAt);
      }
    },
    lookOver(now) {
      let longestMs: DurationMs = 0;
      for (const device of devices.all()) {
        raiseWhereDue(device, now);
        missing.lookOver(device);
        longestMs = Math.max(longestMs, longestSilenceMs(device));
      }
      deafness.forget(now, longestMs);
    },
  };
}

function longestSilenceMs({ rules, transport }: JudgedDevice): DurationMs {
  let longestMs: DurationMs = 0;
  for (const rule of rules.silence) longestMs = Math.max(longestMs, silentAfterMs(rule, transport));
  for (const ofOne of rules.missing.values()) {
    for (const rule of ofOne) longestMs = Math.max(longestMs, silentAfterMs(rule, transport));
  }
  return longestMs;
}
