/**
 * The curve of a case: what its sensors read from before the alarm until after the repair. While
 * the case is open it is read from the store of readings; some time after its end it is kept beside
 * the case, thinned, since a case is asked about for longer than readings are kept. Here are its
 * span, its thinning and its rows; reading the store is the caller's.
 */
import { type Case, type CaseCurve, type CaseEvidence, TERMINAL_STATES } from "../model/case.ts";
import { type DurationMs, HOUR_MS, type Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";

/** Shown before the first alarm and after the end of the case. */
const MARGIN_MS: DurationMs = HOUR_MS;

export const caseCurveMigrations: readonly Migration[] = [
  {
    id: "cases-0020-curves",
    statements: [
      `create table case_curves_wanted (
        case_no text primary key,
        at bigint not null
      )`,
      "create index case_curves_wanted_at on case_curves_wanted (at, case_no)",
      `create table case_curves (
        case_no text primary key,
        kept_at bigint not null,
        body text not null
      )`,
    ],
  },
];

/** What to read for the curve. */
export interface CurvePlan {
  caseNo: string;
  from: Instant;
  /** Exclusive. */
  to: Instant;
  /** Each once, in the order of the alarms. */
  subjects: { deviceId: string; measurement: string }[];
}

/** Nothing where no reading fired any of its alarms: a report, a silent device. */
export function curvePlan(
  theCase: Case,
  evidence: readonly CaseEvidence[],
  now: Instant,
): CurvePlan | undefined {
  const subjects = new Map<string, CurvePlan["subjects"][number]>();
  let first = Number.POSITIVE_INFINITY;
  for (const { deviceId, measurement, observedAt, joinedAt } of evidence) {
    if (deviceId === undefined || measurement === undefined) continue;
    first = Math.min(first, observedAt ?? joinedAt, joinedAt);
    if (subjects.size >= LIMITS.caseCurveSeriesMax) continue;
    subjects.set(`${deviceId} ${measurement}`, { deviceId, measurement });
  }
  if (subjects.size === 0) return undefined;
  const { caseNo, closedAt } = theCase;
  const to = closedAt === undefined ? now : Math.min(now, closedAt + MARGIN_MS);
  return { caseNo, from: first - MARGIN_MS, to: to + 1, subjects: [...subjects.values()] };
}

/**
 * At most `max` of the points, at least four: the first and the last, and of each of equal parts of
 * the points the lowest and the highest, so that no peak is lost. Oldest first, as they came.
 */
export function thinCurve(points: readonly [Instant, number][], max: number): [Instant, number][] {
  if (points.length <= max) return [...points];
  const parts = Math.floor((max - 2) / 2);
  const inner = points.length - 2;
  const kept = new Set([0, points.length - 1]);
  for (let part = 0; part < parts; part += 1) {
    const from = 1 + Math.floor((part * inner) / parts);
    const to = 1 + Math.floor(((part + 1) * inner) / parts);
    let [low, high] = [from, from];
    for (let at = from; at < to; at += 1) {
      if ((points[at]?.[1] ?? 0) < (points[low]?.[1] ?? 0)) low = at;
      if ((points[at]?.[1] ?? 0) > (points[high]?.[1] ?? 0)) high = at;
    }
    kept.add(low).add(high);
  }
  return points.filter((_, index) => kept.has(index));
}

/**
 * With the step that ends a case its curve is wanted; one that goes on after its end shows the
 * store's curve again, until its next end.
 */
export async function noteCurve(tx: Sql, before: Case, after: Case, now: Instant): Promise<void> {
  const { caseNo } = after;
  const isOpen = !TERMINAL_STATES.has(after.state);
  const wasOpen = !TERMINAL_STATES.has(before.state);
  if (wasOpen === isOpen) return;
  await tx.run("delete from case_curves where case_no = ?", [caseNo]);
  await tx.run("delete from case_curves_wanted where case_no = ?", [caseNo]);
  if (isOpen) return;
  const alarm = await tx.get("select alarm_id from case_alarms where case_no = ? limit 1", [
    caseNo,
  ]);
  if (alarm === undefined) return;
  await tx.run("insert into case_curves_wanted (case_no, at) values (?, ?)", [
    caseNo,
    now + MARGIN_MS,
  ]);
}

/** Cases whose curve can be kept by now, oldest first. */
export async function wantedCurves(sql: Sql, now: Instant, max: number): Promise<string[]> {
  const rows = await sql.all<{ case_no: string }>(
    "select case_no from case_curves_wanted where at <= ? order by at, case_no limit ?",
    [now, max],
  );
  return rows.map((row) => row.case_no);
}

/** Of a case that has gone on meanwhile nothing is kept. */
export async function keepCurve(
  tx: Sql,
  caseNo: string,
  { from, to, series }: CaseCurve,
  now: Instant,
): Promise<void> {
  const { changes } = await tx.run("delete from case_curves_wanted where case_no = ? and at <= ?", [
    caseNo,
    now,
  ]);
  if (changes === 0) return;
  const curve: CaseCurve = { from, to, keptAt: now, series };
  await tx.run(
    `insert into case_curves (case_no, kept_at, body) values (?, ?, ?)
     on conflict (case_no) do update set kept_at = excluded.kept_at, body = excluded.body`,
    [caseNo, now, JSON.stringify(curve)],
  );
}

export async function keptCurve(sql: Sql, caseNo: string): Promise<CaseCurve | undefined> {
  const row = await sql.get<{ body: string }>("select body from case_curves where case_no = ?", [
    caseNo,
  ]);
  return row === undefined ? undefined : (JSON.parse(row.body) as CaseCurve);
}
