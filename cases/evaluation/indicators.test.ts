/** Tiny histories, each with the counts and rates that it gives to the unit `u` in hours 0 to 100. */
import { expect, test } from "vitest";
import type { CaseState } from "../../model/case.ts";
import { HOUR_MS } from "../../model/clock.ts";
import { caseFacts } from "./case-facts.ts";
import { ratesOf, shownIndicators } from "./indicators.ts";
import { addCase, type KeyOf, type Tally } from "./tally.ts";
import { type CaseTimeline, EVALUATED } from "./timeline.ts";

const FILED = "1 report REPORTED; 2 accept PENDING_FILING; 3 file PENDING_DISPATCH;";
/** Dispatched to `u`, due at 20. */
const SENT = `${FILED} 4 dispatch DISPATCHED u 20; 5 start HANDLING;`;
const DONE = "10 feedback FEEDBACK; 11 sendCheck CHECKING;";
const PASSED = `${SENT} ${DONE} 12 checkPass PENDING_CLOSE; 13 close CLOSED;`;

/** `hour event state [unit [deadline]]`; unit and deadline stand until others are said. */
function timelineOf(text: string): CaseTimeline {
  let [unitId, deadline] = ["", 0];
  const entries = text
    .split(";")
    .map((part) => part.trim().split(" "))
    .filter(([hour]) => hour !== "")
    .map(([hour, event, to, unit, due]) => {
      unitId = unit ?? unitId;
      deadline = due === undefined ? deadline : Number(due) * HOUR_MS;
      const known = EVALUATED.find((name) => name === event) ?? "other";
      const at = Number(hour) * HOUR_MS;
      const crewId = unitId === "" ? "" : `${unitId}-1`;
      const held = { unitId, crewId, deadline, isSaid: true, isSystem: false };
      return { at, event: known, to: to as CaseState, ...held };
    });
  const place = { street: "411524001", grid: "g", isUrgent: true };
  return { caseNo: "case-1", source: "citizen", ...place, entries };
}

const BY_UNIT: KeyOf = (_timeline, { unitId }) => unitId;
const WHOLE: KeyOf = () => "area";

function talliesOf(texts: readonly string[], keyOf: KeyOf, from = 0, to = 100) {
  const tallies = new Map<string, Tally>();
  const span = { from: from * HOUR_MS, asOf: to * HOUR_MS };
  for (const text of texts) {
    const timeline = timelineOf(text);
    const facts = caseFacts(timeline, span.asOf);
    if (facts !== undefined) addCase(tallies, { timeline, facts, keyOf }, span);
  }
  return tallies;
}

/** Counts and dues that are not 0. */
function countsOf(text: string, key: string, from?: number, to?: number): object {
  const tally = talliesOf([text], key === "area" ? WHOLE : BY_UNIT, from, to).get(key);
  const shown = tally === undefined ? {} : shownIndicators(tally.counts, key === "area");
  return Object.fromEntries(
    Object.entries(shown).filter(([name, value]) => value !== 0 && !name.endsWith("Rate")),
  );
}

const HANDLED = { handled: 1, handledOnTime: 1, dueToHandle: 1 };
const CLOSED = { closed: 1, closedOnTime: 1, dueToClose: 1 };
const URGENT = { urgentClosed: 1, urgentClosedOnTime: 1, urgentDueToClose: 1 };
const OVERDUE = { overdueUnhandled: 1, dueToHandle: 1 };
const UNCLOSED = {
  overdueUnclosed: 1,
  dueToClose: 1,
  urgentOverdueUnclosed: 1,
  urgentDueToClose: 1,
};

