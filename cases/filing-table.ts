/**
 * The filing table (立案条件) as rows of text: one condition of one class a row, as the city reads
 * and writes it in a spreadsheet. A row without a class is of no sensor: people report under it.
 * Pure; what rows mean to each other is checked in `filing-table-checks.ts`.
 */
import type { AssetClass, CaseLimit, FilingCondition, HoldTime } from "../model/asset-class.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { Cells, TableShape } from "./filing-table-reader.ts";

/** `class` is empty where the row is of none. */
export interface FilingRow extends FilingCondition {
  class: string;
}

export const filingKey = (slug: string, conditionId: string): string => `${slug}/${conditionId}`;

const TITLE_CHARACTERS_MAX = 200;
const SOURCE_CHARACTERS_MAX = 500;
const LIMIT_UNITS = ["urgent-hour", "working-hour", "working-day"] as const;
/** The longest limit of a unit, in that unit. */
const LIMIT_VALUES_MAX: Record<CaseLimit["unit"], number> = {
  "urgent-hour": LIMITS.filingLimitDaysMax * 24,
  "working-hour": LIMITS.filingLimitDaysMax * 8,
  "working-day": LIMITS.filingLimitDaysMax,
};
const SPANS = { ms: 1, s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const;
const HOLD_WANTED = "a time such as 10m or 2h, 'evening 22:00' or 'daily-mean'";

export const FILING_SHAPE: TableShape<FilingRow> = {
  columns: [
    "class",
    "conditionId",
    "kind",
    "categoryCode",
    "titleZh",
    "titleEn",
    "limitA",
    "limitAUnit",
    "limitB",
    "limitBUnit",
    "limitC",
    "limitCUnit",
    "closingZh",
    "closingEn",
    "filing",
    "lifeSafety",
    "hold",
    "arriveWithinMinutes",
    "relapseDays",
    "repairConditionId",
    "source",
  ],
  keyOf: (row) => filingKey(row.class, row.conditionId),
  print: (row) => [
    row.class,
    row.conditionId,
    row.kind,
    row.categoryCode,
    row.title.zh,
    row.title.en,
    ...limitCells(row.limits?.A),
    ...limitCells(row.limit),
    ...limitCells(row.limits?.C),
    row.closing.zh,
    row.closing.en,
    row.filing,
    String(row.lifeSafety),
    holdText(row.hold),
    row.arriveWithinMs === undefined ? "" : String(row.arriveWithinMs / MINUTE_MS),
    row.relapseDays === undefined ? "" : String(row.relapseDays),
    row.repairConditionId ?? "",
    row.source,
  ],
  read: readFilingRow,
};

/** The rows of the classes as they are declared. */
export const declaredRows = (classes: readonly AssetClass[]): FilingRow[] =>
  classes.flatMap(({ slug, conditions }) => conditions.map((each) => ({ class: slug, ...each })));

const limitCells = (limit: CaseLimit | undefined): [string, string] =>
  limit === undefined ? ["", ""] : [String(limit.value), limit.unit];

function holdText(hold: HoldTime): string {
  if (hold.kind === "evening") return `evening ${hold.until}`;
  if (hold.kind === "daily-mean") return hold.kind;
  const { ms } = hold;
  const unit = (["d", "h", "m", "s"] as const).find((name) => ms % SPANS[name] === 0) ?? "ms";
  return `${ms / SPANS[unit]}${unit}`;
}

function readFilingRow(cells: Cells): FilingRow {
  const kind = cells.oneOf("kind", ["component", "event"]);
  const code = cells.get("categoryCode");
  const codeWanted = "4 digits; empty in a component's row: the code of the asset";
  const limits = readLimits(cells);
  const arriveWithinMs = readArrival(cells);
  const relapseDays = readDays(cells);
  const repairConditionId = cells.optionalText("repairConditionId", 64);
  return {
    class: cells.get("class"),
    conditionId: cells.matching(
      "conditionId",
      /^[a-z0-9-]{1,64}$/,
      "1 to 64 of a-z, 0-9 and hyphens",
    ),
    kind,
    categoryCode: kind === "component" && code === "" ? "" : cells.code("categoryCode", codeWanted),
    title: {
      zh: cells.text("titleZh", TITLE_CHARACTERS_MAX),
      en: cells.text("titleEn", TITLE_CHARACTERS_MAX),
    },
    closing: {
      zh: cells.text("closingZh", TITLE_CHARACTERS_MAX),
      en: cells.text("closingEn", TITLE_CHARACTERS_MAX),
    },
    limit: readLimit(cells, "limitB") ?? { value: 1, unit: "working-day" },
    ...(limits !== undefined && { limits }),
    filing: cells.oneOf("filing", ["immediate", "review"]),
    lifeSafety: cells.isTrue("lifeSafety"),
    hold: readHold(cells),
    ...(arriveWithinMs !== undefined && { arriveWithinMs }),
    ...(relapseDays !== undefined && { relapseDays }),
    ...(repairConditionId !== undefined && { repairConditionId }),
    source: cells.text("source", SOURCE_CHARACTERS_MAX),
  };
}

/** Of the classes A and C; empty cells mean the limit of B. */
function readLimits(cells: Cells): FilingCondition["limits"] {
  const isEmpty = (name: string) => cells.get(name) === "" && cells.get(`${name}Unit`) === "";
  const [A, C] = (["limitA", "limitC"] as const).map((name) =>
    isEmpty(name) ? undefined : readLimit(cells, name),
  );
  if (A === undefined && C === undefined) return undefined;
  return { ...(A !== undefined && { A }), ...(C !== undefined && { C }) };
}

function readLimit(cells: Cells, name: "limitA" | "limitB" | "limitC"): CaseLimit | undefined {
  const unit = cells.oneOf(`${name}Unit`, LIMIT_UNITS);
  const value = numberOf(cells.get(name));
  const max = LIMIT_VALUES_MAX[unit];
  if (value !== undefined && value > 0 && value <= max) return { value, unit };
  cells.fault(name, `a number above 0, at most ${max} in ${unit}s`);
  return undefined;
}

function readHold(cells: Cells): HoldTime {
  const text = cells.get("hold");
  if (text === "daily-mean") return { kind: "daily-mean" };
  const until = /^evening (([01]\d|2[0-3]):[0-5]\d)$/.exec(text)?.[1];
  if (until !== undefined) return { kind: "evening", until };
  const [, count = "", unit = "ms"] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Number(count) * SPANS[unit as keyof typeof SPANS];
  if (ms > 0 && ms <= LIMITS.filingHoldMsMax) return { kind: "duration", ms };
  cells.fault("hold", `${HOLD_WANTED}, at most ${LIMITS.filingHoldMsMax / DAY_MS}d`, [
    "daily-mean",
    "evening 22:00",
  ]);
  return { kind: "daily-mean" };
}

function readArrival(cells: Cells): number | undefined {
  const text = cells.get("arriveWithinMinutes");
  if (text === "") return undefined;
  const ms = Math.round((numberOf(text) ?? 0) * MINUTE_MS);
  const max = LIMIT_VALUES_MAX["urgent-hour"] * 60;
  if (ms > 0 && ms <= max * MINUTE_MS) return ms;
  cells.fault("arriveWithinMinutes", `a number of minutes above 0, at most ${max}, or nothing`);
  return undefined;
}

function readDays(cells: Cells): number | undefined {
  const text = cells.get("relapseDays");
  if (text === "") return undefined;
  if (/^\d{1,3}$/.test(text) && Number(text) <= 365) return Number(text);
  cells.fault("relapseDays", "whole days from 0 to 365, or nothing");
  return undefined;
}

const numberOf = (text: string): number | undefined =>
  /^\d{1,7}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
