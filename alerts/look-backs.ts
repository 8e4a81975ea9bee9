/**
 * The recent past that rules look back on, asked for and told again after a start, or when a rule
 * looks farther back than before: whole series, or their newest values alone.
 */
import type { DurationMs } from "../model/clock.ts";
import type { Period, Reading } from "../model/reading.ts";
import type { Devices, JudgedDevice } from "./devices.ts";
import { noteMeasured } from "./missing.ts";
import { isRemembered } from "./rule-evaluation.ts";

export interface LookBack {
  deviceId: string;
  measurement: string;
  period: Period;
  depthMs: DurationMs;
}

export type Remembered = Pick<
  Reading,
  "deviceId" | "measurement" | "period" | "observedAt" | "value" | "flags"
> &
  Partial<Pick<Reading, "receivedAt">>;

/** Of all devices, or of those that a rule binds or looks at. */
export function lookBacksOf(devices: Iterable<JudgedDevice>, ruleId?: string): LookBack[] {
  return [...devices]
    .filter(
      ({ rules }) => ruleId === undefined || rules.all.has(ruleId) || rules.lookedAtBy.has(ruleId),
    )
    .flatMap(ofDevice);
}

/** A series of which both are wanted is asked for once, as far back as both need. */
function ofDevice({ deviceId, rules }: JudgedDevice): LookBack[] {
  const found = new Map<string, LookBack>();
  for (const times of [rules.depths, rules.held]) {
    for (const [measurement, byPeriod] of times) {
      for (const [period, depthMs] of Object.entries(byPeriod) as [Period, DurationMs][]) {
        const key = `${measurement} ${period}`;
        const before = found.get(key);
        if (before !== undefined && before.depthMs >= depthMs) continue;
        found.set(key, { deviceId, measurement, period, depthMs });
      }
    }
  }
  return [...found.values()];
}

export function remember(devices: Pick<Devices, "known">, readings: readonly Remembered[]): void {
  for (const reading of readings) {
    const device = devices.known(reading.deviceId);
    if (device === undefined) continue;
    if (isRemembered(reading)) device.past.add(reading);
    device.past.note(reading);
    if (reading.receivedAt === undefined) continue;
    noteMeasured(device, reading.measurement, reading.receivedAt);
  }
}