const UNIT_ROWS: [title: string, history: string, counts: object][] = [
  ["closed in time", PASSED, { dispatched: 1, ...HANDLED, ...CLOSED, ...URGENT }],
  [
    "handled late",
    `${SENT} 21 feedback FEEDBACK; 22 sendCheck CHECKING; 23 checkPass PENDING_CLOSE; 24 close CLOSED;`,
    {
      ...{ dispatched: 1, handled: 1, dueToHandle: 1, closed: 1, dueToClose: 1 },
      ...{ urgentClosed: 1, urgentDueToClose: 1 },
    },
  ],
  ["open and overdue", SENT, { dispatched: 1, ...OVERDUE, ...UNCLOSED }],
  ["open and not yet due", `${FILED} 4 dispatch DISPATCHED u 200;`, { dispatched: 1 }],
  [
    "handled in time, not closed by its deadline",
    `${SENT} ${DONE}`,
    { dispatched: 1, ...HANDLED, ...UNCLOSED },
  ],
  [
    "reworked, then in time by the later deadline",
    `${SENT} ${DONE} 12 rework HANDLING u 22; 21 feedback FEEDBACK; 22 sendCheck CHECKING; 23 checkPass PENDING_CLOSE; 24 close CLOSED;`,
    { dispatched: 1, reworks: 1, ...HANDLED, ...CLOSED, ...URGENT },
  ],
  [
    "reworked and not handled again",
    `${SENT} ${DONE} 12 rework HANDLING u 22;`,
    { dispatched: 1, reworks: 1, ...OVERDUE, ...UNCLOSED },
  ],
  ["extended", `${SENT} 6 approveExtension HANDLING u 200;`, { dispatched: 1, extensions: 1 }],
  [
    "suspended before its deadline",
    `${SENT} 6 approveSuspend SUSPENDED;`,
    { dispatched: 1, suspensions: 1 },
  ],
  [
    "suspended after its deadline",
    `${SENT} 30 approveSuspend SUSPENDED;`,
    { dispatched: 1, suspensions: 1, ...OVERDUE, ...UNCLOSED },
  ],
  [
    "returned and taken back",
    `${SENT} 6 return RETURN_REVIEW; 7 acceptReturn PENDING_DISPATCH;`,
    { dispatched: 1, returns: 1 },
  ],
  [
    "returned by feedback, refused",
    `${SENT} 6 feedback RETURN_REVIEW; 7 refuseReturn DISPATCHED; 8 start HANDLING; ${DONE}`,
    { dispatched: 1, returns: 1, refusedReturns: 1, ...HANDLED, ...UNCLOSED },
  ],
  ["ruled to another unit", `${SENT} 6 rule DISPATCHED v 40;`, { dispatched: 1 }],
  [
    "ruled to who returned it",
    `${FILED} 4 dispatch DISPATCHED u 200; 5 return RETURN_REVIEW; 6 rule DISPATCHED;`,
    { dispatched: 1, returns: 1, refusedReturns: 1 },
  ],
  ["found nothing and voided", `${SENT} 10 feedback FEEDBACK; 11 void VOIDED;`, { voided: 1 }],
  [
    "closed by force, not overdue",
    `${SENT} 10 forceClose FORCE_CLOSED;`,
    { dispatched: 1, forceClosed: 1 },
  ],
  [
    "closed by force when overdue",
    `${SENT} 30 forceClose FORCE_CLOSED;`,
    { dispatched: 1, forceClosed: 1, ...OVERDUE },
  ],
  [
    "relapsed, and handled again",
    `${PASSED} 30 reopen HANDLING u 50; 40 feedback FEEDBACK; 41 sendCheck CHECKING; 42 checkPass PENDING_CLOSE; 43 close CLOSED;`,
    { dispatched: 2, reworks: 1, relapses: 1, ...HANDLED, ...CLOSED, ...URGENT },
  ],
  [
    "relapsed, and not handled again",
    `${PASSED} 30 reopen HANDLING u 50;`,
    { dispatched: 2, reworks: 1, relapses: 1, ...OVERDUE, ...UNCLOSED },
  ],
  [
    "disputed and found in order",
    `${PASSED} 30 reopen CHECKING; 31 checkPass PENDING_CLOSE; 32 close CLOSED;`,
    { dispatched: 1, ...HANDLED, ...CLOSED, ...URGENT },
  ],
  [
    "disputed and sent back, which begins anew",
    `${PASSED} 30 reopen CHECKING; 31 rework HANDLING u 200;`,
    { dispatched: 2, reworks: 1 },
  ],
];

