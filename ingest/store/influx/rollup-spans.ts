/**
 * How long a span of a class one query asks for: it is halved where the answer had too many rows, and
 * doubled where it had few, so that neither many empty windows nor a few full ones take long. Pure.
 */
import { DAY_MS, type DurationMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../model/clock.ts";
import { LIMITS } from "../../../model/limits.ts";
import type { Level, Source } from "./rollup-levels.ts";

/** That are rolled up together, where their readings are few. */
const WINDOWS_AT_ONCE = 256;
const FEW = 1 / 4;

/** A span that is asked for whole, however many rows it has: of a finer level one window. */
export const spanMsMin = (source: Source): DurationMs => SPAN_MS_MIN[source];
const SPAN_MS_MIN: Record<Source, DurationMs> = {
  instant: SECOND_MS,
  rolled_5m: 5 * MINUTE_MS,
  rolled_hour: HOUR_MS,
  rolled_day: DAY_MS,
};

export const windowMs = ({ everyMs }: Pick<Level, "everyMs">): DurationMs => everyMs ?? DAY_MS;

export interface Spans {
  of(level: Level, slug: string): DurationMs;
  /** What came of a query over `askedMs`. */
  note(level: Level, slug: string, answer: { askedMs: DurationMs; rows: number }): void;
}

export function createSpans(): Spans {
  const spans = new Map<string, DurationMs>();
  const of: Spans["of"] = (level, slug) => spans.get(`${level.name} ${slug}`) ?? windowMs(level);
  return {
    of,
    note(level, slug, { askedMs, rows }) {
      const most = WINDOWS_AT_ONCE * windowMs(level);
      if (rows > LIMITS.rollupRowsMax) {
        spans.set(`${level.name} ${slug}`, Math.max(1, Math.floor(askedMs / 2)));
      } else if (rows < LIMITS.rollupRowsMax * FEW) {
        const longer = Math.max(of(level, slug), askedMs * 2);
        spans.set(`${level.name} ${slug}`, Math.min(most, longer));
      }
    },
  };
}
