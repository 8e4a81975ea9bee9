/** The figures of the wall, out of what is watched. Drills are in none of them. Pure. */
import { isLate } from "../../shared/case-due.ts";
import type { CaseItem, CaseState, CityFiguresInfo, MapData } from "../../shared/platform-types.ts";
import type { Watched } from "../watch/watched.ts";

export const STAGES = [
  "report",
  "file",
  "dispatch",
  "handle",
  "check",
  "close",
  "suspend",
] as const;
export type Stage = (typeof STAGES)[number];

const STAGE_OF: Partial<Record<CaseState, Stage>> = {
  REPORTED: "report",
  VERIFYING: "report",
  PENDING_FILING: "file",
  PENDING_DISPATCH: "dispatch",
  RETURN_REVIEW: "dispatch",
  DISPATCHED: "handle",
  HANDLING: "handle",
  FEEDBACK: "check",
  CHECKING: "check",
  PENDING_CLOSE: "close",
  SUSPENDED: "suspend",
};

export interface CaseFigures {
  open: number;
  dangers: number;
  late: number;
  stages: Record<Stage, number>;
}

export function caseFigures({ cases }: Watched, now: number): CaseFigures {
  const figures: CaseFigures = {
    open: 0,
    dangers: 0,
    late: 0,
    stages: { report: 0, file: 0, dispatch: 0, handle: 0, check: 0, close: 0, suspend: 0 },
  };
  for (const item of cases.values()) {
    if (item.isDrill === true) continue;
    figures.open += 1;
    if (item.lifeSafety) figures.dangers += 1;
    if (isLate(item, now)) figures.late += 1;
    const stage = STAGE_OF[item.state];
    if (stage !== undefined) figures.stages[stage] += 1;
  }
  return figures;
}

export interface ClassFigures {
  /** Its index in the map's classes. */
  index: number;
  /** Assets with a device. */
  watched: number;
  silent: number;
  /** Assets with an alarm that stands or a case that a sensor opened. */
  alarmed: number;
}

/** Of every class that has a device somewhere. */
export function classFigures(data: MapData, { alarms, cases, silent }: Watched): ClassFigures[] {
  const classOf = new Map<string, number>();
  const rows = data.classes.map((_, index) => ({ index, watched: 0, silent: 0, alarmed: 0 }));
  for (const [assetId, index, , , , hasDevice] of data.items) {
    const row = rows[index];
    if (row === undefined || hasDevice === 0) continue;
    classOf.set(assetId, index);
    row.watched += 1;
  }
  const count = (assetIds: Iterable<string>, as: "silent" | "alarmed"): void => {
    for (const assetId of new Set(assetIds)) {
      const row = rows[classOf.get(assetId) ?? -1];
      if (row !== undefined) row[as] += 1;
    }
  };
  count(silent, "silent");
  const called = [
    ...[...alarms.values()].filter(({ severity }) => severity !== "notice"),
    ...[...cases.values()].filter(({ source, isDrill }) => source === "sensor" && isDrill !== true),
  ].flatMap(({ assetId }) => assetId ?? []);
  count(
    called.filter((assetId) => !silent.has(assetId)),
    "alarmed",
  );
  return rows.filter((row) => row.watched > 0);
}

/** The share in order: heard, and without an alarm. */
export const orderShare = ({ watched, silent, alarmed }: ClassFigures): number =>
  (watched - silent - alarmed) / watched;

export function heardShare(rows: readonly ClassFigures[]): number | undefined {
  const sum = (of: "watched" | "silent"): number => rows.reduce((all, row) => all + row[of], 0);
  return sum("watched") === 0 ? undefined : 1 - sum("silent") / sum("watched");
}

type CityPart = Pick<CityFiguresInfo, "lighting" | "outlets">;

/** The lighting rate, lit of those that should be and are heard: by day and where nobody is heard there is none. */
export const lightingRate = ({ lighting: { heard, lit } }: CityPart): number | undefined =>
  heard === 0 ? undefined : lit / heard;

/** Outlets within their limits of those that are measured; where none is, nothing can be said. */
export const withinRate = ({ outlets: { measured, within } }: CityPart): number | undefined =>
  measured === 0 ? undefined : within / measured;

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** How many were opened in each of the last 24 hours, the oldest first. */
export function openedByHour(
  items: readonly Pick<CaseItem, "openedAt" | "isDrill">[],
  now: number,
): number[] {
  const hours = Array.from({ length: HOURS }, () => 0);
  for (const { openedAt, isDrill } of items) {
    const ago = Math.floor((now - Date.parse(openedAt)) / HOUR_MS);
    if (isDrill === true || ago < 0 || ago >= HOURS) continue;
    hours[HOURS - 1 - ago] = (hours[HOURS - 1 - ago] ?? 0) + 1;
  }
  return hours;
}

/** `99.3 %`: never rounded up to a whole that it is not. */
export const percent = (share: number): string => `${(Math.floor(share * 1000) / 10).toFixed(1)}%`;
