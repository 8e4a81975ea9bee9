/**
 * How much of a burden the alarms are to people, and which sensors make it: the figures by which
 * alarm systems are compared, each with its benchmark. Read from the alarms; what nobody was told of
 * counts for nothing but chatter and is no burden.
 * Benchmarks: EEMUA 191 (alarm rates, priorities) and ISA-18.2-2016 / IEC 62682:2022, table of
 * recommended performance metrics: about 1 in 10 minutes very likely acceptable, at most 10 in any
 * 10 minutes, less than 1 % of the time in flood, priorities about 80/15/5/<1 %, the ten most
 * frequent at most 5 % of all, none chattering, fewer than 5 stale.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { bearerOf } from "../model/alarm-bearer.ts";
import type {
  Actor,
  AlarmPerformance,
  AlarmPlace,
  Figure,
  UnitLoad,
} from "../model/alarm-performance.ts";
import { type DurationMs, type Instant, MINUTE_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import { Severity } from "../model/rule.ts";

export { markTold } from "./performance-tables.ts";

export interface Span {
  from: Instant;
  to: Instant;
}

/** Who maintains an asset. */
export type UnitOf = (assetId: string) => string | undefined;

const BUCKET_MS: DurationMs = 10 * MINUTE_MS;
const RATE_TARGET = 1;
const FLOOD_SHARE_TARGET = 0.01;
const WORST_SHARE_TARGET = 0.05;
const STALE_TARGET = 5;
/** The least severe are at least so many, each further one at most. */
const SEVERITY_TARGETS: Record<Severity, [Figure["sense"], number]> = {
  notice: ["atLeast", 0.8],
  warning: ["atMost", 0.15],
  major: ["atMost", 0.05],
  critical: ["below", 0.01],
};
/** Where an alarm is before people, and where it is besides active. */
const STANDING = "('unacknowledged', 'acknowledged', 'returned', 'latched')";
const ACTIVE = "('unacknowledged', 'acknowledged')";

export async function alarmPerformance(
  sql: Sql,
  span: Span,
  now: Instant,
  unitOf: UnitOf,
): Promise<AlarmPerformance> {
  const { from } = span;
  const to = Math.max(from, Math.min(span.to, now));
  const asked = { from, to };
  const buckets = await readBuckets(sql, asked);
  const raised = buckets.reduce((sum, { count }) => sum + count, 0);
  // An embedded database answers on this thread; alarms do not wait for all of a month's queries.
  await nextTurn();
  const bySeverity = await readSeverities(sql, asked, raised);
  await nextTurn();
  const worstActors = await readWorst(sql, asked, raised);
  const worstCount = worstActors.reduce((sum, { count }) => sum + count, 0);
  await nextTurn();
  const chattering = await countChattering(sql, asked);
  await nextTurn();
  const units = await readUnits(sql, asked, unitOf);
  return {
    ...asked,
    raised,
    averagePer10Min: rateOf(raised, asked),
    peakPer10Min: peakOf(buckets, from),
    floodShare: figure(floodShare(buckets, asked), "below", FLOOD_SHARE_TARGET),
    bySeverity,
    worstShare: figure(shareOf(worstCount, raised), "atMost", WORST_SHARE_TARGET),
    worstActors,
    chattering: figure(chattering, "atMost", 0),
    ...(await readStanding(sql, now)),
    units,
  };
}

function figure(value: number, sense: Figure["sense"], target: number): Figure {
  const isMet =
    sense === "below" ? value < target : sense === "atMost" ? value <= target : value >= target;
  return { value, target, sense, isMet };
}

const shareOf = (count: number, all: number): number => (all === 0 ? 0 : count / all);

function rateOf(count: number, { from, to }: Span): Figure {
  return figure((count * BUCKET_MS) / Math.max(BUCKET_MS, to - from), "atMost", RATE_TARGET);
}

interface Bucket {
  /** Which 10 minutes of the span. */
  index: number;
  count: number;
}

const TOLD = "told_at >= ? and told_at < ?";

async function readBuckets(sql: Sql, { from, to }: Span): Promise<Bucket[]> {
  const rows = await sql.all<{ bucket: number; count: number }>(
    `select (told_at - ${from}) / ${BUCKET_MS} as bucket, count(*) as count from alarms
     where ${TOLD} group by 1 order by 1`,
    [from, to],
  );
  return rows.map(({ bucket, count }) => ({ index: Number(bucket), count: Number(count) }));
}

function peakOf(buckets: readonly Bucket[], from: Instant): AlarmPerformance["peakPer10Min"] {
  let peak: Bucket | undefined;
  for (const bucket of buckets) if (bucket.count > (peak?.count ?? 0)) peak = bucket;
  return {
    ...figure(peak?.count ?? 0, "atMost", LIMITS.floodOrdersPer10Min),
    ...(peak === undefined ? {} : { at: from + peak.index * BUCKET_MS }),
  };
}

