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

test("what is new is said first, then what it breaks off, where that is still there", () => {
  const openedAt = "2026-11-28T21:00:00+08:00";
  const danger = (caseNo: string, deadline: string): CaseItem =>
    caseOf(caseNo, { lifeSafety: true, openedAt, deadline: `2026-11-28T${deadline}:00+08:00` });
  const [first, second, third] = [danger("1", "22:00"), danger("2", "23:00"), danger("3", "22:30")];
  const { cases } = watching([first, second, third]);
  const at = (atMs: number) => ({ atMs, cases });
  const said = withAnnounced(NOTHING_ANNOUNCED, [first], at(100));
  expect(said).toEqual({ count: 1, items: [first], atMs: 100, isSeen: false });
  const soon = withAnnounced({ ...said, isSeen: true }, [second, third], at(5_099));
  expect(soon).toEqual({ count: 2, items: [third, second, first], atMs: 5_099, isSeen: false });
  expect(withAnnounced(said, [second], at(5_100)).items).toEqual([second]);
  const ended = { atMs: 200, cases: watching([second]).cases };
  expect(withAnnounced(said, [second], ended).items).toEqual([second]);
  const many = withAnnounced({ ...soon, items: [third, second, first, first] }, [first], at(5_200));
  expect(many.items).toEqual([first, third, second, first]);
});
