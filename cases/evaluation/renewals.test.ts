/** Filings by the day on which they were made, and whether the fault is for renewal on day 200. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";
import { type Filing, RENEWAL_RULE, renewalsFrom, renewalsOf } from "./renewals.ts";

const NOW = 200;

function filing(day: number, n: number, more: Partial<Filing> = {}): Filing {
  const caseNo = `case-${String(n).padStart(3, "0")}`;
  return { caseNo, assetId: "a", conditionId: "broken", filedAt: day * DAY_MS, ...more };
}
const onDays = (days: readonly number[]): Filing[] => days.map((day, n) => filing(day, n));
const found = (filings: readonly Filing[]) => renewalsOf(filings, NOW * DAY_MS);

test("the rule is three in 90 days", () => {
  expect(RENEWAL_RULE).toEqual({ faultsMin: 3, windowDays: 90, source: "own default" });
});

const ROWS: [string, days: number[], counted: number[]][] = [
  ["never filed", [], []],
  ["filed twice", [190, 195], []],
  ["filed three times", [180, 190, 200], [180, 190, 200]],
  ["filed three times on one day", [190, 190, 190], [190, 190, 190]],
  ["with exactly 90 days from the first to the last", [110, 150, 200], [110, 150, 200]],
  ["with a moment more than 90 days", [110 - 1 / DAY_MS, 150, 200], []],
  ["with 91 days between and a fourth that is near", [109, 150, 180, 200], [150, 180, 200]],
  ["the last of which was exactly 90 days ago", [90, 100, 110], [90, 100, 110]],
  ["the last of which was longer ago", [90, 100, 110 - 1 / DAY_MS], []],
  ["the first of which was nearly 180 days ago", [20, 100, 110], [20, 100, 110]],
  ["often, and once more too late to belong to it", [100, 105, 110, 200], [110, 105, 100]],
  ["often, and then often again", [20, 30, 40, 50, 150, 160, 170], [150, 160, 170]],
  ["twice by now and once later", [180, 190, 200 + 1 / DAY_MS], []],
];

test.each(ROWS)("a fault %s", (_title, days, counted) => {
  const at = counted.map((day) => day * DAY_MS).sort((a, b) => a - b);
  const renewals = found(onDays(days));
  expect(renewals.map(({ count, firstAt, lastAt }) => ({ count, firstAt, lastAt }))).toEqual(
    at.length === 0 ? [] : [{ count: at.length, firstAt: at[0], lastAt: at.at(-1) }],
  );
});

test("other assets, other conditions and a case that was filed twice do not add up", () => {
  const two = onDays([180, 190]);
  expect(found([...two, filing(195, 9, { assetId: "b" })])).toEqual([]);
  expect(found([...two, filing(195, 9, { conditionId: "missing" })])).toEqual([]);
  expect(found([...two, filing(195, 1)])).toEqual([]);
});

test("the unit is that of the newest case that has one", () => {
  const filings = [
    filing(180, 1, { unitId: "old" }),
    filing(190, 2, { unitId: "new" }),
    filing(200, 3),
  ];
  expect(found(filings)[0]?.unitId).toBe("new");
  expect(found(onDays([180, 190, 200]))[0]).not.toHaveProperty("unitId");
});

test("of many cases the newest are named, and all are counted", () => {
  const days = Array.from({ length: LIMITS.renewalCaseNosMax + 5 }, (_, n) => 150 + n);
  const [renewal] = found(onDays(days));
  expect(renewal?.count).toBe(days.length);
  expect(renewal?.caseNos).toHaveLength(LIMITS.renewalCaseNosMax);
  expect(renewal?.caseNos.slice(0, 2)).toEqual(["case-024", "case-023"]);
});

test("most cases come first, of equals the newest", () => {
  const of = (assetId: string, days: number[], first: number) =>
    days.map((day, n) => filing(day, first + n, { assetId }));
  const filings = [
    ...of("older", [150, 160, 170], 10),
    ...of("newer", [150, 160, 171], 20),
    ...of("most", [140, 141, 142, 143], 30),
    ...of("b", [150, 160, 171], 40),
  ];
  expect(found(filings).map(({ assetId }) => assetId)).toEqual(["most", "b", "newer", "older"]);
});

test("it is what trying every window one by one finds, in whatever order filings come", () => {
  const quarterDay = DAY_MS / 4;
  const made = fc.array(
    fc.record({
      quarter: fc.integer({ min: -20, max: NOW * 4 + 20 }),
      fault: fc.constantFrom("a/x", "a/y", "b/x"),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(made, (drawn) => {
      const filings = drawn.map(({ quarter, fault }, n) => {
        const [assetId = "", conditionId = ""] = fault.split("/");
        return filing(0, n, { assetId, conditionId, filedAt: quarter * quarterDay });
      });
      expect(
        new Map(found(filings).map((each) => [`${each.assetId}/${each.conditionId}`, each.count])),
      ).toEqual(naive(filings));
    }),
    { numRuns: 500 },
  );

  function naive(filings: readonly Filing[]): Map<string, number> {
    const [window, now] = [90 * DAY_MS, NOW * DAY_MS];
    const counts = new Map<string, number>();
    for (const fault of ["a/x", "a/y", "b/x"]) {
      const times = filings
        .filter(({ assetId, conditionId }) => `${assetId}/${conditionId}` === fault)
        .map(({ filedAt }) => filedAt);
      let newest = Number.NEGATIVE_INFINITY;
      for (const end of times) {
        const within = times.filter((at) => at <= end && end - at <= window).length;
        if (end > now || now - end > window || within < 3 || end < newest) continue;
        newest = end;
        counts.set(fault, within);
      }
    }
    return counts;
  }
});

test("what was filed before the time that is looked at changes nothing", () => {
  const early = onDays([18, 19, 110]);
  expect(renewalsFrom(NOW * DAY_MS)).toBe(20 * DAY_MS);
  expect(found(early)).toEqual([]);
});
