/**
 * What the rows of a filing table mean to each other, to the rules and to life safety. Pure:
 * answers every fault, and warnings that refuse nothing. What protects lives is not lost by a slip:
 * such a row may not go, wait for review or get a longer limit unless somebody says that it shall.
 */
import { type FilingCondition, LimitClass } from "../model/asset-class.ts";
import { MINUTE_MS } from "../model/clock.ts";
import { nearestName } from "../model/nearest-name.ts";
import type { Rule } from "../model/rule.ts";
import type { CategoryIndex } from "./category-table.ts";
import { GENERAL_ROWS, indexConditions } from "./conditions.ts";
import { FILING_SHAPE, type FilingRow, filingKey } from "./filing-table.ts";
import type { TableFault, TableRow } from "./filing-table-reader.ts";
import { limitOf, mayBeLonger } from "./limit-class.ts";
import { arriveByOf } from "./limits-met.ts";

export interface FilingContext {
  /** The table that stands. */
  former: readonly FilingRow[];
  /** Slugs of the classes there are. */
  classes: readonly string[];
  rules: readonly Pick<Rule, "ruleId" | "class" | "conditionId">[];
  categories: CategoryIndex;
  /** Somebody answers for what life safety loses. */
  isLifeSafetyConfirmed: boolean;
}

export interface TableFindings {
  faults: TableFault[];
  warnings: TableFault[];
}

export function checkFiling(
  rows: readonly TableRow<FilingRow>[],
  context: FilingContext,
): TableFindings {
  const next = new Map(rows.map((each) => [FILING_SHAPE.keyOf(each.value), each]));
  const nearestRow = seeker([...new Set(rows.map(({ value }) => value.conditionId))]);
  const faults = [
    ...rows.flatMap((each) => rowFaults(each, nearestRow, context)),
    ...generalFaults(next),
    ...ruleFaults(next, context),
  ];
  if (!context.isLifeSafetyConfirmed) faults.push(...lifeSafetyFaults(next, context));
  return { faults, warnings: codeWarnings(rows, context.categories) };
}

/** Names of a file for which the nearest is sought: among thousands each takes a while. */
const NAMES_SOUGHT_MAX = 10;

interface Seeker {
  has(name: string): boolean;
  nearest(name: string): string | undefined;
}

function seeker(names: readonly string[]): Seeker {
  const there = new Set(names);
  const sought = new Map<string, string | undefined>();
  return {
    has: (name) => there.has(name),
    nearest(name) {
      if (!sought.has(name) && sought.size < NAMES_SOUGHT_MAX) {
        sought.set(name, nearestName(name, names));
      }
      return sought.get(name);
    },
  };
}

type ByKey = ReadonlyMap<string, TableRow<FilingRow>>;

function rowFaults(
  { row, line, value }: TableRow<FilingRow>,
  rows: Seeker,
  { classes }: FilingContext,
): TableFault[] {
  const faults: TableFault[] = [];
  const put = (column: string, wanted: string, got: string, nearest?: string) => {
    faults.push({ row, line, column, wanted, got, ...(nearest !== undefined && { nearest }) });
  };
  if (value.class !== "" && !classes.includes(value.class)) {
    put(
      "class",
      `a class (${classes.join(", ")}), or nothing`,
      value.class,
      nearestName(value.class, classes),
    );
  }
  const { repairConditionId: repair, conditionId } = value;
  if (repair !== undefined) {
    if (!rows.has(repair)) {
      put("repairConditionId", "a condition of the table", repair, rows.nearest(repair));
    }
    if (repair === conditionId) put("repairConditionId", "another condition than its own", repair);
  }
  const [a, b, c] = LimitClass.options.map((each) => limitOf(value, each));
  if (a !== undefined && b !== undefined && mayBeLonger(a, b)) {
    put("limitA", `at most the limit of B, ${b.value} ${b.unit}`, `${a.value} ${a.unit}`);
  }
  if (b !== undefined && c !== undefined && mayBeLonger(b, c)) {
    put("limitC", `at least the limit of B, ${b.value} ${b.unit}`, `${c.value} ${c.unit}`);
  }
  return faults;
}

