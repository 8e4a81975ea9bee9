import { expect, test } from "vitest";
import { timeLeft } from "./case-times.ts";
import { language } from "./language.ts";

language.value = "en";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const after = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();
type Item = Parameters<typeof timeLeft>[0];
const item = (given: Partial<Item>): Item => ({
  state: "DISPATCHED",
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
  ["no deadline", {}, "waits 1 h 0 min", "calm"],
  [
    "its crew's work reported back",
    { state: "CHECKING", deadline: after(-5), stageSince: after(-3) },
    "waits 3 min",
    "calm",
  ],
  ["no clock that runs", { state: "SUSPENDED", deadline: after(-5) }, "waits 1 h 0 min", "calm"],
  [
    "a stage that has a limit",
    { state: "PENDING_DISPATCH", stageSince: after(-5), deadline: after(-9) },
    "10 min left",
    "calm",
  ],
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
  ["a sensor's report", { state: "REPORTED", source: "sensor" }, "to be confirmed", "calm"],
  ["a caller's report", { state: "REPORTED" }, "confirmation 45 min late", "over"],
])("a case with %s says so", (_what, given, text, due) => {
  expect(timeLeft(item(given), NOW)).toEqual({ text, due });
});
