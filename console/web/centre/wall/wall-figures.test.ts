import { expect, test } from "vitest";
import { CaseState, TERMINAL_STATES } from "../../../../model/case.ts";
import type { AlarmItem, CaseItem, MapData } from "../../shared/platform-types.ts";
import { NOTHING_WATCHED, type Watched } from "../watch/watched.ts";
import {
  caseFigures,
  classFigures,
  heardShare,
  lightingRate,
  openedByHour,
  orderShare,
  percent,
  withinRate,
} from "./wall-figures.ts";

const NOW = Date.UTC(2026, 10, 27, 3, 0);
const iso = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();
const caseOf = (caseNo: string, more: Partial<CaseItem> = {}): CaseItem =>
  ({ caseNo, state: "HANDLING", lifeSafety: false, source: "sensor", ...more }) as CaseItem;
const watching = (cases: CaseItem[], more: Partial<Watched> = {}): Watched => ({
  ...NOTHING_WATCHED,
  cases: new Map(cases.map((item) => [item.caseNo, item])),
  ...more,
});

test("every open state of a case stands in one stage", () => {
  const open = CaseState.options.filter((state) => !TERMINAL_STATES.has(state));
  const { stages } = caseFigures(watching(open.map((state) => caseOf(state, { state }))), NOW);
  expect(Object.values(stages).reduce((all, count) => all + count, 0)).toBe(open.length);
});

test("late is what is past its deadline, or its confirmation; never what is suspended or being checked, never a drill", () => {
  const figures = caseFigures(
    watching([
      caseOf("late", { deadline: iso(-1) }),
      caseOf("in time", { deadline: iso(1) }),
      caseOf("unconfirmed", { state: "REPORTED", reviewUntil: iso(-1), deadline: iso(60) }),
      caseOf("suspended", { state: "SUSPENDED", deadline: iso(-1) }),
      caseOf("being checked", { state: "CHECKING", deadline: iso(-1) }),
      caseOf("danger", { lifeSafety: true }),
      caseOf("drill", { lifeSafety: true, deadline: iso(-1), isDrill: true }),
    ]),
    NOW,
  );
  expect(figures).toMatchObject({ open: 6, late: 2, dangers: 1 });
});

const data = {
  classes: [{ slug: "lamp" }, { slug: "well" }],
  items: [
    ["l1", 0, -1, 0, 0, 1],
    ["l2", 0, -1, 0, 0, 1],
    ["l3", 0, -1, 0, 0, 0],
    ["w1", 1, -1, 0, 0, 1],
    ["tree", -1, -1, 0, 0, 0],
  ],
  grids: [],
} as unknown as MapData;

test("a class counts its assets with a device, each as silent, in alarm or in order", () => {
  const alarm = (assetId: string, severity = "major") =>
    ({ alarmId: assetId, assetId, severity }) as AlarmItem;
  const watched = watching([caseOf("1", { assetId: "l1" as CaseItem["assetId"] })], {
    alarms: new Map([
      ["a", alarm("l1")],
      ["b", alarm("l3")],
      ["c", alarm("w1")],
      ["d", alarm("l2", "notice")],
    ]),
    silent: new Set(["w1", "gone"]),
  });
  const rows = classFigures(data, watched);
  expect(rows).toEqual([
    { index: 0, watched: 2, silent: 0, alarmed: 1 },
    { index: 1, watched: 1, silent: 1, alarmed: 0 },
  ]);
  expect(rows.map(orderShare)).toEqual([0.5, 0]);
  expect(heardShare(rows)).toBeCloseTo(2 / 3);
  expect(heardShare([])).toBeUndefined();
});

test.each([
  ["at night", { due: 50, heard: 48, lit: 47 }, 47 / 48],
  ["where all are heard and lit", { due: 2, heard: 2, lit: 2 }, 1],
  ["where none burns", { due: 2, heard: 2, lit: 0 }, 0],
  ["where nobody is heard", { due: 50, heard: 0, lit: 0 }, undefined],
  ["by day", { due: 0, heard: 0, lit: 0 }, undefined],
])("the lighting rate %s, of %j, is %s", (_when, lighting, rate) => {
  const outlets = { all: 0, measured: 0, within: 0 };
  expect(lightingRate({ lighting, outlets })).toBe(rate);
});

test.each([
  [{ all: 3, measured: 2, within: 1 }, 0.5],
  [{ all: 3, measured: 3, within: 3 }, 1],
  [{ all: 3, measured: 0, within: 0 }, undefined],
  [{ all: 0, measured: 0, within: 0 }, undefined],
])("of the outlets %j within their limits are %s", (outlets, rate) => {
  const lighting = { due: 0, heard: 0, lit: 0 };
  expect(withinRate({ lighting, outlets })).toBe(rate);
});

test("new cases are counted by the hours before now, the oldest first", () => {
  const opened = [-1, -59, -61, -23 * 60 - 59, -24 * 60, 1].map((minutes) => ({
    openedAt: iso(minutes),
  }));
  const hours = openedByHour([...opened, { openedAt: iso(-1), isDrill: true }], NOW);
  expect([hours.length, hours[0], hours[22], hours[23]]).toEqual([24, 1, 1, 2]);
});

test.each([
  [1, "100.0%"],
  [0.9999, "99.9%"],
  [0, "0.0%"],
])("%d is said as %s", (share, text) => {
  expect(percent(share)).toBe(text);
});
