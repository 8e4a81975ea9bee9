/**
 * Filing conditions (立案条件) by class and id, as the city's tables stand now. Conditions are
 * declared with their class until the city puts its own in their place; the two general ones here
 * are for reports that name none: a person's word about a thing that no table row fits yet.
 */
import { type AssetClass, FilingCondition } from "../model/asset-class.ts";
import type { Case } from "../model/case.ts";
import { DEFAULT_CATEGORIES } from "./category-rows.ts";
import { type CategoryIndex, indexCategories } from "./category-table.ts";
import { declaredRows, type FilingRow, filingKey } from "./filing-table.ts";
import { type AreaIndex, limitOf, type Place } from "./limit-class.ts";

const GENERAL_SOURCE =
  "house default for reports without a row; a city puts its own table in its place";

const GENERAL_CONDITIONS = {
  component: FilingCondition.parse({
    conditionId: "general-component",
    kind: "component",
    categoryCode: "0599",
    title: { zh: "部件问题", en: "a component is not in order" },
    closing: { zh: "恢复", en: "in order again" },
    limit: { value: 1, unit: "working-day" },
    filing: "review",
    lifeSafety: false,
    hold: { kind: "duration", ms: 600_000 },
    source: GENERAL_SOURCE,
  }),
  event: FilingCondition.parse({
    conditionId: "general-event",
    kind: "event",
    categoryCode: "0699",
    title: { zh: "其他事件", en: "another event" },
    closing: { zh: "消除", en: "gone" },
    limit: { value: 1, unit: "working-day" },
    filing: "review",
    lifeSafety: false,
    hold: { kind: "duration", ms: 600_000 },
    source: GENERAL_SOURCE,
  }),
} as const;

export const GENERAL_ROWS: readonly FilingRow[] = Object.values(GENERAL_CONDITIONS).map((each) => ({
  class: "",
  ...each,
}));

const GENERAL_IDS: ReadonlySet<string> = new Set(GENERAL_ROWS.map((each) => each.conditionId));

/** Is it no row that fits, but a report's stand-in? */
export const isGeneralRow = ({ conditionId }: Pick<FilingCondition, "conditionId">): boolean =>
  GENERAL_IDS.has(conditionId);

const isGeneralComponent = (condition: FilingCondition): boolean =>
  condition.conditionId === GENERAL_CONDITIONS.component.conditionId;

export interface ConditionIndex {
  /** The class's own row, else the row of that id without a class, else of any class. */
  find(classSlug: string | undefined, conditionId: string): FilingCondition | undefined;
  /** The class's own row alone: what its sensors can prove. */
  ofClass(classSlug: string | undefined, conditionId: string): FilingCondition | undefined;
}

export interface ConditionBook extends ConditionIndex {
  /** The stand-in for a report that names no row. */
  general(kind: Case["kind"]): FilingCondition;
  /**
   * 大类 and 小类: the row's, else those of the component (digits 7 to 10 of its code), in the
   * city's own code system. The stand-in's code is for what has no component.
   */
  categoryOf(condition: FilingCondition, componentCode: string | undefined): string;
  /** The limit of a case there, with what it was chosen by. */
  limitFor(
    condition: FilingCondition,
    place: Place,
  ): Pick<Case, "limit" | "limitClass" | "conditionVersion">;
}

/** The tables at one moment. */
export interface FilingState {
  conditions: ConditionIndex;
  /** Of the filing table; 0 as it is declared. */
  version: number;
  categories: CategoryIndex;
  areas: AreaIndex;
}

export function indexConditions(rows: readonly FilingRow[]): ConditionIndex {
  const own = new Map<string, FilingRow>();
  const any = new Map<string, FilingRow>();
  const isFirst = (row: FilingRow): boolean => row.class === "" || !any.has(row.conditionId);
  for (const row of rows) {
    if (row.class !== "") own.set(filingKey(row.class, row.conditionId), row);
    if (isFirst(row)) any.set(row.conditionId, row);
  }
  const ofClass: ConditionIndex["ofClass"] = (classSlug, id) =>
    classSlug === undefined ? undefined : own.get(filingKey(classSlug, id));
  return { ofClass, find: (classSlug, id) => ofClass(classSlug, id) ?? any.get(id) };
}

/** Asks `now` each time, so that whoever holds the book reads the tables as they stand. */
export function liveBook(now: () => FilingState): ConditionBook {
  const general = (kind: Case["kind"]): FilingCondition =>
    now().conditions.find(undefined, GENERAL_CONDITIONS[kind].conditionId) ??
    GENERAL_CONDITIONS[kind];
  return {
    find: (classSlug, id) => now().conditions.find(classSlug, id),
    ofClass: (classSlug, id) => now().conditions.ofClass(classSlug, id),
    general,
    categoryOf(condition, componentCode) {
      const isOfRow = condition.categoryCode !== "" && !isGeneralComponent(condition);
      if (isOfRow) return condition.categoryCode;
      if (componentCode === undefined) return general("component").categoryCode;
      return now().categories.translated("component", componentCode.slice(6, 10));
    },
    limitFor(condition, place) {
      const { areas, version: conditionVersion } = now();
      const limitClass = areas.classOf(place);
      return { limit: limitOf(condition, limitClass), limitClass, conditionVersion };
    },
  };
}

/** What is declared, with no table of the city's. */
export function conditionBook(classes: readonly AssetClass[]): ConditionBook {
  const state: FilingState = {
    conditions: indexConditions([...GENERAL_ROWS, ...declaredRows(classes)]),
    version: 0,
    categories: indexCategories(DEFAULT_CATEGORIES, "GB/T 30428.2-2013"),
    areas: { classOf: () => "B" },
  };
  return liveBook(() => state);
}
