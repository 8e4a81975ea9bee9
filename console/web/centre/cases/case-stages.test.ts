import { expect, test } from "vitest";
import type { CaseDetail, CaseState } from "../../shared/platform-types.ts";
import { newRecords, seenOf } from "./case-conflict.ts";
import { stagesOf } from "./case-stages.ts";

const history = (...events: string[]): CaseDetail["history"] =>
  events.map((event, n) => ({
    ...{ seq: n + 1, event, to: "HANDLING" as const, actor: `by-${event}`, role: "unit" },
    at: `2026-11-22T08:0${n}:00+08:00`,
  }));
const progress = (state: CaseState, ...events: string[]): string =>
  stagesOf({ state, history: history(...events) })
    .map(({ progress: each }) => each[0])
    .join("");

test.each([
  ["REPORTED", ["report"], "dcaaaaa"],
  ["PENDING_DISPATCH", ["report", "accept", "file"], "ddcaaaa"],
  ["DISPATCHED", ["report", "file", "dispatch"], "dddcaaa"],
  ["CHECKING", ["report", "file", "dispatch", "start", "feedback", "sendCheck"], "dddddca"],
  ["HANDLING", ["report", "file", "dispatch", "start", "feedback", "rework"], "dddcaaa"],
  ["CLOSED", ["report", "file", "dispatch", "start", "feedback", "close"], "ddddddd"],
  ["CLOSED", ["report", "settle"], "ddsdddd"],
  ["VOIDED", ["report", "void"], "dssssss"],
] as const)("a case at %s after %s has the stages %s", (state, events, expected) => {
  expect(progress(state, ...events)).toBe(expected);
});

test("a stage that is over says when and by whom, the last time where it was gone through twice", () => {
  const records = history("report", "file", "dispatch", "return", "acceptReturn", "dispatch");
  const dispatched = stagesOf({ state: "DISPATCHED", history: records })[2];
  expect(dispatched).toMatchObject({ at: "2026-11-22T08:05:00+08:00", actor: "by-dispatch" });
});

test("what is new since a case was read are the records behind those that were seen", () => {
  const before = { version: 1, history: history("report") };
  const after = { version: 3, history: history("report", "accept", "file") };
  const events = newRecords(seenOf(before), after).map(({ event }) => event);
  expect(events).toEqual(["accept", "file"]);
  expect(newRecords(seenOf(after), after)).toEqual([]);
});
