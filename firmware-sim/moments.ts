/** How scenario files write times: durations like `90s`, and moments of the run or of the day. */
import { z } from "zod";
import { DAY_MS, type DurationMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../model/clock.ts";

const UNIT_MS: Record<string, number> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};

const DURATION = /^(\d+(?:\.\d+)?)([smhd])$/;
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;

export const Duration = z
  .string()
  .regex(DURATION, "a duration like 90s, 10m, 2h or 1d")
  .transform((text) => durationMs(text));

/** After the scenario's start, at a local time of day, or anywhere between two such. */
export const Moment = z
  .string()
  .refine(
    (text) => DURATION.test(text) || TIME_OF_DAY.test(text),
    "a duration after the start like 10m, or a local time of day like 02:30",
  );

export function durationMs(text: string): DurationMs {
  const [, value, unit] = DURATION.exec(text) ?? [];
  return Number(value) * (UNIT_MS[unit ?? ""] ?? Number.NaN);
}
