/**
 * The door of evaluation: from the timelines that are kept, which follow the history, or anew from
 * the history alone after its chain was walked along. Both give the same.
 */
import type { Instant } from "../../model/clock.ts";
import type { Database, Sql } from "../../model/database.ts";
import type {
  Evaluation,
  EvaluationItem,
  EvaluationSubject,
  ScoreModelId,
} from "../../model/evaluation.ts";
import { DEFAULT_CALENDARS } from "../calendar.ts";
import { createLiveBook } from "../calendar-tables.ts";
import { checkHistory } from "../history-check.ts";
import { asOfIn, createGatherer, type EvaluationAsk, type People } from "./evaluate.ts";
import { isDay, periodBefore, periodLastYear, periodOf } from "./period.ts";
import {
  eachFromLog,
  eachKept,
  faultWithin,
  followHistory,
  NEVER,
  type ReplayDeps,
  seqAfter,
} from "./timeline-store.ts";

export interface EvaluationQuery {
  period: string;
  subject: EvaluationSubject;
  model: ScoreModelId;
}

interface EvaluationDeps extends Pick<ReplayDeps, "zone"> {
  areaCode: string;
  people: () => People;
}

export interface Evaluations {
  /** From what is kept, after the history was followed. @throws GridwardenError REQUEST_INVALID */
  read(database: Database, query: EvaluationQuery, now: Instant): Promise<Evaluation>;
  /** From the history alone; changes nothing. @throws GridwardenError REQUEST_INVALID */
  recompute(sql: Sql, query: EvaluationQuery, now: Instant): Promise<Evaluation>;
}

export function createEvaluations(deps: EvaluationDeps): Evaluations {
  return {
    read: (database, query, now) => evaluate(database, deps, query, now),
    recompute: (sql, query, now) => recompute(sql, deps, query, now),
  };
}

async function evaluate(
  database: Database,
  deps: EvaluationDeps,
  query: EvaluationQuery,
  now: Instant,
): Promise<Evaluation> {
  const ask = askOf(query, deps, now);
  const calendars = createLiveBook(DEFAULT_CALENDARS);
  await calendars.refresh(database.reader);
  await followHistory(database, { calendars, zone: deps.zone });
  const gatherer = createGatherer(ask);
  const sql = database.reader;
  const asOf = asOfIn(ask);
  await eachKept(sql, { from: ask.before.from, asOf }, gatherer.take);
  const { yearAgo } = gatherer;
  if (yearAgo !== undefined) await eachKept(sql, yearAgo.span, yearAgo.take);
  const ranges = await Promise.all(
    rangesOf(gatherer, asOf).map(async ({ firstSeq, asOf: end }) => ({
      firstSeq,
      endSeq: await seqAfter(sql, end),
    })),
  );
  const faults = await Promise.all(ranges.map((range) => faultWithin(sql, range)));
  return answered(ask, gatherer.items(deps.people()), firstOf(faults));
}

async function recompute(
  sql: Sql,
  deps: EvaluationDeps,
  query: EvaluationQuery,
  now: Instant,
): Promise<Evaluation> {
  const ask = askOf(query, deps, now);
  const calendars = createLiveBook(DEFAULT_CALENDARS);
  await calendars.refresh(sql);
  const gatherer = createGatherer(ask);
  const { yearAgo } = gatherer;
  /** Number of the first record of a case that was reported then or later, by the ends of the ranges. */
  const ends = new Map<Instant, number>([
    [asOfIn(ask), NEVER],
    ...(yearAgo === undefined ? [] : [[yearAgo.span.asOf, NEVER] as const]),
  ]);
  await eachFromLog(sql, { calendars, zone: deps.zone }, (kept) => {
    const { timeline, firstSeq } = kept;
    const at = timeline.entries[0]?.at ?? 0;
    for (const [end, seq] of ends) if (at >= end) ends.set(end, Math.min(seq, firstSeq));
    gatherer.take(kept);
    yearAgo?.take(kept);
  });
  const faults = await Promise.all(
    rangesOf(gatherer, asOfIn(ask)).map(async ({ firstSeq, asOf }) => {
      const endSeq = ends.get(asOf) ?? NEVER;
      return firstSeq < endSeq ? await brokenWithin(sql, firstSeq, endSeq) : undefined;
    }),
  );
  return answered(ask, gatherer.items(deps.people()), firstOf(faults));
}

/** What an answer is computed from: of the period with the one before it, and of last year's. */
function rangesOf({ firstSeq, yearAgo }: ReturnType<typeof createGatherer>, asOf: Instant) {
  const own = { firstSeq: firstSeq(), asOf };
  if (yearAgo === undefined) return [own];
  return [own, { firstSeq: yearAgo.firstSeq(), asOf: yearAgo.span.asOf }];
}

const firstOf = (faults: readonly Evaluation["fault"][]): Evaluation["fault"] =>
  faults.find((fault) => fault !== undefined);

function askOf(
  { period, subject, model }: EvaluationQuery,
  { zone, areaCode }: EvaluationDeps,
  now: Instant,
): EvaluationAsk {
  const asked = periodOf(period, zone);
  const before = periodBefore(asked, zone);
  const lastYear = periodLastYear(asked, zone);
  return { period: asked, before, lastYear, subject, model, areaCode, now };
}

async function brokenWithin(sql: Sql, from: number, endSeq: number) {
  const recordsMax = endSeq === NEVER ? undefined : endSeq - from;
  const { broken } = await checkHistory(sql, { from, recordsMax });
  return broken;
}

function answered(
  ask: EvaluationAsk,
  items: Evaluation["items"],
  fault: Evaluation["fault"],
): Evaluation {
  const { period, subject, model } = ask;
  return {
    ...period,
    subject,
    model,
    asOf: asOfIn(ask),
    isOver: ask.now >= period.to,
    verified: fault === undefined,
    ...(fault !== undefined && { fault }),
    items: isDay(period.period) ? items.map(unscored) : items,
  };
}

const unscored = (item: EvaluationItem): EvaluationItem => ({
  ...item,
  ...{ basePoints: null, deductions: [], score: null, grade: null, colour: null },
  ...{ rank: null, rankedOf: 0, change: { score: null, rank: null } },
  changeOnLastYear: { score: null, rank: null },
});
