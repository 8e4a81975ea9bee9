import { expect, test } from "vitest";
import { initialsOf } from "./initials.ts";
import { findWhat, indexed, type WhatItem } from "./what-search.ts";

test.each([
  ["路灯不亮", "ldbl"],
  ["井盖缺失、破损", "jgqsps"],
  ["暴露垃圾", "bllj"],
  ["容器", "rq"],
  ["二次供水 A3", "ecgsa3"],
  ["阿", "a"],
  ["", ""],
])("'%s' is found by '%s'", (text, initials) => {
  expect(initialsOf(text)).toBe(initials);
});

const item = (key: string, zh: string, en: string, more: Partial<WhatItem> = {}): WhatItem => ({
  ...{ key, kind: "component", categoryCode: "0101", title: { zh, en }, group: "wells" },
  lifeSafety: false,
  ...more,
});
const ITEMS = indexed([
  item("category", "污水井盖", "Sewer cover"),
  item("open", "井盖缺失", "Cover missing", { conditionId: "open", lifeSafety: true }),
  item("dark", "路灯不亮", "Street light dark", { categoryCode: "0303", conditionId: "dark" }),
  item("light", "灯", "Light", { categoryCode: "0301" }),
  item("waste", "暴露垃圾", "Waste left open", { kind: "event", categoryCode: "0205" }),
]);
const found = (text: string): string[] => findWhat(ITEMS, text, 3).map(({ key }) => key);

test.each([
  ["jg", ["open", "category"]],
  ["JGQ", ["open"]],
  ["井盖", ["open", "category"]],
  ["cover", ["open", "category"]],
  ["0303", ["dark"]],
  ["light", ["light", "dark"]],
  ["dark wells", ["dark"]],
  ["  ", []],
  ["zzz", []],
])("'%s' finds %j, the best first", (text, keys) => {
  expect(found(text)).toEqual(keys);
});

test("no more are found than are shown", () => {
  expect(findWhat(ITEMS, "o", 2)).toHaveLength(2);
});
