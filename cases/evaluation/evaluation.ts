/**
 * The door of evaluation: from the timelines that are kept, which follow the history, or anew from
 * the history alone after its chain was walked along. Both give the same.
 */
import { DAY_MS, type Instant } from "../../model/clock.ts";
import type { Database, Sql } from "../../model/database.ts";
import type {
  CountedCases,
  Evaluation,
  EvaluationPeriod,
  EvaluationSubject,
} from "../../model/evaluation.ts";
import type { EvaluationItemRecord } from "../../model/evaluation-item.ts";
import { DEFAULT_CALENDARS } from "../calendar.ts";
import { createLiveBook } from "../calendar-tables.ts";
import { checkHistory } from "../history-check.ts";
import { type CountedCasesAsk, createCaseCounter } from "./counted-cases.ts";
import { asOfIn, createGatherer, type EvaluationAsk, type People, UNSCORED } from "./evaluate.ts";
import { extrasOf, itemsThatCount } from "./extras.ts";
import { readItems } from "./item-log.ts";
import { modelAt } from "./model-store.ts";
import { isDay, periodBefore, periodLastYear, periodOf } from "./period.ts";
import {
  afterFollowing,
  eachFromLog,
  eachKept,
  faultWithin,
  NEVER,
  type ReplayDeps,
  seqAfter,
} from "./timeline-store.ts";

export interface EvaluationQuery {
  period: string;
  subject: EvaluationSubject;
  model: string;
}

type CountedCasesQuery = Omit<CountedCasesAsk, "period" | "areaCode" | "now"> & { period: string };

interface EvaluationDeps extends Pick<ReplayDeps, "zone"> {
  areaCode: string;
  people: () => People;
}

export interface Evaluations {
  /** From what is kept, after the history was followed. @throws GridwardenError REQUEST_INVALID */
  read(database: Database, query: EvaluationQuery, now: Instant): Promise<Evaluation>;
  /** The cases behind one figure of the same. @throws GridwardenError REQUEST_INVALID */
  cases(database: Database, query: CountedCasesQuery, now: Instant): Promise<CountedCases>;
  /** From the history alone; changes nothing. @throws GridwardenError REQUEST_INVALID */
  recompute(sql: Sql, query: EvaluationQuery, now: Instant): Promise<Evaluation>;
}

export function createEvaluations(deps: EvaluationDeps): Evaluations {
  return {
    read: (database, query, now) => evaluate(database, deps, query, now),
    cases: (database, query, now) => countedCases(database, deps, query, now),
    recompute: (sql, query, now) => recompute(sql, deps, query, now),
  };
}

async function countedCases(
  database: Database,
  { zone, areaCode }: EvaluationDeps,
  query: CountedCasesQuery,
  now: Instant,
): Promise<CountedCases> {
  const period = periodOf(query.period, zone);
  const counter = createCaseCounter({ ...query, period, areaCode, now });
  const calendars = createLiveBook(DEFAULT_CALENDARS);
  await calendars.refresh(database.reader);
  await afterFollowing(database, { calendars, zone }, () =>
    eachKept(database.reader, counter.span, counter.take),
  );
  return counter.page();
}

async function evaluate(
  database: Database,
  deps: EvaluationDeps,
  query: EvaluationQuery,
  now: Instant,
): Promise<Evaluation> {
  const { ask, used, modelVersion } = await askOf(database.reader, query, deps, now);
  const calendars = createLiveBook(DEFAULT_CALENDARS);
  await calendars.refresh(database.reader);
  const gatherer = createGatherer(ask);
  const sql = database.reader;
  const asOf = asOfIn(ask);
  await afterFollowing(database, { calendars, zone: deps.zone }, async () => {
    await eachKept(sql, { from: ask.before.from, asOf }, gatherer.take);
    const { yearAgo } = gatherer;
    if (yearAgo !== undefined) await eachKept(sql, yearAgo.span, yearAgo.take);
  });
  const ranges = await Promise.all(
    rangesOf(gatherer, asOf).map(async ({ firstSeq, asOf: end }) => ({
      firstSeq,
      endSeq: await seqAfter(sql, end),
    })),
  );
  const all = [...ranges, ...used.map((seq) => ({ firstSeq: seq, endSeq: seq + 1 }))];
  const faults = await Promise.all(all.map((range) => faultWithin(sql, range)));
  const items = gatherer.items(deps.people());
  return answered({ ...query, ask, modelVersion }, items, firstOf(faults));
}

