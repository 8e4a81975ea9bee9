import { expect, test } from "vitest";
import {
  backfillRow,
  delays,
  feederRow,
  gatewayRows,
  precisionOf,
  recallOf,
  said,
  tally,
} from "./truth-rows.ts";
import type { CaseSeen, Observed } from "./truth-run.ts";
import {
  type Fault,
  type Scored,
  score,
  type TruthAlarm,
  type TruthLine,
  type Verdict,
} from "./truth-score.ts";

const fault: Fault = {
  ...{ what: "cover-stolen", class: "manhole-cover", on: "a-1", assetIds: new Set(["a-1"]) },
  ...{ at: 0, until: undefined, expectsCase: "cover-displaced", expectsAlarm: undefined },
  ...{ expectedBy: undefined, tellingAt: undefined, label: undefined, members: 1 },
};
const alarm: TruthAlarm = {
  ...{ alarmId: "1", ruleId: "manhole-cover.open", class: "manhole-cover", raisedAt: 0 },
};
const of = (...verdicts: Verdict[]): Scored["faults"] =>
  verdicts.map((verdict) => ({ fault, verdict }));
const told = (...verdicts: Scored["told"][number]["verdict"][]): Scored["told"] =>
  verdicts.map((verdict) => ({ alarm, verdict, label: undefined }));
const found = (delayMs?: number): Verdict => ({ kind: "found", alarm, delayMs });

test("recall counts faults whose time has come, precision what asks somebody for something", () => {
  const counted = tally(
    of(found(1_000), found(), { kind: "missed" }, { kind: "undecided" }, { kind: "silent" }),
    told("true", "true", "true", "false", "informing"),
  );
  expect(counted).toMatchObject({
    expected: 4,
    found: 2,
    missed: 1,
    undecided: 1,
    told: 4,
    false: 1,
  });
  expect(recallOf(counted)).toBeCloseTo(2 / 3);
  expect(precisionOf(counted)).toBe(0.75);
  expect(counted.delays).toEqual([1_000]);
});

test("where there was nothing to find nothing was missed", () => {
  const counted = tally(of({ kind: "unshown" }), []);
  expect([recallOf(counted), precisionOf(counted)]).toEqual([1, 1]);
  expect(said(counted)).toContain("1 that no reading showed");
});

test("times are said in seconds, and in minutes from a minute and a half on", () => {
  expect(delays([1_000, 89_000, 600_000])).toBe("p50 89 s, p95 10 min, max 10 min");
  expect(delays([])).toBe("–");
});

const HOUR_MS = 3_600_000;
const NOON = Date.parse("2026-11-23T12:00:00+08:00");
const at = (hours: number): string => new Date(NOON + hours * HOUR_MS).toISOString();
const line = (more: Partial<TruthLine>): TruthLine => ({
  ...{ what: "gateway-outage", assetId: "bin-1", deviceId: "b-1", class: "waste-bin" },
  ...{ at: at(0), until: at(5), expectsCase: null },
  ...more,
});
const observe = (more: Partial<Observed>): { scored: Scored; observed: Observed } => {
  const observed: Observed = {
    ...{ ledger: [], alarms: [], cases: [], tasks: [], dispatched: new Map(), history: [] },
    ...{ fromAt: NOON - HOUR_MS, endAt: NOON + 24 * HOUR_MS },
    ...more,
  };
  return { observed, scored: score(observed) };
};
const caseOf = (caseNo: string, more: Partial<CaseSeen>): CaseSeen => ({
  ...{ caseNo, conditionId: "lamp-off", source: "sensor", openedAt: at(0.5) },
  ...more,
});

test("of an outage its cases, orders and members are told, and of the lamps dead elsewhere", () => {
  const lamp = (n: number, more: Partial<TruthLine> = {}): TruthLine =>
    line({ assetId: `lamp-${n}`, deviceId: `l-${n}`, class: "streetlight", ...more });
  const ofCabinet = {
    ...{ what: "feeder-outage", expectsCase: "feeder-outage", caseAssetId: "cabinet-1" },
  };
  const ledger = [
    lamp(1, ofCabinet),
    lamp(2, ofCabinet),
    lamp(7, { what: "lamp-off", expectsCase: "lamp-off" }),
  ];
  const onCabinet = { conditionId: "feeder-outage", assetId: "cabinet-1", memberCount: 2 };
  const cases = [caseOf("1", onCabinet), caseOf("2", { assetId: "lamp-7" })];
  const dispatched = new Map([
    ["1", 1],
    ["2", 1],
  ]);
  const calm = observe({ ledger, cases, dispatched });
  expect(feederRow("day", calm.scored, calm.observed).measured).toBe(
    "1 + 1 cases, 1 + 1 orders; the outage's case has 2 members; 0 alarms of single lamps told",
  );
  const split = caseOf("3", { assetId: "lamp-2", openedAt: at(5.5) });
  const alarms = [
    { ...alarm, assetId: "lamp-2", ruleId: "streetlight.dark", class: "streetlight", toldAt: NOON },
  ];
  const torn = observe({ ledger, cases: [...cases, split], dispatched, alarms });
  expect(feederRow("day", torn.scored, torn.observed).measured).toContain("2 + 1 cases");
  expect(feederRow("day", torn.scored, torn.observed).measured).toContain("1 alarms of single");
});

const lost = [1, 2].map((n) =>
  line({ assetId: `bin-${n}`, deviceId: `b-${n}`, gatewayId: "gw-1", label: "backfill" }),
);

test("of a lost gateway its tasks are told, and its devices that are told as silent", () => {
  const ofBin = { ruleId: "waste-bin.no-data", assetId: "bin-2", deviceId: "b-2" };
  const silent = { ...alarm, ...ofBin, toldAt: NOON + HOUR_MS };
  const task = { taskId: "t", kind: "silent", alarmId: "1", gatewayId: "gw-1", openedAt: at(2) };
  const { scored, observed } = observe({ ledger: lost, tasks: [task], alarms: [silent] });
  const [row] = gatewayRows("day", scored, observed);
  expect(row?.what).toBe("day: a gateway with 2 devices lost for 5 h, then backfill");
  expect(row?.measured).toBe("1 task, 1 of its devices told as silent");
});

test("of a backfill its history, its breaches and what they sent out are told", () => {
  const fire = line({ what: "bin-fire", at: at(1), until: at(2) });
  const history = lost.map((each, index) => ({ line: each, isComplete: index === 0 }));
  const cases = [caseOf("1", { assetId: "bin-1", conditionId: "bin-fire", openedAt: at(5.1) })];
  const dispatched = new Map([["1", 2]]);
  const { scored, observed } = observe({ ledger: [...lost, fire], history, cases, dispatched });
  const row = backfillRow("day", scored, observed);
  expect(row.what).toContain("2 devices kept over an outage of an hour to 12 h, 1 breaches");
  expect(row.measured).toBe("history of 1 complete; 1 cases, 2 orders");
});
