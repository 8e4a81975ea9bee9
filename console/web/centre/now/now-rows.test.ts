import { expect, test } from "vitest";
import { byUrgency } from "../../shared/case-due.ts";
import type { AlarmItem, CaseItem } from "../../shared/platform-types.ts";
import { NOTHING_WATCHED, type Watched } from "../watch/watched.ts";
import { filterOf } from "./now-filter.ts";
import { marksOf, rowsOf } from "./now-rows.ts";

const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 27, 3, minutes)).toISOString();
const caseOf = (caseNo: string, more: Partial<CaseItem> = {}): CaseItem =>
  ({
    caseNo,
    state: "HANDLING",
    version: 1,
    lifeSafety: false,
    class: "manhole-cover",
    conditionId: "cover-displaced",
    openedAt: at(0),
    lon: 115,
    lat: 31,
    ...more,
  }) as CaseItem;
const alarmOf = (alarmId: string, more: Partial<AlarmItem> = {}): AlarmItem =>
  ({
    alarmId,
    state: "unacknowledged",
    severity: "critical",
    lifeSafety: false,
    class: "manhole-cover",
    assetId: "cover-9",
    raisedAt: at(5),
    ...more,
  }) as AlarmItem;
const watching = (cases: CaseItem[], alarms: AlarmItem[] = []): Watched => ({
  ...NOTHING_WATCHED,
  cases: new Map(cases.map((item) => [item.caseNo, item])),
  alarms: new Map(alarms.map((item) => [item.alarmId, item])),
});
const keys = (watched: Watched, query = "") =>
  rowsOf(watched, filterOf(new URLSearchParams(query))).map(({ key }) => key);

const CASES = [
  caseOf("calm", { deadline: at(300) }),
  caseOf("no time"),
  caseOf("late", { deadline: at(10), unitId: "works" as CaseItem["unitId"] }),
  caseOf("unconfirmed", { state: "REPORTED", reviewUntil: at(15), deadline: at(1) }),
  caseOf("danger", { lifeSafety: true, deadline: at(2) }),
];

test("cases stand in the order that every page has", () => {
  const expected = [...CASES].sort(byUrgency).map(({ caseNo }) => caseNo);
  expect(keys(watching(CASES))).toEqual(expected);
  expect(expected).toEqual(["danger", "late", "unconfirmed", "calm", "no time"]);
});

test("a danger that no case stands for comes first of all, another alarm without one last", () => {
  const alarms = [alarmOf("gas", { lifeSafety: true }), alarmOf("z-level")];
  expect(keys(watching(CASES, alarms))).toEqual([
    "gas",
    "danger",
    "late",
    "unconfirmed",
    "calm",
    "no time",
    "z-level",
  ]);
});

test("filters of the address hold for the list", () => {
  const watched = watching(
    [...CASES, caseOf("lamp", { class: "streetlight" }), caseOf("report", { class: undefined })],
    [alarmOf("gas", { lifeSafety: true })],
  );
  expect(keys(watched, "class=streetlight")).toEqual(["lamp"]);
  expect(keys(watched, "class=-")).toEqual(["report"]);
  expect(keys(watched, "state=danger")).toEqual(["gas", "danger"]);
  expect(keys(watched, "unit=works")).toEqual(["late"]);
});

test("the map marks cases where they are and alarms at their asset, drills as drills", () => {
  const watched = watching(
    [caseOf("drill", { lifeSafety: true, isDrill: true })],
    [alarmOf("level"), alarmOf("nowhere", { assetId: "gone" })],
  );
  const rows = rowsOf(watched, filterOf(new URLSearchParams()));
  const marks = marksOf(rows, (assetId) =>
    assetId === "cover-9" ? { lon: 1, lat: 2 } : undefined,
  );
  expect(marks).toEqual([
    { lon: 115, lat: 31, isDanger: true, isDrill: true, caseNo: "drill", assetId: undefined },
    { lon: 1, lat: 2, isDanger: false, isDrill: false, assetId: "cover-9" },
  ]);
});
