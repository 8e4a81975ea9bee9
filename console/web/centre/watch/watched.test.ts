import { expect, test } from "vitest";
import { TERMINAL_STATES } from "../../../../model/case.ts";
import { ENDED_STATES } from "../../shared/case-due.ts";
import type { AlarmItem, CaseItem } from "../../shared/platform-types.ts";
import {
  alarmsWithoutCase,
  type Changes,
  dangersOf,
  drillsOf,
  isToBeAcknowledged,
  NOTHING_ANNOUNCED,
  NOTHING_WATCHED,
  newDangers,
  type Watched,
  withAnnounced,
  withChanges,
} from "./watched.ts";

const caseOf = (caseNo: string, more: Partial<CaseItem> = {}): CaseItem =>
  ({
    caseNo,
    state: "HANDLING",
    version: 3,
    lifeSafety: false,
    assetId: "cover-1",
    conditionId: "cover-displaced",
    ...more,
  }) as CaseItem;
const alarmOf = (alarmId: string, more: Partial<AlarmItem> = {}): AlarmItem =>
  ({
    alarmId,
    state: "unacknowledged",
    severity: "major",
    assetId: "cover-1",
    conditionId: "cover-displaced",
    ...more,
  }) as AlarmItem;

const changes = (cases: CaseItem[], alarms: AlarmItem[] = []): Changes => ({
  cases: new Map(cases.map((item) => [item.caseNo, item])),
  alarms: new Map(alarms.map((item) => [item.alarmId, item])),
});
const watching = (cases: CaseItem[], alarms: AlarmItem[] = []): Watched =>
  withChanges(NOTHING_WATCHED, changes(cases, alarms));

test("the states that end a case are the platform's", () => {
  expect(new Set(ENDED_STATES)).toEqual(TERMINAL_STATES);
});

test("a case comes, changes and goes with its state", () => {
  const there = watching([caseOf("1")]);
  expect([...there.cases.keys()]).toEqual(["1"]);
  const changed = withChanges(there, changes([caseOf("1", { state: "CHECKING", version: 4 })]));
  expect(changed.cases.get("1")?.state).toBe("CHECKING");
  const gone = withChanges(changed, changes([caseOf("1", { state: "CLOSED", version: 5 })]));
  expect(gone.cases.size).toBe(0);
  expect(there.cases.get("1")?.state).toBe("HANDLING");
});

test("an older version of a case that comes late changes nothing", () => {
  const there = watching([caseOf("1", { version: 7, state: "CHECKING" })]);
  const after = withChanges(there, changes([caseOf("1", { version: 6 })]));
  expect(after.cases.get("1")?.state).toBe("CHECKING");
});

test.each([
  ["unacknowledged", 1],
  ["acknowledged", 1],
  ["returned", 1],
  ["latched", 1],
  ["normal", 0],
  ["pending", 0],
  ["shelved", 0],
  ["suppressed", 0],
  ["out-of-service", 0],
] as const)("an alarm that is %s is watched: %d", (state, count) => {
  const there = watching([], [alarmOf("a")]);
  expect(withChanges(there, changes([], [alarmOf("a", { state })])).alarms.size).toBe(count);
});

test.each([
  ["unacknowledged", true],
  ["returned", true],
  ["acknowledged", false],
  ["latched", false],
] as const)("an alarm that is %s waits to be acknowledged: %s", (state, isWaiting) => {
  expect(isToBeAcknowledged({ state })).toBe(isWaiting);
});

test("an alarm whose asset has an open case of its condition stands in no row of its own", () => {
  const ids = (watched: Watched) => alarmsWithoutCase(watched).map(({ alarmId }) => alarmId);
  expect(ids(watching([caseOf("1")], [alarmOf("a")]))).toEqual([]);
  expect(ids(watching([caseOf("1", { conditionId: "grate-blocked" })], [alarmOf("a")]))).toEqual([
    "a",
  ]);
  expect(ids(watching([], [alarmOf("a", { severity: "notice" })]))).toEqual([]);
  const ofGateway = { ...alarmOf("a") };
  delete ofGateway.assetId;
  expect(ids(watching([], [ofGateway]))).toEqual([]);
});

test("a drill is a danger to practise with, and counts among no danger", () => {
  const there = watching([
    caseOf("1", { lifeSafety: true }),
    caseOf("2", { lifeSafety: true, isDrill: true }),
    caseOf("3"),
  ]);
  expect(dangersOf(there).map(({ caseNo }) => caseNo)).toEqual(["1"]);
  expect(drillsOf(there).map(({ caseNo }) => caseNo)).toEqual(["2"]);
  expect(newDangers(new Set(["1"]), there).map(({ caseNo }) => caseNo)).toEqual(["2"]);
});

test("what is announced while the one before is still said is said with it, the most urgent first", () => {
  const openedAt = "2026-11-28T21:00:00+08:00";
  const danger = (caseNo: string, deadline: string): CaseItem =>
    caseOf(caseNo, { lifeSafety: true, openedAt, deadline: `2026-11-28T${deadline}:00+08:00` });
  const [first, second] = [danger("1", "23:00"), danger("2", "22:00")];
  const said = withAnnounced(NOTHING_ANNOUNCED, [first], 100);
  expect(said).toEqual({ count: 1, items: [first], atMs: 100, isSeen: false });
  const soon = withAnnounced({ ...said, isSeen: true }, [second], 5_099);
  expect(soon).toEqual({ count: 2, items: [second, first], atMs: 5_099, isSeen: false });
  const later = withAnnounced(said, [second], 5_100);
  expect(later).toEqual({ count: 2, items: [second], atMs: 5_100, isSeen: false });
});