test.each(UNIT_ROWS)("of its unit a case that is %s counts so", (_title, history, counts) => {
  expect(countsOf(history, "u")).toEqual(counts);
});

const AREA_ROWS: [title: string, history: string, counts: object][] = [
  ["reported", "1 report REPORTED;", { reported: 1, valid: 1, publicReports: 1 }],
  ["refused", "1 report REPORTED; 2 reject NOT_ACCEPTED;", { reported: 1, publicReports: 1 }],
  [
    "not filed",
    "1 report REPORTED; 2 accept PENDING_FILING; 3 refuse NOT_FILED;",
    { reported: 1, publicReports: 1, accepted: 1 },
  ],
  ["filed", FILED, { reported: 1, valid: 1, publicReports: 1, accepted: 1, filed: 1 }],
  [
    "merged into another",
    "1 report REPORTED; 2 join VOIDED;",
    { reported: 1, publicReports: 1, voided: 1 },
  ],
  [
    "settled on the spot",
    "1 report REPORTED; 2 settle CLOSED;",
    { reported: 1, valid: 1, publicReports: 1, selfHandled: 1 },
  ],
  [
    "closed by force before anybody was given it",
    `${FILED} 5 forceClose FORCE_CLOSED;`,
    { reported: 1, valid: 1, publicReports: 1, accepted: 1, filed: 1, forceClosed: 1 },
  ],
];

test.each(AREA_ROWS)("of the area a case that is %s counts so", (_title, history, counts) => {
  expect(countsOf(history, "area")).toEqual(counts);
});

test("what comes after the period is not seen, and what came before counts where it stands", () => {
  expect(countsOf(PASSED, "u", 0, 9)).toEqual({ dispatched: 1 });
  expect(countsOf(PASSED, "u", 0, 12)).toEqual({ dispatched: 1, ...HANDLED });
  expect(countsOf(PASSED, "u", 12, 100)).toEqual({ ...CLOSED, ...URGENT });
  expect(countsOf(PASSED, "u", 14, 100)).toEqual({});
  expect(countsOf(SENT, "u", 50, 100)).toEqual({ ...OVERDUE, ...UNCLOSED });
  expect(countsOf(`${SENT} 30 forceClose FORCE_CLOSED;`, "u", 50, 100)).toEqual({});
});

test("handled at the deadline is in time, a millisecond later is not", () => {
  const at = (hour: number) => `${SENT} ${hour} feedback FEEDBACK;`;
  expect(countsOf(at(20), "u")).toMatchObject({ handledOnTime: 1 });
  expect(countsOf(at(20 + 1 / HOUR_MS), "u")).not.toHaveProperty("handledOnTime");
});

test("every rate is its count over its whole", () => {
  const histories = [
    ...UNIT_ROWS.map(([, history]) => history),
    ...AREA_ROWS.map(([, history]) => history),
    FILED,
  ];
  const counts = talliesOf(histories, WHOLE).get("area")?.counts;
  if (counts === undefined) throw new Error("nothing was counted");
  // Counted by hand in the rows above, of `u` and `v` together.
  expect(counts).toMatchObject({ reported: 29, handled: 7, overdueUnhandled: 6, closed: 5 });
  expect(counts).toMatchObject({
    overdueUnclosed: 7,
    reworks: 5,
    extensions: 1,
    refusedReturns: 2,
  });
  expect(ratesOf(counts)).toEqual({
    validRate: counts.valid / 29,
    filingRate: counts.filed / 29,
    closeOfFiledRate: 5 / counts.filed,
    handleRate: 7 / 13,
    onTimeHandleRate: 6 / 13,
    overdueRate: 6 / 13,
    extensionRate: 1 / 13,
    closeRate: 5 / 12,
    onTimeCloseRate: 4 / 12,
    reworkRate: 5 / 12,
    refusedReturnRate: 2 / counts.dispatched,
    urgentCloseRate: 5 / 12,
    urgentOnTimeRate: 4 / 12,
    callbackRate: null,
    satisfactionRate: null,
    solvedRate: null,
  });
});
