/** What happened to an alarm or a case as a point, and open cases counted. Pure. */
import type { Point } from "../ingest/store/influx/influx-store.ts";
import type { AlarmHappening } from "../model/alarm.ts";
import type { Case } from "../model/case.ts";
import { HOUR_MS } from "../model/clock.ts";

export interface Titles {
  rule(ruleId: string): { zh: string } | undefined;
  condition(slug: string | undefined, conditionId: string): { zh: string } | undefined;
}

/** Where an asset stands: its grid cell, and the street that this is of. */
export interface PlaceTags extends Record<string, string> {
  grid: string;
  street: string;
}

type PlaceOf = (assetId: string | undefined) => PlaceTags;

/** Digits of a grid cell that name its street. */
const STREET_DIGITS = 9;

export const streetOfCell = (gridCell: string | undefined): string =>
  gridCell?.slice(0, STREET_DIGITS) ?? "";

export const placeOfCell = (gridCell = ""): PlaceTags => ({
  grid: gridCell,
  street: streetOfCell(gridCell),
});

export function alarmPoint(
  { kind, alarm, at }: AlarmHappening,
  titles: Titles,
  placeOf: PlaceOf,
): Point {
  const { alarmId, ruleId, assetId, severity, evidence, class: slug } = alarm;
  return {
    name: "alarm",
    tags: {
      ...{ class: slug, asset: assetId ?? "", ...placeOf(assetId), rule: ruleId },
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
export function casePoint(row: CaseRow, titles: Titles, placeOf: PlaceOf): Point | undefined {
  const theCase = JSON.parse(row.body) as Case;
  const { assetId, conditionId, unitId, source, lifeSafety, isDrill, class: slug } = theCase;
  if (isDrill === true) return undefined;
  const at = Number(row.at);
  const { openedAt, deadline } = theCase;
  return {
    name: "case_event",
    tags: {
      ...{ class: slug ?? "", asset: assetId ?? "", ...placeOf(assetId) },
      ...{ unit: row.unit_id ?? unitId ?? "", event: row.event, state: row.to_state, source },
      life_safety: String(lifeSafety),
    },
    fields: {
      caseNo: row.case_no,
      title: titles.condition(slug, conditionId)?.zh ?? conditionId,
      hoursOpen: (at - openedAt) / HOUR_MS,
      ...(deadline !== undefined && {
        hoursLeft: (deadline - at) / HOUR_MS,
        inTime: at <= deadline ? 1 : 0,
      }),
    },
    at,
    seq: Number(row.chain_seq),
  };
}

export type WorkCounts = Map<string, { tags: Record<string, string>; fields: Work }>;
interface Work extends Record<string, number> {
  open: number;
  overdue: number;
  due_soon: number;
  life_safety: number;
}

export const NO_WORK: Work = { open: 0, overdue: 0, due_soon: 0, life_safety: 0 };
const DUE_SOON_MS = 4 * HOUR_MS;

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
    const count = counts.get(key) ?? { tags, fields: { ...NO_WORK } };
    count.fields.open += 1;
    if (deadline !== undefined && deadline < now) count.fields.overdue += 1;
    else if (deadline !== undefined && deadline < now + DUE_SOON_MS) count.fields.due_soon += 1;
    if (lifeSafety) count.fields.life_safety += 1;
    counts.set(key, count);
  }
}
