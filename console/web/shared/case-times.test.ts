import { expect, test } from "vitest";
import { byUrgency, timeLeft } from "./case-times.ts";
import { language } from "./language.ts";

language.value = "en";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const after = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();
type Item = Parameters<typeof byUrgency>[0];
const item = (given: Partial<Item>): Item => ({
  caseNo: "411524202611220001",
  state: "DISPATCHED",
  lifeSafety: false,
  openedAt: after(-60),
  ...given,
});

test.each([
  ["a deadline far off", { deadline: after(60) }, "1 h 0 min left", "calm"],
  ["the last fifth of its time", { deadline: after(10) }, "10 min left", "soon"],
  ["a deadline that is past", { deadline: after(-5) }, "5 min overdue", "over"],
  [
    "a deadline of an unknown calendar",
    { deadline: after(60), deadlineProvisional: true },
    "1 h 0 min left (provisional)",
    "calm",
  ],
  ["no deadline", {}, "", "calm"],
  [
    "a review that is due",
    { state: "REPORTED", reviewUntil: after(20), deadline: after(500) },
    "confirm in 20 min",
    "calm",
  ],
  [
    "a review that is late",
    { state: "REPORTED", reviewUntil: after(-1) },
    "confirmation 1 min late",
    "over",
  ],
  ["a report without a time", { state: "REPORTED" }, "to be confirmed", "calm"],
])("a case with %s says so", (_what, given, text, due) => {
  expect(timeLeft(item(given), NOW)).toEqual({ text, due });
});

test("dangers to life stand first, then what is due first, last what has no time", () => {
  const cases = [
    item({ caseNo: "none" }),
    item({ caseNo: "late", deadline: after(90) }),
    item({ caseNo: "soon", deadline: after(5) }),
    item({ caseNo: "review", state: "REPORTED", reviewUntil: after(30) }),
    item({ caseNo: "danger", lifeSafety: true, deadline: after(500) }),
  ];
  const order = cases.sort(byUrgency).map((each) => each.caseNo);
  expect(order).toEqual(["danger", "soon", "review", "late", "none"]);
});
