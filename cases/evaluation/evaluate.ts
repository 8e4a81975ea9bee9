/**
 * An evaluation out of timelines: each case is counted for whose it is, counts become rates, points,
 * grades and ranks, beside those of the period before and of the same one a year ago. A gatherer
 * takes timelines one by one, in any order, and answers the same whether they were kept or came out
 * of the history just now. Pure.
 */
import type { Instant } from "../../model/clock.ts";
import type {
  EvaluationChange,
  EvaluationItem,
  EvaluationPeriod,
  EvaluationSubject,
} from "../../model/evaluation.ts";
import { POSTS } from "../../model/indicator.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Crew, Unit } from "../../model/registry.ts";
import type { ScoreModel } from "../../model/score-model.ts";
import { caseFacts } from "./case-facts.ts";
import { newCounts } from "./counts.ts";
import { type Extras, NO_EXTRAS } from "./extras.ts";
import { shownIndicators } from "./indicators.ts";
import { addPosts, newPostTallies, postIndicators } from "./posts.ts";
import { ranksOf } from "./rank.ts";
import { basePoints, gradeOf, scoreOf, strikesOf } from "./score-models.ts";
import { type Subject, subjectsOf } from "./subjects.ts";
import { addCase, type KeyOf, type SourceWeights, type Span, type Tally } from "./tally.ts";
import type { KeptTimeline } from "./timeline-store.ts";

export interface EvaluationAsk {
  period: EvaluationPeriod;
  before: EvaluationPeriod;
  /** Nothing where last year had no such period. */
  lastYear: EvaluationPeriod | undefined;
  subject: EvaluationSubject;
  model: ScoreModel;
  /** What people recorded, by whose it is; absent: nothing. */
  extras?: Readonly<Record<"present" | "former" | "yearAgo", ReadonlyMap<string, Extras>>>;
  /** Of `area`. */
  areaCode: string;
  now: Instant;
}

export interface People {
  units: readonly Unit[];
  crews: readonly Crew[];
}

export const asOfIn = ({ period, now }: Pick<EvaluationAsk, "period" | "now">): Instant =>
  Math.min(period.to, now);

/** Of another period the same part, where this one runs. */
export function spanLike(
  ask: Pick<EvaluationAsk, "period" | "now">,
  other: EvaluationPeriod,
): Span {
  const { from, to } = other;
  if (ask.now >= ask.period.to) return { from, asOf: to };
  return { from, asOf: Math.min(to, from + (asOfIn(ask) - ask.period.from)) };
}

/** One period's cases as they come; their weights are of the points alone. */
export function createSide(
  { subject, weights }: { subject: EvaluationSubject; weights?: SourceWeights | undefined },
  keyOf: KeyOf,
  span: Span,
) {
  const tallies = new Map<string, Tally>();
  const posts = newPostTallies();
  let firstSeq = Number.MAX_SAFE_INTEGER;
  return {
    span,
    tallies,
    posts,
    /** Number of the first record, in the chain, of any case that counts. */
    firstSeq: () => firstSeq,
    take({ timeline, endedAt, firstSeq: seq }: KeptTimeline): void {
      if (endedAt < span.from) return;
      const facts = caseFacts(timeline, span.asOf);
      if (facts === undefined) return;
      firstSeq = Math.min(firstSeq, seq);
      if (subject === "position") addPosts(posts, { timeline, facts }, span);
      else addCase(tallies, { timeline, facts, keyOf, ...(weights && { weights }) }, span);
    },
  };
}

export function createGatherer(ask: EvaluationAsk) {
  const { period, before, lastYear, subject, areaCode } = ask;
  const keyOf = keysOf(subject, areaCode);
  const weighed = { subject, weights: ask.model.sourceWeights };
  const present = createSide(weighed, keyOf, { from: period.from, asOf: asOfIn(ask) });
  const former = createSide(weighed, keyOf, spanLike(ask, before));
  // Of a year the two are one.
  const isOneSpan = lastYear?.period === before.period;
  const yearAgo =
    lastYear === undefined || isOneSpan
      ? undefined
      : createSide(weighed, keyOf, spanLike(ask, lastYear));

  /** Who was there a year ago and is not now counts in the ranks of then alone. */
  function yearAgoScored(people: People): Scored[] {
    if (yearAgo === undefined) return [];
    const subjects = subjectsOf(subject, new Set(yearAgo.tallies.keys()), people);
    return scored(subjects, yearAgo.tallies, ask, "yearAgo");
  }

  return {
    /** This period and the one before lie side by side: who reads them reads both. */
    take(kept: KeptTimeline): void {
      present.take(kept);
      former.take(kept);
    },
    firstSeq: () => Math.min(present.firstSeq(), former.firstSeq()),
    /** A year ago; nothing where there was no such period, or it is the one before. */
    yearAgo,
    items(people: People): EvaluationItem[] {
      if (subject === "position") {
        return POSTS.map((post) => ({
          subjectId: post,
          indicators: postIndicators(post, present.posts[post]),
          ...UNSCORED,
        }));
      }
      const found = new Set([...present.tallies.keys(), ...former.tallies.keys()]);
      const subjects = subjectsOf(subject, found, people);
      const last = scored(subjects, former.tallies, ask, "former");
      return withChange(scored(subjects, present.tallies, ask, "present"), {
        former: last,
        yearAgo: isOneSpan ? last : yearAgoScored(people),
      });
    },
  };
}