/** A flood begins with 10 minutes above its bound and lasts until 10 minutes below the lower one. */
export function floodShare(buckets: readonly Bucket[], { from, to }: Span): number {
  let floodMs = 0;
  let floodTo = -1;
  for (const { index, count } of buckets) {
    const goesOn = index === floodTo && count >= LIMITS.floodEndsBelowPer10Min;
    if (count <= LIMITS.floodOrdersPer10Min && !goesOn) continue;
    floodMs += Math.min(BUCKET_MS, to - from - index * BUCKET_MS);
    floodTo = index + 1;
  }
  return to === from ? 0 : floodMs / (to - from);
}

async function readSeverities(
  sql: Sql,
  { from, to }: Span,
  raised: number,
): Promise<AlarmPerformance["bySeverity"]> {
  const rows = await sql.all<{ severity: string; count: number }>(
    `select severity, count(*) as count from alarms where ${TOLD} group by severity`,
    [from, to],
  );
  const counts = new Map(rows.map(({ severity, count }) => [severity, Number(count)]));
  const entries = Severity.options.map((severity) => {
    const count = counts.get(severity) ?? 0;
    const [sense, target] = SEVERITY_TARGETS[severity];
    const found = figure(shareOf(count, raised), sense, target);
    return [severity, { count, ...found, isMet: found.isMet || raised === 0 }];
  });
  return Object.fromEntries(entries) as AlarmPerformance["bySeverity"];
}

const placeOf = (bearerId: string, assetId: string): AlarmPlace =>
  bearerOf(bearerId, assetId === "" ? undefined : assetId);

async function readWorst(sql: Sql, { from, to }: Span, raised: number): Promise<Actor[]> {
  const rows = await sql.all<Record<"bearerId" | "assetId" | "ruleId", string> & { count: number }>(
    `select device_id as "bearerId", max(asset_id) as "assetId", rule_id as "ruleId",
       count(*) as count from alarms where ${TOLD} group by device_id, rule_id
     order by count(*) desc, device_id, rule_id limit ?`,
    [from, to, LIMITS.worstActorsListed],
  );
  return rows.map(({ bearerId, assetId, ruleId, count }) => ({
    ...placeOf(bearerId, assetId),
    ruleId,
    count: Number(count),
    share: shareOf(Number(count), raised),
  }));
}

/** As it is shelved by: so many raises within the window, whatever held them. */
async function countChattering(sql: Sql, { from, to }: Span): Promise<number> {
  const row = await sql.get<{ count: number }>(
    `select count(*) as count from (
       select distinct device_id, rule_id from (
         select device_id, rule_id, raised_at, lag(raised_at, ${LIMITS.chatterRaises - 1})
           over (partition by device_id, rule_id order by raised_at) as before_at
         from alarms where raised_at >= ? and raised_at < ?
       ) raises where raised_at - before_at < ${LIMITS.chatterWindowMs}
     ) chattering`,
    [from, to],
  );
  return Number(row?.count ?? 0);
}

async function readStanding(
  sql: Sql,
  now: Instant,
): Promise<Pick<AlarmPerformance, "standing" | "stale" | "staleAlarms">> {
  const standing = await sql.get<{ count: number }>(
    `select count(*) as count from alarms where state in ${STANDING}`,
  );
  const where = `state in ${ACTIVE} and raised_at < ?`;
  const longAgo = now - LIMITS.staleAlarmMs;
  const stale = await sql.get<{ count: number }>(
    `select count(*) as count from alarms where ${where}`,
    [longAgo],
  );
  const rows = await sql.all<
    Record<"alarmId" | "bearerId" | "assetId" | "ruleId" | "severity", string> & {
      raisedAt: number;
    }
  >(
    `select alarm_id as "alarmId", device_id as "bearerId", asset_id as "assetId",
       rule_id as "ruleId", severity, raised_at as "raisedAt" from alarms
     where ${where} order by raised_at, alarm_id limit ?`,
    [longAgo, LIMITS.staleAlarmsListedMax],
  );
  return {
    standing: Number(standing?.count ?? 0),
    stale: figure(Number(stale?.count ?? 0), "below", STALE_TARGET),
    staleAlarms: rows.map(({ bearerId, assetId, severity, raisedAt, ...row }) => ({
      ...row,
      ...placeOf(bearerId, assetId),
      severity: Severity.parse(severity),
      raisedAt: Number(raisedAt),
    })),
  };
}

/** The busiest first. */
async function readUnits(sql: Sql, { from, to }: Span, unitOf: UnitOf): Promise<UnitLoad[]> {
  const rows = await sql.all<{ assetId: string; count: number }>(
    `select asset_id as "assetId", count(*) as count from alarms where ${TOLD} group by asset_id`,
    [from, to],
  );
  const counts = new Map<string | undefined, number>();
  for (const { assetId, count } of rows) {
    const unitId = unitOf(assetId);
    counts.set(unitId, (counts.get(unitId) ?? 0) + Number(count));
  }
  return [...counts]
    .sort(([a, first], [b, second]) => second - first || ((a ?? "") < (b ?? "") ? -1 : 1))
    .map(([unitId, raised]) => ({
      ...(unitId === undefined ? {} : { unitId }),
      raised,
      averagePer10Min: rateOf(raised, { from, to }),
    }));
}
