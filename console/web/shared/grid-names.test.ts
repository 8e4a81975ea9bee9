import { expect, test } from "vitest";
import { gridsOf } from "./grid-names.ts";

test.each([
  ["第七网格", ["第七网格"]],
  ["第七网格、第八网格，grid 9;411524001", ["第七网格", "第八网格", "grid 9", "411524001"]],
  [" a ,\nb\n\n, a", ["a", "b"]],
  [" ，", []],
])("%j are the grids %j", (text, grids) => {
  expect(gridsOf(text)).toEqual(grids);
});
