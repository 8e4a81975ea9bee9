/** What happened to an alarm or a case as a point, and open cases counted. Pure. */
import type { Point } from "../ingest/store/influx/influx-store.ts";
import type { AlarmHappening } from "../model/alarm.ts";
import type { Case } from "../model/case.ts";

export interface Titles {
  rule(ruleId: string): { zh: string } | undefined;
  condition(slug: string | undefined, conditionId: string): { zh: string } | undefined;
}

type StreetOf = (assetId: string | undefined) => string;

export function alarmPoint(
  { kind, alarm, at }: AlarmHappening,
  titles: Titles,
  streetOf: StreetOf,
): Point {
  const { alarmId, ruleId, assetId, severity, evidence, class: slug } = alarm;
  return {
    name: "alarm",
    tags: {
      ...{ class: slug, asset: assetId ?? "", street: streetOf(assetId), rule: ruleId },
      ...{ severity, event: kind },
    },
    fields: {
      alarm: alarmId,
      title: titles.rule(ruleId)?.zh ?? ruleId,
      value: evidence?.value,
    },
    at,
  };
}

/** A record of a case's history with the case. */
export interface CaseRow {
  chain_seq: number;
  case_no: string;
  event: string;
  to_state: string;
  at: number;
  unit_id: string | null;
  body: string;
}

/** Nothing for a drill. */
export function casePoint(row: CaseRow, titles: Titles, streetOf: StreetOf): Point | undefined {
  const theCase = JSON.parse(row.body) as Case;
  const { assetId, conditionId, unitId, source, lifeSafety, isDrill, class: slug } = theCase;
  if (isDrill === true) return undefined;
  return {
    name: "case_event",
    tags: {
      ...{ class: slug ?? "", asset: assetId ?? "", street: streetOf(assetId) },
      ...{ unit: row.unit_id ?? unitId ?? "", event: row.event, state: row.to_state, source },
      life_safety: String(lifeSafety),
    },
    fields: {
      caseNo: row.case_no,
      title: titles.condition(slug, conditionId)?.zh ?? conditionId,
    },
    at: Number(row.at),
    seq: Number(row.chain_seq),
  };
}

export type WorkCounts = Map<string, { tags: Record<string, string>; fields: Work }>;
interface Work extends Record<string, number> {
  open: number;
  overdue: number;
  life_safety: number;
}

/** Adds open cases to counts by unit, class and state; drills are no work. */
export function countedCases(
  counts: WorkCounts,
  rows: readonly { state: string; body: string }[],
  now: number,
): void {
  for (const { state, body } of rows) {
    const { unitId, class: slug, deadline, lifeSafety, isDrill } = JSON.parse(body) as Case;
    if (isDrill === true) continue;
    const tags = { unit: unitId ?? "", class: slug ?? "", state };
    const key = JSON.stringify(tags);
    const count = counts.get(key) ?? { tags, fields: { open: 0, overdue: 0, life_safety: 0 } };
    count.fields.open += 1;
    if (deadline !== undefined && deadline < now) count.fields.overdue += 1;
    if (lifeSafety) count.fields.life_safety += 1;
    counts.set(key, count);
  }
}
