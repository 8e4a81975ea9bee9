import { expect, test } from "vitest";
import type { CaseItem } from "../../shared/platform-types.ts";
import { type Filter, filterOf, isEmptyFilter, meets, queryOf } from "./cases-filter.ts";

const NOW = Date.parse("2026-11-22T21:00:00+08:00");
const item = {
  caseNo: "4115242026112200001",
  state: "DISPATCHED",
  class: "manhole-cover",
  unitId: "works",
  crewId: "crew-1",
  source: "hotline",
  lifeSafety: false,
  address: "North Road 12",
  responsibleGrid: "Grid 7",
  description: "a corner is missing",
  openedAt: "2026-11-22T19:00:00+08:00",
  deadline: "2026-11-22T20:59:00+08:00",
} as CaseItem;
const isMet = (filter: Filter, of: CaseItem = item): boolean =>
  meets(of, filter, NOW, () => "Cover broken");

test.each([
  [{}, true],
  [{ text: "north" }, true],
  [{ text: "broken 00001" }, true],
  [{ text: "north broken elsewhere" }, false],
  [{ class: "manhole-cover" }, true],
  [{ class: "streetlight" }, false],
  [{ unit: "works", crew: "crew-2" }, false],
  [{ source: "hotline" }, true],
  [{ source: "sensor" }, false],
  [{ place: "grid 7" }, true],
  [{ place: "South" }, false],
  [{ life: "yes" }, false],
  [{ late: "yes" }, true],
  [{ drill: "only" }, false],
  [{ drill: "none" }, true],
] as const)("by %o it is met: %s", (filter, isExpected) => {
  expect(isMet(filter)).toBe(isExpected);
});

test("a filter goes into the address and comes back, and nothing else does", () => {
  const filter = filterOf(new URLSearchParams("list=open&text=a+b&unit=works&odd=1&class="));
  expect(filter).toEqual({ text: "a b", unit: "works" });
  expect(queryOf(filter)).toMatchObject({ text: "a b", unit: "works", class: "", late: "" });
  expect([isEmptyFilter({}), isEmptyFilter(filter)]).toEqual([true, false]);
});