async function recompute(
  sql: Sql,
  deps: EvaluationDeps,
  query: EvaluationQuery,
  now: Instant,
): Promise<Evaluation> {
  const { ask, used, modelVersion } = await askOf(sql, query, deps, now);
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
  const ranges = rangesOf(gatherer, asOfIn(ask)).map(({ firstSeq, asOf }) => ({
    firstSeq,
    endSeq: ends.get(asOf) ?? NEVER,
  }));
  const all = [...ranges, ...used.map((seq) => ({ firstSeq: seq, endSeq: seq + 1 }))];
  const faults = await Promise.all(
    all.map(async ({ firstSeq, endSeq }) =>
      firstSeq < endSeq ? await brokenWithin(sql, firstSeq, endSeq) : undefined,
    ),
  );
  const items = gatherer.items(deps.people());
  return answered({ ...query, ask, modelVersion }, items, firstOf(faults));
}

/** What an answer is computed from: of the period with the one before it, and of last year's. */
function rangesOf({ firstSeq, yearAgo }: ReturnType<typeof createGatherer>, asOf: Instant) {
  const own = { firstSeq: firstSeq(), asOf };
  if (yearAgo === undefined) return [own];
  return [own, { firstSeq: yearAgo.firstSeq(), asOf: yearAgo.span.asOf }];
}

const firstOf = (faults: readonly Evaluation["fault"][]): Evaluation["fault"] =>
  faults.find((fault) => fault !== undefined);

/** With the model as it stood, what people recorded, and the records of that in the chain. */
async function askOf(
  sql: Sql,
  { period, subject, model: modelId }: EvaluationQuery,
  { zone, areaCode }: EvaluationDeps,
  now: Instant,
): Promise<{ ask: EvaluationAsk; used: number[]; modelVersion: number }> {
  const asked = periodOf(period, zone);
  const before = periodBefore(asked, zone);
  const lastYear = periodLastYear(asked, zone);
  const { model, version } = await modelAt(sql, modelId, Math.min(asked.to, now));
  const records = await readItems(sql);
  const countedIn = (of: EvaluationPeriod | undefined): EvaluationItemRecord[] => {
    if (of === undefined) return [];
    const until = Math.min(now, of.to + model.settleDays * DAY_MS);
    return itemsThatCount(records, of, subject, until);
  };
  const counted = [asked, before, lastYear].map(countedIn);
  const [present, former, yearAgo] = counted.map(extrasOf);
  const extras = { ...NONE, ...(present && former && yearAgo && { present, former, yearAgo }) };
  const ask = { period: asked, before, lastYear, subject, model, extras, areaCode, now };
  const used = counted
    .flat()
    .flatMap(({ chainSeq, revoked }) => [
      chainSeq,
      ...(revoked === undefined ? [] : [revoked.chainSeq]),
    ]);
  return { ask, used, modelVersion: version };
}

const NONE = { present: new Map(), former: new Map(), yearAgo: new Map() };

async function brokenWithin(sql: Sql, from: number, endSeq: number) {
  const recordsMax = endSeq === NEVER ? undefined : endSeq - from;
  const { broken } = await checkHistory(sql, { from, recordsMax });
  return broken;
}

function answered(
  { ask, model, modelVersion }: { ask: EvaluationAsk; model: string; modelVersion: number },
  items: Evaluation["items"],
  fault: Evaluation["fault"],
): Evaluation {
  const { period, subject } = ask;
  return {
    ...period,
    subject,
    model,
    modelVersion,
    asOf: asOfIn(ask),
    isOver: ask.now >= period.to,
    verified: fault === undefined,
    ...(fault !== undefined && { fault }),
    items: isDay(period.period) ? items.map((item) => ({ ...item, ...UNSCORED })) : items,
  };
}
