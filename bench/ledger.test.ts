import { expect, test } from "vitest";
import { type CaseLine, compareLedger, type LedgerLine } from "./ledger.ts";

const fault = (more: Partial<LedgerLine> = {}): LedgerLine => ({
  what: "cover-stolen",
  assetId: "a-1",
  class: "manhole-cover",
  at: "2026-11-23T08:00:00+08:00",
  until: "2026-11-23T09:00:00+08:00",
  expectsCase: "cover-displaced",
  ...more,
});
const opened = (more: Partial<CaseLine> = {}): CaseLine => ({
  caseNo: "1",
  assetId: "a-1",
  conditionId: "cover-displaced",
  source: "sensor",
  openedAt: "2026-11-23T08:00:10+08:00",
  ...more,
});
const end = Date.parse("2026-11-23T20:00:00+08:00");

test("a fault with its case is found", () => {
  expect(compareLedger([fault()], [opened()], end)).toMatchObject({
    expected: 1,
    found: 1,
    missed: [],
    false: [],
  });
});

test.each([
  ["none", []],
  ["one of another asset", [opened({ assetId: "a-2" })]],
  ["one of another condition", [opened({ conditionId: "sewer-level" })]],
  ["one long after", [opened({ openedAt: "2026-11-23T12:00:00+08:00" })]],
])("a fault whose case is %s is missed", (_what, cases) => {
  const found = compareLedger([fault()], cases, end);
  expect(found.missed).toHaveLength(1);
  expect(found.false).toEqual(cases);
});

test("a fault that expects no case makes a case false", () => {
  expect(compareLedger([fault({ expectsCase: null })], [opened()], end).false).toHaveLength(1);
});

test("a second fault while the case is open has joined it", () => {
  const second = fault({ at: "2026-11-23T10:00:00+08:00", until: "2026-11-23T11:00:00+08:00" });
  expect(compareLedger([fault(), second], [opened()], end)).toMatchObject({ found: 2, missed: [] });
});

test("a fault at the very end is undecided, not missed", () => {
  const late = fault({ at: "2026-11-23T19:50:00+08:00" });
  expect(compareLedger([late], [], end)).toMatchObject({ undecided: 1, missed: [] });
});
