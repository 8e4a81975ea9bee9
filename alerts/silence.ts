/**
 * Devices that the registry expects and nobody hears. A silence is an alarm of its own, raised at
 * the moment at which it became too long, whoever notices it when; it touches no other alarm.
 */
import type { Instant } from "../model/clock.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";
import { isAbnormal } from "./alarm-machine.ts";
import type { Devices, JudgedDevice } from "./devices.ts";

export interface Silence {
  heard(device: JudgedDevice, at: Instant): void;
  /** Looks for silences that are too long by now. */
  lookOver(now: Instant): void;
}

export function createSilence(devices: Devices, keeper: AlarmKeeper): Silence {
  const raiseWhereDue = (device: JudgedDevice, now: Instant): void => {
    for (const rule of device.rules.silence) {
      const dueAt = device.heardAt + rule.afterMs;
      if (now < dueAt) continue;
      const slot = device.slots.get(rule.rule.ruleId);
      if (slot !== undefined && isAbnormal(slot.state)) continue;
      keeper.step(device, rule, { kind: "abnormal" }, dueAt);
    }
  };
  return {
    heard(device, at) {
      const heardAt = devices.withoutDowntime(at);
      raiseWhereDue(device, heardAt);
      if (heardAt > device.heardAt) device.heardAt = heardAt;
      device.isHeard = true;
      if (device.slots.size === 0) return;
      for (const rule of device.rules.silence) {
        if (!device.slots.has(rule.rule.ruleId)) continue;
        keeper.step(device, rule, { kind: "normal" }, device.heardAt);
      }
    },
    lookOver(now) {
      for (const device of devices.all()) raiseWhereDue(device, now);
    },
  };
}
