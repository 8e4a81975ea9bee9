import { expect, test } from "vitest";
import { asKind, PERIOD_KINDS, partsOf, stepped, upTo } from "./periods.ts";

test.each([
  ["2026-12", 1, "2027-01"],
  ["2026-01", -1, "2025-12"],
  ["2026-11", -12, "2025-11"],
  ["2026-Q4", 1, "2027-Q1"],
  ["2026-Q1", -1, "2025-Q4"],
  ["2026", -1, "2025"],
  ["2024-02-28", 1, "2024-02-29"],
  ["2026-12-31", 1, "2027-01-01"],
  ["2026-W53", 1, "2027-W01"],
  ["2025-W52", 1, "2026-W01"],
  ["2027-W01", -1, "2026-W53"],
])("%s and %d further is %s", (period, by, wanted) => {
  expect(stepped(period, by)).toBe(wanted);
});

test.each(["2025-W53", "2026-02-29", "2026-13", "2026-Q5", "1999-12", "2026-00", "W47", ""])(
  "%o is no period",
  (text) => {
    expect(partsOf(text)).toBeUndefined();
    expect(stepped(text, 1)).toBe(text);
  },
);

test("another kind is the one in which the period begins", () => {
  expect(PERIOD_KINDS.map((kind) => asKind("2026-Q4", kind))).toEqual([
    ...["2026-10-01", "2026-W40", "2026-10", "2026-Q4", "2026"],
  ]);
  expect(asKind("2026-W01", "year")).toBe("2025");
});

test("the last four weeks over the end of a year, the oldest first", () => {
  expect(upTo("2027-W02", 4)).toEqual(["2026-W52", "2026-W53", "2027-W01", "2027-W02"]);
});
