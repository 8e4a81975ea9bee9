import { expect, test } from "vitest";
import { LAST_PLACE_RULES, lastPlaces, type PlacedPeriod } from "./last-places.ts";

const rule = (ruleId: string) => {
  const found = LAST_PLACE_RULES.find((each) => each.ruleId === ruleId);
  if (found === undefined) throw new Error(`no rule '${ruleId}'`);
  return found;
};

/** Scores of the units a, b, c … of one peer group. */
const period = (name: string, quarter: string, ...scores: (number | null)[]): PlacedPeriod => ({
  period: name,
  quarter,
  items: scores.map((score, n) => ({
    subjectId: "abcdefgh"[n] ?? "",
    kind: "contractor",
    score,
  })),
});

const met = (ruleId: string, ...periods: PlacedPeriod[]): string =>
  lastPlaces(rule(ruleId), periods)
    .map(({ subjectId }) => subjectId)
    .join("");

test.each([
  ["last in both months of a quarter", [90, 80, 70], [90, 80, 60], "2026-Q4", "c"],
  ["last in one of them", [90, 80, 70], [90, 60, 80], "2026-Q4", ""],
  ["last in both, of two quarters", [90, 80, 70], [90, 80, 60], "2026-Q3", ""],
  ["unranked in one, last in the other", [90, 80, 70], [90, 80, null], "2026-Q4", ""],
  ["two that share the last place", [90, 70, 70], [90, 70, 70], "2026-Q4", "bc"],
  ["all share one rank", [90, 90, 90], [90, 90, 90], "2026-Q4", ""],
])("last twice: %s", (_what, now, before, quarter, wanted) => {
  const periods = [period("2026-11", "2026-Q4", ...now), period("2026-10", quarter, ...before)];
  expect(met("last-twice", ...periods)).toBe(wanted);
});

test("a group of one has no end, nor a group of three a last three", () => {
  const alone = [period("2026-11", "2026-Q4", 10), period("2026-10", "2026-Q4", 10)];
  expect(met("last-twice", ...alone)).toBe("");
  expect(met("last-three", period("2026-11", "2026-Q4", 90, 80, 70))).toBe("");
  expect(met("last-three", period("2026-11", "2026-Q4", 90, 80, 70, 60))).toBe("bcd");
  expect(met("last-three", period("2026-11", "2026-Q4", 90, 80, 70, null))).toBe("");
});

test("each peer group has an end of its own", () => {
  const items = [
    { subjectId: "a", peerGroup: "streets", score: 50 },
    { subjectId: "b", peerGroup: "streets", score: 40 },
    { subjectId: "c", kind: "contractor", score: 30 },
    { subjectId: "d", kind: "contractor", name: "D", score: 20 },
  ];
  const periods = ["2026-11", "2026-10"].map((name) => ({
    period: name,
    quarter: "2026-Q4",
    items,
  }));
  const [periodsMet, scores] = [
    ["2026-11", "2026-10"],
    [40, 40],
  ];
  expect(lastPlaces(rule("last-twice"), periods)).toEqual([
    { ruleId: "last-twice", subjectId: "b", peerGroup: "streets", periods: periodsMet, scores },
    {
      ruleId: "last-twice",
      subjectId: "d",
      name: "D",
      peerGroup: "contractor",
      periods: periodsMet,
      scores: [20, 20],
    },
  ]);
});

test("three quarters running are wanted whole", () => {
  const quarters = ["2026-Q4", "2026-Q3", "2026-Q2"].map((name) =>
    period(name, name, 90, 80, 70, 60),
  );
  expect(met("last-three-quarters", ...quarters)).toBe("bcd");
  expect(met("last-three-quarters", ...quarters.slice(0, 2))).toBe("");
});
