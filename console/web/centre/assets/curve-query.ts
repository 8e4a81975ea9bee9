/** How a curve is asked for: the span, and in how long pieces, so that it stays readable and quick. */
import { path } from "../../shared/api.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const SPANS = {
  "1h": HOUR,
  "6h": 6 * HOUR,
  "24h": DAY,
  "7d": 7 * DAY,
  "30d": 30 * DAY,
  "365d": 365 * DAY,
};
export type SpanName = keyof typeof SPANS;
export const SPAN_NAMES = Object.keys(SPANS) as SpanName[];
export const spanOf = (text: string | null): SpanName =>
  SPAN_NAMES.find((name) => name === text) ?? "24h";

/** A day and less comes as it was measured. */
const RAW_MAX = 26 * HOUR;
const POINTS_MAX = 800;
const PIECES: [string, number][] = [
  ["5m", 5 * MINUTE],
  ["15m", 15 * MINUTE],
  ["1h", HOUR],
  ["6h", 6 * HOUR],
  ["1d", DAY],
];

/** undefined: raw. */
export function everyOf(spanMs: number): string | undefined {
  if (spanMs <= RAW_MAX) return undefined;
  return (PIECES.find(([, ms]) => spanMs / ms <= POINTS_MAX) ?? PIECES.at(-1))?.[0];
}

export interface CurveAsk {
  assetId: string;
  measurement: string;
  from: number;
  to: number;
  fn: string;
}

export function curvePath({ assetId, measurement, from, to, fn }: CurveAsk): string {
  const every = everyOf(to - from);
  const pieces = every === undefined ? {} : { every, fn };
  return path("/api/v1/readings", {
    ...{ assetId, measurement, from: Math.floor(from), to: Math.ceil(to) + 1 },
    ...pieces,
  });
}
