import { expect, test } from "vitest";
import type { ClassInfo } from "../../shared/platform-types.ts";
import { findCategories } from "./category.ts";

const CLASSES = [
  {
    slug: "manhole-cover",
    title: { zh: "井盖", en: "Manhole cover" },
    measurements: [],
    conditions: [
      { conditionId: "cover-broken", title: { zh: "破损", en: "Cover broken" } },
      { conditionId: "cover-rattle", title: { zh: "弹跳", en: "Cover rattles" } },
    ],
  },
  {
    slug: "waste-bin",
    title: { zh: "垃圾箱", en: "Waste bin" },
    measurements: [],
    conditions: [{ conditionId: "bin-damaged", title: { zh: "破损", en: "Damaged" } }],
  },
] as unknown as ClassInfo[];
const found = (typed: string, slug?: string): string[] =>
  findCategories(CLASSES, typed, slug).map(({ conditionId }) => conditionId);

test.each([
  ["破损", undefined, ["cover-broken", "bin-damaged"]],
  ["井盖 破", undefined, ["cover-broken"]],
  ["RATTLE", undefined, ["cover-rattle"]],
  ["", undefined, []],
  ["", "waste-bin", ["bin-damaged"]],
  ["rattle", "waste-bin", []],
])("'%s' for %s finds %j", (typed, slug, wanted) => {
  expect(found(typed, slug)).toEqual(wanted);
});
