/** Readings: curves, raw or in buckets, and the newest values. */
import { z } from "zod";
import {
  DAY_MS,
  type DurationMs,
  HOUR_MS,
  type Instant,
  MINUTE_MS,
  SECOND_MS,
} from "../../model/clock.ts";
import { AssetId, DeviceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { Period } from "../../model/reading.ts";
import { IsoTime, TimeParameter } from "./common.ts";

export const Aggregate = z.enum([
  "mean",
  "min",
  "max",
  "first",
  "last",
  "sum",
  "count",
  "p50",
  "p95",
]);
export type Aggregate = z.infer<typeof Aggregate>;

const Every = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, "a whole number and one of s m h d, such as 5m or 1d")
  .transform((text) => ({ count: Number(text.slice(0, -1)), unit: text.slice(-1) }));
export type Every = z.infer<typeof Every>;

export const ReadingsQuery = z
  .strictObject({
    assetId: AssetId.optional(),
    deviceId: DeviceId.optional(),
    measurement: z.string().min(1).max(64).optional().describe("all of them when absent"),
    period: Period.default("instant"),
    from: TimeParameter.optional().describe("inclusive; a day before `to` when absent"),
    to: TimeParameter.optional().describe("exclusive; now when absent"),
    every: Every.optional().describe("n of s m h d; d begins at local midnight"),
    fn: Aggregate.optional().describe("of each bucket; mean when absent; needs `every`"),
    quality: z.literal("good").optional().describe("without suspect readings"),
  })
  .superRefine((query, context) => {
    if ((query.assetId === undefined) === (query.deviceId === undefined)) {
      context.addIssue({
        code: "custom",
        path: ["assetId"],
        message: "one of assetId and deviceId, not both",
      });
    }
    if (query.fn !== undefined && query.every === undefined) {
      context.addIssue({ code: "custom", path: ["fn"], message: "`every` beside it, as 5m or 1d" });
    }
    if (query.from !== undefined && query.to !== undefined && query.from >= query.to) {
      context.addIssue({ code: "custom", path: ["from"], message: "a time before `to`" });
    }
  });
export type ReadingsQuery = z.infer<typeof ReadingsQuery>;

export const ReadingsAnswer = z.object({
  series: z.array(
    z.object({
      deviceId: z.string(),
      measurement: z.string(),
      unit: z.string(),
      points: z.array(z.tuple([z.int(), z.number()])).describe("[ms since 1970, value]"),
      truncated: z.boolean().optional(),
    }),
  ),
});

const MEASUREMENTS_ASKED_MAX = 20;

/** Several, with commas between. */
const DeviceIds = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(DeviceId).max(LIMITS.latestDevicesMax));
const Measurements = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(z.string().min(1).max(64)).max(MEASUREMENTS_ASKED_MAX));

export const LatestQuery = z
  .strictObject({
    assetId: AssetId.optional(),
    deviceIds: DeviceIds.optional().describe(
      `up to ${LIMITS.latestDevicesMax}, with commas between; those that are not there are left out`,
    ),
    measurements: Measurements.optional().describe("with commas between; all when absent"),
  })
  .superRefine((query, context) => {
    if ((query.assetId === undefined) !== (query.deviceIds === undefined)) return;
    context.addIssue({
      code: "custom",
      path: ["assetId"],
      message: "one of assetId and deviceIds, not both",
    });
  });
export type LatestQuery = z.infer<typeof LatestQuery>;

export const LatestAnswer = z.object({
  items: z.array(
    z
      .object({
        deviceId: z.string(),
        measurement: z.string(),
        unit: z.string(),
        value: z.number(),
        observedAt: IsoTime,
        receivedAt: IsoTime,
        quality: z.enum(["good", "suspect", "bad"]),
        flags: z.array(z.string()),
      })
      .meta({ id: "LatestReading" }),
  ),
});

const UNIT_MS: Record<string, DurationMs> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};

/**
 * Where buckets of this length begin. Days begin at local midnight and several of them are counted
 * from 1970, so that the same bucket has the same start whatever `from` is.
 */
export function bucketOf(
  { count, unit }: Every,
  from: Instant,
  zone: TimeZone,
): { everyMs: DurationMs; originMs: Instant } {
  const everyMs = count * (UNIT_MS[unit] ?? SECOND_MS);
  if (unit !== "d") return { everyMs, originMs: 0 };
  const midnight = zone.startOfDay(from);
  const dayNumber = Math.round((midnight + zone.offsetMs(midnight)) / DAY_MS);
  return { everyMs, originMs: midnight - (dayNumber % count) * DAY_MS };
}
