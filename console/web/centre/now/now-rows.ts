/** The rows of the live list: open cases and alarms without one, in the order in which they call for somebody. Pure. */
import { dueAt } from "../../shared/case-due.ts";
import type { AlarmItem, CaseItem } from "../../shared/platform-types.ts";
import type { MarkGiven } from "../map/map-shown.ts";
import { alarmsWithoutCase, type Watched } from "../watch/watched.ts";
import { isClassShown, type NowFilter } from "./now-filter.ts";

export type NowRow = { key: string; rank: number; dueAt: number } & (
  | { kind: "case"; item: CaseItem }
  | { kind: "alarm"; item: AlarmItem }
);

/** Dangers to life first, then what is due first; an alarm without a case has no time set and comes last. */
export function rowsOf(watched: Watched, filter: NowFilter): NowRow[] {
  const rows: NowRow[] = [];
  for (const item of watched.cases.values()) {
    if (!isShown(filter, item) || (filter.unitId ?? item.unitId) !== item.unitId) continue;
    rows.push({ kind: "case", item, key: item.caseNo, rank: rankOf(item), dueAt: dueAt(item) });
  }
  for (const item of filter.unitId === undefined ? alarmsWithoutCase(watched) : []) {
    if (!isShown(filter, item)) continue;
    const raised = Date.parse(item.raisedAt);
    // A danger that nobody is on the way to comes before every danger that somebody has.
    const due = item.lifeSafety ? raised - LONG_MS : Number.MAX_SAFE_INTEGER;
    rows.push({ kind: "alarm", item, key: item.alarmId, rank: rankOf(item), dueAt: due });
  }
  return rows.sort((a, b) => a.rank - b.rank || a.dueAt - b.dueAt || (a.key < b.key ? -1 : 1));
}

const LONG_MS = 100 * 365 * 24 * 3_600_000;

const isShown = (filter: NowFilter, { class: slug, lifeSafety }: CaseItem | AlarmItem): boolean =>
  isClassShown(filter, slug) && filter.states.has(lifeSafety ? "danger" : "alarm");

const rankOf = ({ lifeSafety }: CaseItem | AlarmItem): number => (lifeSafety ? 0 : 1);

export type PlaceOfAsset = (assetId: string) => { lon: number; lat: number } | undefined;

/** What the map marks: every row that has a place. */
export function marksOf(rows: readonly NowRow[], placeOf: PlaceOfAsset): MarkGiven[] {
  return rows.flatMap(({ kind, item }): MarkGiven[] => {
    const { lifeSafety: isDanger, assetId } = item;
    if (kind === "case") {
      const { lon, lat, caseNo, isDrill = false } = item;
      return [{ lon, lat, isDanger, isDrill, caseNo, assetId }];
    }
    const place = placeOf(assetId ?? "");
    return place === undefined ? [] : [{ ...place, isDanger, isDrill: false, assetId }];
  });
}