/** A report without a condition needs its stand-in, and a kind is what it is looked up by. */
function generalFaults(next: ByKey): TableFault[] {
  return GENERAL_ROWS.flatMap(({ conditionId, kind }): TableFault[] => {
    const found = next.get(filingKey("", conditionId));
    if (found === undefined) {
      const wanted = `a row '${conditionId}' without a class: reports that name no condition stand under it`;
      return [{ column: "conditionId", wanted, got: "no such row" }];
    }
    const { row, line, value } = found;
    if (value.kind === kind) return [];
    return [{ row, line, column: "kind", wanted: kind, got: value.kind }];
  });
}

/** A rule whose condition is gone would alarm and open no case. */
function ruleFaults(next: ByKey, { rules, former }: FilingContext): TableFault[] {
  const had = new Set(former.map(FILING_SHAPE.keyOf));
  const namedBy = new Map<string, string[]>();
  for (const { ruleId, class: slug, conditionId } of rules) {
    if (conditionId === undefined) continue;
    const key = filingKey(slug, conditionId);
    if (had.has(key) && !next.has(key)) namedBy.set(key, [...(namedBy.get(key) ?? []), ruleId]);
  }
  return [...namedBy].map(([key, ruleIds]) => ({
    column: "conditionId",
    wanted: `a row '${key}', since it is named by the rule ${ruleIds.join(", ")}; change the rule first`,
    got: "no such row",
  }));
}

const CONFIRM = "or '?confirm=life-safety' with a 'reason'";

function lifeSafetyFaults(next: ByKey, { former }: FilingContext): TableFault[] {
  const before = indexConditions(former);
  const gone = former
    .filter((each) => each.lifeSafety && !next.has(FILING_SHAPE.keyOf(each)))
    .map((each) => ({
      column: "conditionId",
      wanted: `a row '${FILING_SHAPE.keyOf(each)}', which protects lives; ${CONFIRM}`,
      got: "no such row",
    }));
  const losses = [...next.values()].flatMap((each) => {
    // A new row may stand in the place of one that reports of its class were filed under.
    const { class: slug, conditionId } = each.value;
    return lossFaults(each, before.find(slug === "" ? undefined : slug, conditionId));
  });
  return [...gone, ...losses];
}

function lossFaults(
  { row, line, value }: TableRow<FilingRow>,
  before: FilingCondition | undefined,
): TableFault[] {
  const faults: TableFault[] = [];
  const put = (column: string, wanted: string, got: string) => {
    faults.push({ row, line, column, wanted: `${wanted}; ${CONFIRM}`, got });
  };
  const wasReview = before?.lifeSafety === true && before.filing === "review";
  if (value.filing === "review" && !wasReview && (value.lifeSafety || before?.lifeSafety)) {
    put("filing", "immediate, since life safety waits for no review", value.filing);
  }
  if (before?.lifeSafety !== true) return faults;
  if (!value.lifeSafety) put("lifeSafety", "true, as it was", "false");
  for (const limitClass of LimitClass.options) {
    // What A and C take from B is told once, there.
    const isOwn = [value, before].some(
      (each) => limitClass === "B" || each.limits?.[limitClass] !== undefined,
    );
    if (!isOwn) continue;
    const [limit, was] = [limitOf(value, limitClass), limitOf(before, limitClass)];
    if (!mayBeLonger(limit, was)) continue;
    const wanted = `at most ${was.value} ${was.unit}, as it was`;
    put(`limit${limitClass}`, wanted, `${limit.value} ${limit.unit}`);
  }
  const [minutes, were] = [arrivalMinutes(value), arrivalMinutes(before)];
  if (minutes > were) put("arriveWithinMinutes", `at most ${were}, as it was`, `${minutes}`);
  return faults;
}

/** An empty cell is the house's own time. */
const arrivalMinutes = (row: FilingCondition): number =>
  (arriveByOf({ lifeSafety: true }, row, 0) ?? 0) / MINUTE_MS;

/** The table of categories is replaced by itself: before or after this one. */
function codeWarnings(
  rows: readonly TableRow<FilingRow>[],
  categories: CategoryIndex,
): TableFault[] {
  const codes = {
    component: seeker(categories.codes("component")),
    event: seeker(categories.codes("event")),
  };
  return rows.flatMap(({ row, line, value }) => {
    const { kind, categoryCode: got } = value;
    if (got === "" || codes[kind].has(got)) return [];
    const wanted = `a ${kind}'s code of the table of categories, in the city's own system`;
    const nearest = codes[kind].nearest(got);
    const place = { row, line, column: "categoryCode" };
    return [{ ...place, wanted, got, ...(nearest !== undefined && { nearest }) }];
  });
}
