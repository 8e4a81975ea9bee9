/** What reporters are asked and say, from the records of a history to counts and rates. */
import { expect, test } from "vitest";
import type { Case } from "../../model/case.ts";
import type { SqlRow } from "../../model/database.ts";
import { timeZone } from "../../model/local-time.ts";
import { calendarBook, DEFAULT_CALENDARS } from "../calendar.ts";
import { caseAt } from "../doubles/case-at.ts";
import { caseFacts } from "./case-facts.ts";
import { shownIndicators } from "./indicators.ts";
import { addCase, type Tally } from "./tally.ts";
import { type CaseTimeline, packTimeline, type TimelineEntry, unpackTimeline } from "./timeline.ts";
import { entryOf, factsOf } from "./timeline-records.ts";

const zone = timeZone("Asia/Shanghai");
const theCase: Case = caseAt("CLOSED", 0);
const detail = JSON.stringify({ unitId: "u", crewId: "u-1", deadline: 20 });

/** `hour event state [outcome]` as records of a history. */
function timelineOf(text: string): CaseTimeline {
  const counting = {
    limit: theCase.limit,
    calendar: calendarBook(DEFAULT_CALENDARS).of(theCase),
    zone,
  };
  const entries: TimelineEntry[] = [];
  for (const part of text.split(";")) {
    const [at = "", event = "", to = "", outcome = null] = part.trim().split(" ");
    if (at === "") continue;
    const row: SqlRow = {
      ...{ at: Number(at), event, from_state: to, to_state: to, outcome, role: "system" },
      detail: event === "report" || event === "settle" ? null : detail,
    };
    const entry = entryOf(row, entries, theCase, counting);
    if (entry !== undefined) entries.push(entry);
  }
  return unpackTimeline("1", packTimeline({ ...factsOf(theCase), entries }));
}

const CLOSED =
  "1 report REPORTED; 4 dispatch DISPATCHED; 10 feedback FEEDBACK; 12 checkPass PENDING_CLOSE; 13 close CLOSED;";
const ASKED = `${CLOSED} 13 ask CLOSED; 13 ask CLOSED; 13 ask CLOSED;`;
const SETTLED = "1 report REPORTED; 2 settle CLOSED; 2 ask CLOSED;";

const NAMES = ["asked", "answered", "satisfied", "solved"] as const;
const RATES = ["callbackRate", "satisfactionRate", "solvedRate"] as const;

function counted(text: string, { by = "unit", from = 0, to = 100 } = {}): (number | null)[] {
  const tallies = new Map<string, Tally>();
  const timeline = timelineOf(text);
  const facts = caseFacts(timeline, to);
  const keyOf = (_: CaseTimeline, who: { unitId: string }) => (by === "unit" ? who.unitId : "area");
  if (facts !== undefined) addCase(tallies, { timeline, facts, keyOf }, { from, asOf: to });
  const counts = tallies.get(by === "unit" ? "u" : "area")?.counts;
  const shown = counts === undefined ? {} : shownIndicators(counts, true);
  return [...NAMES, ...RATES].map((name) => shown[name] ?? null);
}

test.each<[title: string, history: string, counts: (number | null)[]]>([
  ["nobody was asked", CLOSED, [0, 0, 0, 0, null, null, null]],
  ["nobody has answered", ASKED, [3, 0, 0, 0, 0, null, null]],
  ["solved and satisfied", `${ASKED} 14 answer CLOSED solved-4`, [3, 1, 1, 1, 0.3333, 1, 1]],
  ["solved, not satisfied", `${ASKED} 14 answer CLOSED solved-3`, [3, 1, 0, 1, 0.3333, 0, 1]],
  ["satisfied, not solved", `${ASKED} 14 answer CLOSED unsolved-5`, [3, 1, 1, 0, 0.3333, 1, 0]],
  [
    "neither, and one of each",
    `${ASKED} 14 answer CLOSED unsolved-1; 15 answer CLOSED solved-5`,
    [3, 2, 1, 1, 0.6667, 0.5, 0.5],
  ],
  ["no answer at all", `${ASKED} 14 answer CLOSED 5`, [3, 0, 0, 0, 0, null, null]],
])("%s", (_title, history, wanted) => {
  expect(counted(history)).toEqual(wanted);
});

test("an answer counts in the period in which it is given", () => {
  const text = `${ASKED} 60 answer CLOSED solved-5;`;
  expect(counted(text, { to: 50 })).toEqual([3, 0, 0, 0, 0, null, null]);
  expect(counted(text, { from: 50 })).toEqual([0, 1, 1, 1, null, 1, 1]);
});

test("what was settled on the spot is no unit's, and its place's", () => {
  const text = `${SETTLED} 3 answer CLOSED solved-5;`;
  expect(counted(text, { by: "unit" })).toEqual(Array(7).fill(null));
  expect(counted(text, { by: "area" })).toEqual([1, 1, 1, 1, 1, 1, 1]);
});
