/**
 * The table of categories: what components (部件) and events (事件) there are, by the code that the
 * city works with and by the other code system. A category is known by its system, its kind and its
 * code together: component 0504 is a filling station of gas, event 0504 a burst heating pipe.
 */
import type { Cells, TableShape } from "./filing-table-reader.ts";

export const CODE_SYSTEMS = ["GB/T 30428.2-2013", "CJ/T 214"] as const;
export type CodeSystem = (typeof CODE_SYSTEMS)[number];
export type CategoryKind = "component" | "event";

export interface CategoryRow {
  system: CodeSystem;
  kind: CategoryKind;
  /** 大类 and 小类, 4 digits. */
  code: string;
  title: { zh: string; en: string };
  /** 大类. */
  majorTitle: string;
  /** The same thing's code in the other system. */
  sameAs?: string;
  source: string;
}

const TITLE_CHARACTERS_MAX = 200;
const SOURCE_CHARACTERS_MAX = 500;

export const categoryKey = (system: string, kind: string, code: string): string =>
  `${system}/${kind}/${code}`;

export const CATEGORY_SHAPE: TableShape<CategoryRow> = {
  columns: ["system", "kind", "code", "titleZh", "titleEn", "majorTitle", "sameAs", "source"],
  keyOf: ({ system, kind, code }) => categoryKey(system, kind, code),
  print: ({ system, kind, code, title, majorTitle, sameAs, source }) => [
    system,
    kind,
    code,
    title.zh,
    title.en,
    majorTitle,
    sameAs ?? "",
    source,
  ],
  read: readCategory,
};

function readCategory(cells: Cells): CategoryRow {
  const other = cells.get("sameAs");
  const sameAs = other === "" ? undefined : cells.code("sameAs", "4 digits, or nothing");
  return {
    system: cells.oneOf("system", CODE_SYSTEMS),
    kind: cells.oneOf("kind", ["component", "event"]),
    code: cells.code("code", "4 digits"),
    title: {
      zh: cells.text("titleZh", TITLE_CHARACTERS_MAX),
      en: cells.text("titleEn", TITLE_CHARACTERS_MAX),
    },
    majorTitle: cells.text("majorTitle", TITLE_CHARACTERS_MAX),
    ...(sameAs !== undefined && { sameAs }),
    source: cells.text("source", SOURCE_CHARACTERS_MAX),
  };
}

export interface CategoryIndex {
  /** Does the city's own system have it? */
  has(kind: CategoryKind, code: string): boolean;
  /** Codes of the city's own system. */
  codes(kind: CategoryKind): string[];
  /**
   * The code of the city's own system for a code that may be of the other: one that the city's
   * system has stands for itself, one that only the other has is translated where that says how.
   */
  translated(kind: CategoryKind, code: string): string;
}

export function indexCategories(rows: readonly CategoryRow[], system: CodeSystem): CategoryIndex {
  const byKey = new Map(rows.map((row) => [CATEGORY_SHAPE.keyOf(row), row]));
  const other = CODE_SYSTEMS.find((each) => each !== system) ?? system;
  const has: CategoryIndex["has"] = (kind, code) => byKey.has(categoryKey(system, kind, code));
  return {
    has,
    codes: (kind) =>
      rows.filter((row) => row.system === system && row.kind === kind).map(({ code }) => code),
    translated(kind, code) {
      if (has(kind, code)) return code;
      return byKey.get(categoryKey(other, kind, code))?.sameAs ?? code;
    },
  };
}
