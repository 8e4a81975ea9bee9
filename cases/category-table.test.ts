import { expect, test } from "vitest";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { DEFAULT_CATEGORIES } from "./category-rows.ts";
import { CATEGORY_SHAPE, CODE_SYSTEMS, indexCategories } from "./category-table.ts";
import { GENERAL_ROWS } from "./conditions.ts";

const [GB, CJ] = CODE_SYSTEMS;

test("component 0504 and event 0504 are two categories", () => {
  const found = DEFAULT_CATEGORIES.filter(({ code }) => code === "0504");
  expect(found.map(({ kind, title }) => [kind, title.zh])).toEqual([
    ["component", "液化气站"],
    ["event", "热力管道破裂"],
  ]);
});

test("no two shipped categories have one key, each has its major title and its source", () => {
  const keys = DEFAULT_CATEGORIES.map(CATEGORY_SHAPE.keyOf);
  expect(new Set(keys).size).toBe(keys.length);
  for (const row of DEFAULT_CATEGORIES) {
    expect(row.majorTitle, row.code).not.toBe("");
    expect(row.source, row.code).toMatch(/^(S|R \d\d|D): /);
  }
});

test("what is the same in both systems is said by both of its rows", () => {
  const byKey = new Map(DEFAULT_CATEGORIES.map((row) => [CATEGORY_SHAPE.keyOf(row), row]));
  for (const { system, kind, code, sameAs } of DEFAULT_CATEGORIES) {
    if (sameAs === undefined) continue;
    const other = byKey.get(`${system === GB ? CJ : GB}/${kind}/${sameAs}`);
    if (other?.sameAs !== undefined) expect(other.sameAs, `${system} ${code}`).toBe(code);
    expect(other, `${system} ${code}`).toBeDefined();
  }
});

test("every code that a shipped condition or class names is a shipped category", () => {
  const index = indexCategories(DEFAULT_CATEGORIES, GB);
  const conditions = [...GENERAL_ROWS, ...ASSET_CLASSES.flatMap((each) => each.conditions)];
  for (const { kind, categoryCode } of conditions) {
    if (categoryCode !== "") expect(index.has(kind, categoryCode), categoryCode).toBe(true);
  }
  const codes = new Set(DEFAULT_CATEGORIES.map(({ code }) => code));
  const unnamed = ASSET_CLASSES.flatMap((each) => each.componentCategories).filter(
    (code) => !codes.has(code),
  );
  expect(unnamed).toEqual([]);
});

test.each([
  // What the city's system has stands for itself, also where the other means something else by it.
  [GB, "0118", "0118"],
  [CJ, "0118", "0118"],
  [GB, "0302", "0303"],
  [GB, "0135", "0149"],
  [CJ, "0137", "0118"],
  [CJ, "0123", "0114"],
  [GB, "2104", "2104"],
  [GB, "9999", "9999"],
])("in a city of %s a component's %s is %s", (system, code, wanted) => {
  expect(indexCategories(DEFAULT_CATEGORIES, system).translated("component", code)).toBe(wanted);
});