/** What is not scored: posts have no model, and of a day the figures are too few. */
export const UNSCORED = {
  basePoints: null,
  deductions: [],
  extras: [],
  marks: {},
  score: null,
  grade: null,
  colour: null,
  rank: null,
  rankedOf: 0,
  change: { score: null, rank: null },
  changeOnLastYear: { score: null, rank: null },
};

export function keysOf(subject: EvaluationSubject, areaCode: string): KeyOf {
  switch (subject) {
    case "unit":
      return (_timeline, { unitId }) => unitId;
    case "crew":
      return (_timeline, { crewId }) => crewId;
    case "street":
      return ({ street }) => street;
    case "grid":
      return ({ grid }) => grid;
    default:
      return () => areaCode;
  }
}

type Scored = Omit<EvaluationItem, "change" | "changeOnLastYear">;

function scored(
  subjects: readonly Subject[],
  tallies: ReadonlyMap<string, Tally>,
  { subject, model, extras }: EvaluationAsk,
  side: "present" | "former" | "yearAgo",
): Scored[] {
  const hasIntake = subject !== "unit" && subject !== "crew";
  const judged = subjects.map((each) => {
    const own = extras?.[side].get(each.subjectId) ?? NO_EXTRAS;
    return { ...each, ...judgedBy(model, tallies.get(each.subjectId), own, hasIntake) };
  });
  const ranks = ranksOf(judged.map(({ peerGroup = "", score }) => ({ group: peerGroup, score })));
  return judged.map((each, index) => ({
    ...each,
    ...(ranks[index] ?? { rank: null, rankedOf: 0 }),
  }));
}

/** In an order that does not hang on that of the timelines. */
function judgedBy(
  model: ScoreModel,
  tally: Tally | undefined,
  { items, marks }: Extras,
  hasIntake: boolean,
) {
  const counts = tally?.counts ?? newCounts();
  const base = basePoints(model, tally?.weighted ?? counts, marks);
  const deductions = strikesOf(model, tally?.strikes ?? new Map());
  const score = base === null ? null : scoreOf(base, deductions, model, items);
  const graded = score === null ? { grade: null, colour: null } : gradeOf(score, model);
  return {
    indicators: shownIndicators(counts, hasIntake),
    ...{ basePoints: base, deductions, extras: items.slice(-LIMITS.evaluationEvidenceMax) },
    ...{ marks: Object.fromEntries([...marks].sort()), score, ...graded },
  };
}

/** The best first within each peer group, then those without a rank. */
function withChange(
  items: readonly Scored[],
  compared: Record<"former" | "yearAgo", readonly Scored[]>,
): EvaluationItem[] {
  const former = new Map(compared.former.map((item) => [item.subjectId, item]));
  const yearAgo = new Map(compared.yearAgo.map((item) => [item.subjectId, item]));
  const changed = items.map((item) => ({
    ...item,
    change: changeOn(item, former.get(item.subjectId)),
    changeOnLastYear: changeOn(item, yearAgo.get(item.subjectId)),
  }));
  const keyed = ({ peerGroup = "", rank, subjectId }: EvaluationItem) =>
    [peerGroup, rank ?? Number.MAX_SAFE_INTEGER, subjectId] as const;
  return changed.sort((a, b) => {
    const [left, right] = [keyed(a), keyed(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at === -1 || (left[at] ?? 0) < (right[at] ?? 0) ? -1 : 1;
  });
}

function changeOn(item: Scored, other: Scored | undefined): EvaluationChange {
  return {
    score: difference(item.score, other?.score),
    rank: difference(item.rank, other?.rank),
  };
}

function difference(now: number | null, last: number | null | undefined): number | null {
  return now === null || last === null || last === undefined
    ? null
    : Math.round((now - last) * 1e4) / 1e4;
}
