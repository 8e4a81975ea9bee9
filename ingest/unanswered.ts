/**
 * What a corrected decoder does not answer any more: readings that stand of a device at the very times
 * at which something else came of it again. Nothing is removed; it is counted by measurement. Pure.
 */
import type { Period } from "../model/reading.ts";
import type { RedecodedName } from "../model/redecoding.ts";
import type { PastReading } from "./past-readings.ts";

interface OfDevice {
  readonly measurement: string;
  readonly period: Period;
}

/** Where other series of the same devices would stand at the same times; `seriesOf` a device. */
export function besides(
  past: readonly PastReading[],
  seriesOf: (deviceId: string) => readonly OfDevice[],
): PastReading[] {
  const moments = new Map<string, { one: PastReading; came: Set<string> }>();
  for (const each of past) {
    const { deviceId, period, observedAt, measurement } = each.reading;
    const moment = `${deviceId} ${period} ${each.seq ?? ""} ${observedAt}`;
    const known = moments.get(moment);
    if (known === undefined) moments.set(moment, { one: each, came: new Set([measurement]) });
    else known.came.add(measurement);
  }
  return [...moments.values()].flatMap(({ one, came }) => {
    const { deviceId, period } = one.reading;
    return seriesOf(deviceId)
      .filter((series) => series.period === period && !came.has(series.measurement))
      .map(({ measurement }) => ({ ...one, reading: { ...one.reading, measurement } }));
  });
}

/** By whose they are and their measurement: what came, and what stands beside it. */
export function namesOf(
  { came, beside }: { came: readonly PastReading[]; beside: readonly PastReading[] },
  whoseOf: (deviceId: string) => string,
): RedecodedName[] {
  const names = new Map<string, RedecodedName>();
  const count = (all: readonly PastReading[], what: "answered" | "standing"): void => {
    for (const { reading } of all) {
      const { measurement } = reading;
      const whose = whoseOf(reading.deviceId);
      const key = `${whose} ${measurement}`;
      const name = names.get(key) ?? { whose, measurement, answered: 0, standing: 0 };
      name[what] += 1;
      names.set(key, name);
    }
  };
  count(came, "answered");
  count(beside, "standing");
  return [...names.values()];
}
