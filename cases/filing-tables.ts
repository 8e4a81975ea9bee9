/**
 * The tables of the filing that a city replaces while the platform runs: filing conditions,
 * categories and the limit classes of areas. Whoever holds the book or the classes reads them as
 * they stand; what a case was filed with is kept in the case.
 */
import type { AssetClass } from "../model/asset-class.ts";
import type { Sql } from "../model/database.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Rule } from "../model/rule.ts";
import { DEFAULT_CATEGORIES } from "./category-rows.ts";
import {
  CATEGORY_SHAPE,
  type CategoryRow,
  CODE_SYSTEMS,
  categoryKey,
  indexCategories,
} from "./category-table.ts";
import { type ConditionBook, GENERAL_ROWS, indexConditions, liveBook } from "./conditions.ts";
import { declaredRows, FILING_SHAPE, type FilingRow } from "./filing-table.ts";
import { checkFiling, type TableFindings } from "./filing-table-checks.ts";
import type { CsvRecord, TableRow } from "./filing-table-reader.ts";
import { type CityTable, createCityTable } from "./filing-table-replace.ts";
import { indexAreas, LIMIT_AREA_SHAPE, type LimitArea } from "./limit-class.ts";

export interface FilingTablesDeps {
  classes: readonly AssetClass[];
  registry: Pick<RegistryView, "unit">;
  /** The rules that stand. */
  rules(): readonly Pick<Rule, "ruleId" | "class" | "conditionId">[];
  readRecords(text: string): Promise<CsvRecord[]>;
}

export interface FilingTables {
  readonly conditions: CityTable<FilingRow>;
  readonly categories: CityTable<CategoryRow>;
  readonly areas: CityTable<LimitArea>;
  readonly book: ConditionBook;
  /** The declared classes with the conditions as they stand, for whoever checks by them. */
  readonly classes: readonly AssetClass[];
  /** Takes up what was kept; before anything is filed. */
  load(sql: Sql): Promise<void>;
}

const [DEFAULT_SYSTEM] = CODE_SYSTEMS;

export function createFilingTables(deps: FilingTablesDeps): FilingTables {
  const slugs = deps.classes.map(({ slug }) => slug);
  const shipped = [...GENERAL_ROWS, ...declaredRows(deps.classes)];
  let rows = indexConditions(shipped);
  let ofClass = byClass(shipped);
  let categoryIndex = indexCategories(DEFAULT_CATEGORIES, DEFAULT_SYSTEM);
  let areaIndex = indexAreas([], deps.registry);
  const { readRecords } = deps;

  const categories = createCityTable<CategoryRow>({
    name: "categories",
    shape: CATEGORY_SHAPE,
    shipped: DEFAULT_CATEGORIES,
    setting: DEFAULT_SYSTEM,
    readRecords,
    check: checkCategories,
    onChange() {
      const state = categories.state();
      categoryIndex = indexCategories(state.rows, systemOf(state.setting));
    },
  });
  const areas = createCityTable<LimitArea>({
    name: "limit-areas",
    shape: LIMIT_AREA_SHAPE,
    shipped: [],
    readRecords,
    check: () => ({ faults: [], warnings: [] }),
    onChange() {
      areaIndex = indexAreas(areas.state().rows, deps.registry);
    },
  });
  const conditions = createCityTable<FilingRow>({
    name: "filing-conditions",
    shape: FILING_SHAPE,
    shipped,
    readRecords,
    check: (next, former, { isLifeSafetyConfirmed }) =>
      checkFiling(next, {
        former,
        classes: slugs,
        rules: deps.rules(),
        categories: categoryIndex,
        isLifeSafetyConfirmed,
      }),
    onChange() {
      const state = conditions.state();
      rows = indexConditions(state.rows);
      ofClass = byClass(state.rows);
    },
  });

  return {
    conditions,
    categories,
    areas,
    book: liveBook(() => ({
      conditions: rows,
      version: conditions.state().version,
      categories: categoryIndex,
      areas: areaIndex,
    })),
    classes: deps.classes.map((each) => ({
      ...each,
      get conditions() {
        return ofClass.get(each.slug) ?? [];
      },
    })),
    async load(sql) {
      for (const table of [categories, areas, conditions]) await table.load(sql);
    },
  };
}

function byClass(rows: readonly FilingRow[]): Map<string, FilingRow[]> {
  const found = new Map<string, FilingRow[]>();
  for (const row of rows) found.set(row.class, [...(found.get(row.class) ?? []), row]);
  return found;
}

/** What a version keeps was checked when it was put. */
const systemOf = (setting: string | undefined) =>
  CODE_SYSTEMS.find((each) => each === setting) ?? DEFAULT_SYSTEM;

/** A translation that leads nowhere is told; the other system's row may come later. */
function checkCategories(rows: readonly TableRow<CategoryRow>[]): TableFindings {
  const keys = new Set(rows.map(({ value }) => CATEGORY_SHAPE.keyOf(value)));
  const warnings = rows.flatMap(({ row, line, value }) => {
    const { system, kind, sameAs } = value;
    const other = CODE_SYSTEMS.find((each) => each !== system) ?? system;
    if (sameAs === undefined || keys.has(categoryKey(other, kind, sameAs))) return [];
    const wanted = `a ${kind}'s code of ${other} that has a row`;
    return [{ row, line, column: "sameAs", wanted, got: sameAs }];
  });
  return { faults: [], warnings };
}
