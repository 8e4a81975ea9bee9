import { expect, test } from "vitest";
import {
  ASSET_FILTERS,
  codeParts,
  filtersOf,
  listPath,
  PAGE_SIZE,
  pagesOf,
} from "./asset-filters.ts";

test("the address gives the filters that the list knows, and no empty ones", () => {
  const query = new URLSearchParams("q= lid &class=&street=411524001&view=import&state=alarm");
  const filters = filtersOf(query, ASSET_FILTERS);
  expect(filters).toEqual({ q: "lid", street: "411524001", state: "alarm" });
  expect(listPath("assets", filters, "17")).toBe(
    "/api/v1/assets?q=lid&street=411524001&state=alarm&limit=50&cursor=17",
  );
});

test("a component code has its area, its classes and its number", () => {
  expect(codeParts("411524010200000123")).toEqual({
    ...{ area: "411524", major: "01", minor: "02", no: "00000123" },
  });
});

test("rows stand in the pages in which they were asked for, and a full page has no empty one behind it", () => {
  const rows = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
  const sizes = (count: number): number[] => pagesOf(rows(count)).map(({ length }) => length);
  expect(sizes(0)).toEqual([]);
  expect(sizes(PAGE_SIZE)).toEqual([PAGE_SIZE]);
  expect(sizes(2 * PAGE_SIZE + 1)).toEqual([PAGE_SIZE, PAGE_SIZE, 1]);
  expect(pagesOf(rows(2 * PAGE_SIZE)).flat()).toEqual(rows(2 * PAGE_SIZE));
});
