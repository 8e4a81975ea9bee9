/** Histories in a few words, each with what the public is told of it. */
import { expect, test } from "vitest";
import type { CaseState } from "../model/case.ts";
import { caseAt } from "./doubles/case-at.ts";
import { publicStages } from "./public-stages.ts";

const FILED = "1 REPORTED; 2 PENDING_FILING; 3 PENDING_DISPATCH;";
const SENT = `${FILED} 4 DISPATCHED; 5 HANDLING;`;
const CLOSED = `${SENT} 6 FEEDBACK; 6 CHECKING; 7 PENDING_CLOSE; 8 CLOSED;`;

/** `hour state` */
const historyOf = (text: string) =>
  text
    .split(";")
    .map((part) => part.trim().split(" "))
    .filter(([hour]) => hour !== "")
    .map(([hour, to]) => ({ at: Number(hour), to: to as CaseState }));

function told(text: string, more: object = {}, now = 100): unknown[] {
  const history = historyOf(text);
  const state = history.at(-1)?.to ?? "REPORTED";
  const found = publicStages(caseAt(state, 0, { deadline: undefined, ...more }), history, now);
  const { standing, stage, stages, isInTime } = found;
  const times = stages.map((each) => `${each.stage} ${each.at}`).join(", ");
  return [standing, stage, times, ...(isInTime === undefined ? [] : [isInTime])];
}

const DONE = "found 1, filed 3, dispatched 4, handled 5, reportedBack 6, verified 7, closed 8";

test.each<[title: string, history: string, told: unknown[]]>([
  ["reported", "1 REPORTED; 2 VERIFYING; 3 REPORTED", ["underWay", "found", "found 1"]],
  ["not accepted", "1 REPORTED; 2 NOT_ACCEPTED", ["notAccepted", "found", "found 1"]],
  ["not filed", "1 REPORTED; 2 NOT_FILED", ["notAccepted", "found", "found 1"]],
  ["voided", "1 REPORTED; 2 VOIDED", ["voided", "found", "found 1"]],
  ["filed", FILED, ["underWay", "filed", "found 1, filed 3"]],
  [
    "returned, and waiting",
    `${SENT} 6 RETURN_REVIEW`,
    ["underWay", "handled", "found 1, filed 3, dispatched 4, handled 5"],
  ],
  [
    "returned, and to be dispatched anew",
    `${SENT} 6 RETURN_REVIEW; 7 PENDING_DISPATCH`,
    ["underWay", "filed", "found 1, filed 3"],
  ],
  [
    "suspended",
    `${SENT} 6 SUSPENDED`,
    ["underWay", "handled", "found 1, filed 3, dispatched 4, handled 5"],
  ],
  ["closed", CLOSED, ["closed", "closed", DONE]],
  [
    "disputed",
    `${CLOSED} 9 CHECKING`,
    ["underWay", "reportedBack", "found 1, filed 3, dispatched 4, handled 5, reportedBack 6"],
  ],
  [
    "relapsed",
    `${CLOSED} 9 HANDLING`,
    ["underWay", "handled", "found 1, filed 3, dispatched 4, handled 5"],
  ],
  ["settled on the spot", "1 REPORTED; 2 CLOSED", ["closed", "closed", "found 1, closed 2"]],
  [
    "ended by force",
    `${SENT} 6 FORCE_CLOSED`,
    ["ended", "handled", "found 1, filed 3, dispatched 4, handled 5"],
  ],
])("%s", (_title, history, wanted) => {
  expect(told(history)).toEqual(wanted);
});

test("it is in time until its deadline, as long as its clock stands, and by its feedback", () => {
  const inTime = (more: object, now: number): unknown =>
    told(SENT, { deadline: 50, ...more }, now).at(-1);
  expect([inTime({}, 50), inTime({}, 51)]).toEqual([true, false]);
  expect([inTime({ feedbackAt: 50 }, 99), inTime({ feedbackAt: 51 }, 99)]).toEqual([true, false]);
  expect(inTime({ suspendedAt: 40 }, 99)).toBe(true);
});
