import { expect, test } from "vitest";
import type { EvaluationItem } from "../../shared/platform-types.ts";
import { grouped, nextOrder, ordered, orderOf, orderText } from "./order.ts";

function item(
  subjectId: string,
  rank: number | null,
  score: number | null,
  closed: number,
): EvaluationItem {
  const none = { score: null, rank: null };
  return {
    ...{ subjectId, rank, score, rankedOf: 3, indicators: { closed, reworkRate: null } },
    ...{ basePoints: score, deductions: [], extras: [], marks: {}, grade: null, colour: null },
    ...{ change: none, changeOnLastYear: none },
  };
}

const ITEMS = [
  item("d", null, null, 5),
  item("b", 2, 80, 9),
  item("c", 2, 80, 1),
  item("a", 1, 95, 5),
];

test.each([
  ["", "abcd"],
  ["-rank", "bcad"],
  ["score", "bcad"],
  ["-score", "abcd"],
  ["name", "abcd"],
  ["-closed", "badc"],
  ["closed", "cadb"],
  // Nobody has a value: by rank.
  ["reworkRate", "abcd"],
  ["-change", "abcd"],
  ["-year", "abcd"],
  ["nothing", "abcd"],
])("in the order %o they stand as %s", (text, wanted) => {
  for (const items of [ITEMS, [...ITEMS].reverse()]) {
    const found = ordered(items, orderOf(text));
    expect(found.map(({ subjectId }) => subjectId).join("")).toBe(wanted);
  }
  expect(ITEMS[0]?.subjectId).toBe("d");
});

test("a column begins with the highest, a rank with the first; clicked again it turns round", () => {
  const clicked = ["score", "score", "rank", "rank", "closed"];
  let order = orderOf(null);
  const texts = clicked.map((by) => {
    order = nextOrder(order, by);
    return orderText(order);
  });
  expect(texts).toEqual(["-score", "score", "rank", "-rank", "-closed"]);
});

test("peer groups stand in the order of their first", () => {
  const groups = grouped([
    { ...item("x", 1, 90, 1), peerGroup: "works" },
    { ...item("y", 1, 90, 1), peerGroup: "street" },
    { ...item("z", 2, 80, 1), peerGroup: "works" },
  ]);
  const ids = [...groups].map(([name, items]) => [name, ...items.map((each) => each.subjectId)]);
  expect(ids).toEqual([
    ["works", "x", "z"],
    ["street", "y"],
  ]);
});
