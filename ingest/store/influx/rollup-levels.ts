/**
 * The windows that readings are rolled up to: five minutes, hours, and the days of the city. A window is
 * known by a whole number, so that those which adjoin are numbers that follow each other. Pure.
 */
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, MINUTE_MS } from "../../../model/clock.ts";
import type { TimeZone } from "../../../model/local-time.ts";

/** As the measurements of InfluxDB are called, the finest first. */
export const LEVEL_NAMES = ["rolled_5m", "rolled_hour", "rolled_day"] as const;
export type LevelName = (typeof LEVEL_NAMES)[number];
export type Source = "instant" | LevelName;

export interface Level {
  name: LevelName;
  /** Of each window; those of days are not equally long. */
  everyMs: DurationMs | undefined;
  /** The window that holds the instant. */
  indexOf(at: Instant): number;
  /** Its end is the begin of the next one. */
  beginOf(index: number): Instant;
}

/** The finest first. */
export type Levels = readonly [Level, Level, Level];

export function levelsIn(zone: TimeZone): Levels {
  return [
    even("rolled_5m", 5 * MINUTE_MS),
    even("rolled_hour", HOUR_MS),
    {
      name: "rolled_day",
      everyMs: undefined,
      indexOf(at) {
        const { year, month, day } = zone.local(at);
        return Date.UTC(year, month - 1, day) / DAY_MS;
      },
      beginOf(index) {
        const date = new Date(index * DAY_MS);
        return zone.instant(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
      },
    },
  ];
}

const even = (name: LevelName, everyMs: DurationMs): Level => ({
  ...{ name, everyMs },
  indexOf: (at) => Math.floor(at / everyMs),
  beginOf: (index) => index * everyMs,
});

/**
 * Where a window's numbers are taken from: the next finer level, where its windows fill it. Days of a zone
 * whose hours are not those of UTC are made of five minutes.
 */
export function sourceOf(levels: Levels, { name, beginOf }: Level, index: number): Source {
  const [five, hour] = levels;
  if (name === "rolled_5m") return "instant";
  if (name === "rolled_hour") return five.name;
  const isWholeHours = [beginOf(index), beginOf(index + 1)].every((at) => at % HOUR_MS === 0);
  return isWholeHours ? hour.name : five.name;
}
