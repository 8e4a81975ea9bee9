/** A day of one simulated device without a line: what it reads at each step. */
import { DAY_MS, MINUTE_MS } from "../../model/clock.ts";
import { type DeviceClass, modelOf } from "../models/all.ts";
import type { ActiveFault, Attributes, Values } from "../models/model.ts";
import { seededRandom } from "../random.ts";
import { type Shower, weatherAt } from "../weather.ts";

export const MONDAY = Date.parse("2026-11-23T00:00:00+08:00");

interface Run {
  slug: DeviceClass;
  seed?: number;
  from?: number;
  forMs?: number;
  stepMs?: number;
  attributes?: Attributes;
  faults?: (now: number) => ActiveFault[];
  showers?: Shower[];
}

/** What a device reads at each step. */
export function observe(run: Run): { at: number; values: Values; isUrgent: boolean }[] {
  const model = modelOf(run.slug);
  const from = run.from ?? MONDAY;
  const random = seededRandom(run.seed ?? 1, run.slug);
  let state = model.begin(from, random, run.attributes ?? {});
  const seen: { at: number; values: Values; isUrgent: boolean }[] = [];
  const step = run.stepMs ?? model.periodMs;
  for (let at = from + step; at <= from + (run.forMs ?? DAY_MS); at += step) {
    const weather = weatherAt(at, { showers: run.showers ?? [], warmerByC: 0 });
    const faults = run.faults?.(at) ?? [];
    const next = model.next(state, at, random, { weather, faults, noise: 1 });
    state = next.state;
    seen.push({ at, values: next.values, isUrgent: next.isUrgent });
  }
  return seen;
}

export const fault = (what: string, since: number, size = 0.5): ActiveFault => ({
  what,
  since,
  size,
});
export const minuteOf = (at: number): number => ((at - MONDAY) % DAY_MS) / MINUTE_MS;
