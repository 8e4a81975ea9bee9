/**
 * What is deleted of each class, as InfluxQL, which every generation that has it takes alike: readings past
 * the retention of their class, and roll-ups, which are kept longer the coarser they are. Pure.
 */
import { DAY_MS, type Instant, MINUTE_MS } from "../../../model/clock.ts";
import { LIMITS } from "../../../model/limits.ts";
import type { Period } from "../../../model/reading.ts";
import type { Series } from "../reading-store.ts";
import { quotedName, quotedText } from "./influx-door.ts";
import type { LevelName } from "./rollup-levels.ts";

/** Of a measurement of InfluxDB and a class; empty where devices have none. */
export interface Kept {
  name: Period | LevelName;
  slug: string;
  /** What is older goes. */
  since: Instant;
}

/** A class's devices are kept equally long; never shorter than a repeated reading must be known. */
export function keptBy(
  series: Iterable<Pick<Series, "deviceId" | "period" | "retentionDays">>,
  slugOf: (deviceId: string) => string,
  now: Instant,
): Kept[] {
  const days = new Map<string, { name: Period; slug: string; days: number }>();
  for (const { deviceId, period: name, retentionDays } of series) {
    const slug = slugOf(deviceId);
    const key = `${name} ${slug}`;
    const before = days.get(key)?.days ?? LIMITS.identityDaysMin;
    days.set(key, { name, slug, days: Math.max(before, retentionDays) });
  }
  return [...days.values()].flatMap((each) => {
    const { slug } = each;
    const levels = each.name === "instant" && slug !== "" ? rollupDays(each.days) : [];
    return [[each.name, each.days] as const, ...levels].map(([name, kept]) => {
      return { name, slug, since: wholeWindow(now - kept * DAY_MS) };
    });
  });
}

function rollupDays(days: number): [LevelName, number][] {
  const hour = days * LIMITS.rolledHourRetentionTimes;
  return [
    ["rolled_5m", days * LIMITS.rolled5mRetentionTimes],
    ["rolled_hour", hour],
    ["rolled_day", Math.max(hour, LIMITS.rolledDayRetentionDays)],
  ];
}

/** So that no window is rolled up of a part of its readings. */
const wholeWindow = (at: Instant): Instant => at - (at % (5 * MINUTE_MS));

export const deletion = ({ name, slug, since }: Kept): string =>
  `DELETE FROM ${quotedName(name)} WHERE "class" = ${quotedText(slug)} AND time < ${since}ms`;
