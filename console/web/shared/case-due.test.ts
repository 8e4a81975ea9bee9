import { expect, test } from "vitest";
import { byUrgency, dueOf, isLate, urgencyOf } from "./case-due.ts";
import type { CaseItem } from "./platform-types.ts";

const at = (time: string): string => `2026-11-22T${time}:00+08:00`;
const ms = (time: string): number => Date.parse(at(time));
const item = (state: string, more: object = {}): CaseItem =>
  ({
    ...{ caseNo: "4115242026112200001", state, source: "citizen", lifeSafety: false },
    ...{ openedAt: at("08:00"), ...more },
  }) as CaseItem;
const until = (of: CaseItem): number | undefined => dueOf(of)?.until;

test.each([
  ["REPORTED", {}, "08:15"],
  ["REPORTED", { reviewUntil: at("08:40") }, "08:40"],
  ["REPORTED", { source: "sensor" }, undefined],
  ["PENDING_DISPATCH", { stageSince: at("09:00"), deadline: at("08:01") }, "09:15"],
  ["HANDLING", { deadline: at("12:00") }, "12:00"],
  ["RETURN_REVIEW", { deadline: at("12:00") }, "12:00"],
  ["FEEDBACK", { deadline: at("12:00") }, undefined],
  ["CHECKING", { deadline: at("12:00"), stageSince: at("09:00") }, undefined],
  ["PENDING_CLOSE", { stageSince: at("09:00") }, "10:00"],
  ["SUSPENDED", { deadline: at("12:00") }, undefined],
] as const)("at %s with %o it is due at %s", (state, more, expected) => {
  expect(until(item(state, more))).toBe(expected === undefined ? undefined : ms(expected));
});

test("late is past it, soon the last fifth before it", () => {
  const waiting = item("PENDING_FILING", { stageSince: at("09:00") });
  expect([isLate(waiting, ms("09:15")), isLate(waiting, ms("09:16"))]).toEqual([false, true]);
  expect(isLate(item("CHECKING"), ms("23:00"))).toBe(false);
  const due = { from: ms("09:00"), until: ms("09:15") };
  const times = ["09:11", "09:13", "09:16"] as const;
  expect(times.map((time) => urgencyOf(due, ms(time)))).toEqual(["calm", "soon", "over"]);
});

test("danger to life is first, then what is due first, what nothing runs for last", () => {
  const danger = item("HANDLING", { caseNo: "1", lifeSafety: true, deadline: at("20:00") });
  const soon = item("PENDING_DISPATCH", { caseNo: "2" });
  const later = item("HANDLING", { caseNo: "3", deadline: at("12:00") });
  const never = item("CHECKING", { caseNo: "0" });
  const sorted = [never, later, soon, danger].sort(byUrgency);
  expect(sorted.map(({ caseNo }) => caseNo)).toEqual(["1", "2", "3", "0"]);
});
