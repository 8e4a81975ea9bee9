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
import { isDay, periodBefore, periodOf } from "./period.ts";
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
  await eachKept(sql, { from: ask.before.from, asOf: asOfIn(ask) }, gatherer.take);
  const endSeq = await seqAfter(sql, asOfIn(ask));
  const fault = await faultWithin(sql, { firstSeq: gatherer.firstSeq(), endSeq });
  return answered(ask, gatherer.items(deps.people()), fault);
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
  const asOf = asOfIn(ask);
  let endSeq = NEVER;
  await eachFromLog(sql, { calendars, zone: deps.zone }, (kept) => {
    const { timeline, firstSeq } = kept;
    if ((timeline.entries[0]?.at ?? 0) >= asOf) endSeq = Math.min(endSeq, firstSeq);
    gatherer.take(kept);
  });
  const from = gatherer.firstSeq();
  const fault = from < endSeq ? await brokenWithin(sql, from, endSeq) : undefined;
  return answered(ask, gatherer.items(deps.people()), fault);
}

function askOf(
  { period, subject, model }: EvaluationQuery,
  { zone, areaCode }: EvaluationDeps,
  now: Instant,
): EvaluationAsk {
  const asked = periodOf(period, zone);
  return { period: asked, before: periodBefore(asked, zone), subject, model, areaCode, now };
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
    verified: fault === undefined,
    ...(fault !== undefined && { fault }),
    items: isDay(period.period) ? items.map(unscored) : items,
  };
}

const unscored = (item: EvaluationItem): EvaluationItem => ({
  ...item,
  ...{ basePoints: null, deductions: [], score: null, grade: null, colour: null },
  ...{ rank: null, rankedOf: 0, change: { score: null, rank: null } },
});
