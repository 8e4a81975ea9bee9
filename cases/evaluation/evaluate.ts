/**
 * An evaluation out of timelines: each case is counted for whose it is, counts become rates, points,
 * grades and ranks, beside those of the period before. A gatherer takes timelines one by one, in any
 * order, and answers the same whether they were kept or came out of the history just now. Pure.
 */
import type { Instant } from "../../model/clock.ts";
import type {
  DeductionMade,
  EvaluationItem,
  EvaluationPeriod,
  EvaluationSubject,
  ScoreModelId,
} from "../../model/evaluation.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Crew, Unit } from "../../model/registry.ts";
import { caseFacts } from "./case-facts.ts";
import { newCounts } from "./counts.ts";
import { shownIndicators } from "./indicators.ts";
import { addPosts, newPostTallies, POSTS, postIndicators } from "./posts.ts";
import { ranksOf } from "./rank.ts";
import { basePoints, gradeOf, SCORE_MODELS, scoreOf } from "./score-models.ts";
import { type Subject, subjectsOf } from "./subjects.ts";
import { addCase, type KeyOf, type Span, type Tally } from "./tally.ts";
import type { KeptTimeline } from "./timeline-store.ts";

export interface EvaluationAsk {
  period: EvaluationPeriod;
  before: EvaluationPeriod;
  subject: EvaluationSubject;
  model: ScoreModelId;
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

export function createGatherer(ask: EvaluationAsk) {
  const { period, before, subject, areaCode } = ask;
  const asOf = asOfIn(ask);
  const keyOf = keysOf(subject, areaCode);
  const present = sideOf({ from: period.from, asOf });
  const former = sideOf({ from: before.from, asOf: before.to });
  let firstSeq = Number.MAX_SAFE_INTEGER;

  function sideOf(span: Span) {
    return { span, tallies: new Map<string, Tally>(), posts: newPostTallies() };
  }

  function add({ span, tallies, posts }: typeof present, { timeline, endedAt }: KeptTimeline) {
    if (endedAt < span.from) return false;
    const facts = caseFacts(timeline, span.asOf);
    if (facts === undefined) return false;
    if (subject === "position") addPosts(posts, { timeline, facts }, span);
    else addCase(tallies, { timeline, facts, keyOf }, span);
    return true;
  }

  return {
    take(kept: KeptTimeline): void {
      if (add(present, kept)) firstSeq = Math.min(firstSeq, kept.firstSeq);
      add(former, kept);
    },
    /** Number of the first record, in the chain, of any case that counts. */
    firstSeq: () => firstSeq,
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
      return withChange(
        scored(subjects, present.tallies, ask),
        scored(subjects, former.tallies, ask),
      );
    },
  };
}

/** What is not scored: posts have no model. */
const UNSCORED = {
  basePoints: null,
  deductions: [],
  score: null,
  grade: null,
  colour: null,
  rank: null,
  rankedOf: 0,
  change: { score: null, rank: null },
};

function keysOf(subject: EvaluationSubject, areaCode: string): KeyOf {
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

type Scored = Omit<EvaluationItem, "change">;

function scored(
  subjects: readonly Subject[],
  tallies: ReadonlyMap<string, Tally>,
  { subject, model }: EvaluationAsk,
): Scored[] {
  const scoreModel = SCORE_MODELS[model];
  const hasIntake = subject !== "unit" && subject !== "crew";
  const judged = subjects.map((each) => {
    const tally = tallies.get(each.subjectId);
    const counts = tally?.counts ?? newCounts();
    const deductions = deductionsOf(tally);
    const base = basePoints(scoreModel, counts);
    const score = base === null ? null : scoreOf(base, deductions, scoreModel);
    const graded = score === null ? { grade: null, colour: null } : gradeOf(score);
    const indicators = shownIndicators(counts, hasIntake);
    return { ...each, indicators, basePoints: base, deductions, score, ...graded };
  });
  const ranks = ranksOf(judged.map(({ peerGroup = "", score }) => ({ group: peerGroup, score })));
  return judged.map((each, index) => ({
    ...each,
    ...(ranks[index] ?? { rank: null, rankedOf: 0 }),
  }));
}

/** In an order that does not hang on that of the timelines. */
function deductionsOf(tally: Tally | undefined): DeductionMade[] {
  return [...(tally?.deductions.values() ?? [])]
    .map(({ caseNos, ...made }) => {
      const named = [...new Set(caseNos)].sort().slice(0, LIMITS.evaluationEvidenceMax);
      return { ...made, caseNos: named };
    })
    .sort((a, b) => (a.deductionId < b.deductionId ? -1 : 1));
}

/** The best first within each peer group, then those without a rank. */
function withChange(items: readonly Scored[], former: readonly Scored[]): EvaluationItem[] {
  const changed = items.map((item, index) => {
    const last = former[index];
    const score = difference(item.score, last?.score);
    return { ...item, change: { score, rank: difference(item.rank, last?.rank) } };
  });
  const keyed = ({ peerGroup = "", rank, subjectId }: EvaluationItem) =>
    [peerGroup, rank ?? Number.MAX_SAFE_INTEGER, subjectId] as const;
  return changed.sort((a, b) => {
    const [left, right] = [keyed(a), keyed(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at === -1 || (left[at] ?? 0) < (right[at] ?? 0) ? -1 : 1;
  });
}

function difference(now: number | null, last: number | null | undefined): number | null {
  return now === null || last === null || last === undefined
    ? null
    : Math.round((now - last) * 1e4) / 1e4;
}
