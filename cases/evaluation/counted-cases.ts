/**
 * The cases behind one figure of an evaluation. Each timeline is counted by itself, by what counts the
 * figure, so the counts of all cases add up to it. A page of them is kept, by their numbers. Pure.
 */
import type { Instant } from "../../model/clock.ts";
import type {
  CountedCase,
  CountedCases,
  EvaluationPeriod,
  EvaluationSubject,
} from "../../model/evaluation.ts";
import { POSTS } from "../../model/indicator.ts";
import { asOfIn, createSide, keysOf } from "./evaluate.ts";
import { duesIn } from "./indicators.ts";
import { postIndicators } from "./posts.ts";
import type { KeptTimeline } from "./timeline-store.ts";

export interface CountedCasesAsk {
  period: EvaluationPeriod;
  subject: EvaluationSubject;
  subjectId: string;
  /** A count; of anything else there are no cases. */
  indicator: string;
  areaCode: string;
  now: Instant;
  limit: number;
  /** The last case of the page before. */
  cursor?: string | undefined;
}

export function createCaseCounter(ask: CountedCasesAsk) {
  const { period, subject, areaCode, limit, cursor = "" } = ask;
  const span = { from: period.from, asOf: asOfIn(ask) };
  const keyOf = keysOf(subject, areaCode);
  let total = 0;
  let kept: CountedCase[] = [];

  function keepPage(): void {
    kept.sort((a, b) => (a.caseNo < b.caseNo ? -1 : 1));
    kept = kept.slice(0, limit + 1);
  }

  return {
    span,
    take(found: KeptTimeline): void {
      const side = createSide({ subject }, keyOf, span);
      side.take(found);
      const count = countIn(side, ask);
      total += count;
      const { caseNo, entries } = found.timeline;
      const last = entries.findLast(({ at }) => at < span.asOf);
      if (count === 0 || caseNo <= cursor || last === undefined) return;
      kept.push({ caseNo, count, reportedAt: entries[0]?.at ?? last.at, state: last.to });
      // One more than the page says that there is a next one.
      if (kept.length > 2 * (limit + 1)) keepPage();
    },
    page(): CountedCases {
      keepPage();
      const items = kept.slice(0, limit);
      const next = kept.length > limit ? items.at(-1)?.caseNo : undefined;
      return { asOf: span.asOf, total, items, ...(next !== undefined && { next }) };
    },
  };
}

function countIn(
  { tallies, posts }: ReturnType<typeof createSide>,
  { subject, subjectId, indicator }: CountedCasesAsk,
): number {
  if (subject === "position") {
    const post = POSTS.find((each) => each === subjectId);
    return post === undefined ? 0 : (postIndicators(post, posts[post])[indicator] ?? 0);
  }
  const counts = tallies.get(subjectId)?.counts;
  if (counts === undefined) return 0;
  const all: Readonly<Record<string, number>> = { ...counts, ...duesIn(counts) };
  return all[indicator] ?? 0;
}
