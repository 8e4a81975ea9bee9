import { expect, test } from "vitest";
import { faultsOf, score, type TruthAlarm, type TruthLine } from "./truth-score.ts";

const MINUTE_MS = 60_000;
const BEGUN = Date.parse("2026-11-23T10:00:00+08:00");
const END = BEGUN + 20 * 60 * MINUTE_MS;
const iso = (minutes: number): string => new Date(BEGUN + minutes * MINUTE_MS).toISOString();

const stolen = (more: Partial<TruthLine> = {}): TruthLine => ({
  what: "cover-stolen",
  assetId: "a-1",
  deviceId: "d-1",
  class: "manhole-cover",
  at: iso(0),
  until: iso(60),
  expectsCase: "cover-displaced",
  ...more,
});
const noise = (more: Partial<TruthLine> = {}): TruthLine =>
  stolen({ what: "sensor-noisy", expectsCase: null, noise: true, label: "rain-on-tilt", ...more });
const alarm = (more: Partial<TruthAlarm> = {}): TruthAlarm => ({
  alarmId: "1",
  ruleId: "manhole-cover.open",
  class: "manhole-cover",
  assetId: "a-1",
  deviceId: "d-1",
  conditionId: "cover-displaced",
  raisedAt: BEGUN + MINUTE_MS,
  toldAt: BEGUN + MINUTE_MS,
  ...more,
});
const verdicts = (ledger: TruthLine[], alarms: TruthAlarm[], endAt = END): string[] =>
  score({ ledger, alarms, fromAt: 0, endAt }).faults.map(({ verdict }) => verdict.kind);
const told = (ledger: TruthLine[], alarms: TruthAlarm[]): string[] =>
  score({ ledger, alarms, fromAt: 0, endAt: END }).told.map(({ verdict, label }) =>
    label === undefined ? verdict : `${verdict} by ${label}`,
  );

const after = (minutes: number): Partial<TruthAlarm> => ({ toldAt: BEGUN + minutes * MINUTE_MS });
const spike: Partial<TruthLine> = { what: "sensor-spike", expectsCase: null };

test.each<[string, Partial<TruthLine>, Partial<TruthAlarm> | undefined, string]>([
  ["with its condition's alarm", {}, {}, "found"],
  ["with none", {}, undefined, "missed"],
  ["with one of another asset", {}, { assetId: "a-2" }, "missed"],
  ["with one of another condition", {}, { conditionId: "sewer-level" }, "missed"],
  ["with one an hour after its end", {}, after(119), "found"],
  ["with one longer after its end", {}, after(121), "missed"],
  ["with one a little before, by a fast clock", {}, after(-2), "found"],
  ["with one that was over before", {}, { ...after(-10), overAt: BEGUN - MINUTE_MS }, "missed"],
  ["with one that still stands", {}, { ...after(-10), overAt: BEGUN + MINUTE_MS }, "found"],
  ["that is over and expects a rule", { expectsCase: null, expectsAlarm: "open" }, {}, "found"],
  ["of another rule than its alarm", { expectsCase: null, expectsAlarm: "tilt" }, {}, "missed"],
  ["that expects nothing", { expectsCase: null }, {}, "silent"],
  ["near the end", { at: iso(19.8 * 60), until: iso(30 * 60) }, undefined, "undecided"],
  ["due after the end", { expectedBy: iso(21 * 60) }, undefined, "undecided"],
  ["of a value that was never sent", { ...spike, expectsAlarm: "probe" }, undefined, "unshown"],
])("a fault %s is %s", (_title, line, its, verdict) => {
  expect(verdicts([stolen(line)], its === undefined ? [] : [alarm(its)])).toEqual([verdict]);
});

test("an alarm of which nobody was told finds nothing and is not false", () => {
  const { toldAt: _untold, ...untold } = alarm();
  const found = score({ ledger: [stolen()], alarms: [untold], fromAt: 0, endAt: END });
  expect(found.faults[0]?.verdict.kind).toBe("missed");
  expect(found.told).toEqual([]);
});

test("what is told before the devices are all there, or after they have ended, is not scored", () => {
  const toldIn = (fromAt: number, endAt: number): number =>
    score({ ledger: [], alarms: [alarm()], fromAt, endAt }).told.length;
  expect(toldIn(BEGUN, END)).toBe(1);
  expect(toldIn(BEGUN, BEGUN)).toBe(0);
  expect(toldIn(BEGUN + 2 * MINUTE_MS, END)).toBe(0);
});

test.each<[string, TruthLine[], Partial<TruthAlarm>, string]>([
  ["of its fault", [stolen()], {}, "true"],
  ["of nothing", [], {}, "false"],
  ["long after its fault", [stolen()], after(121), "false"],
  ["that a fault brings beside", [stolen({ what: "sewer-gas" })], gas(), "true"],
  ["that its fault does not bring", [stolen()], gas(), "false by cover-stolen"],
  ["of noise alone", [noise()], {}, "false by rain-on-tilt"],
  ["of noise that expects it", [noise({ expectsAlarm: "open" })], {}, "true"],
  ["that informs", [], { ruleId: "waste-bin.full-soon" }, "informing"],
])("an alarm %s: %s", (_title, ledger, more, verdict) => {
  expect(told(ledger, [alarm(more)])).toEqual([verdict]);
});

function gas(): Partial<TruthAlarm> {
  return { ruleId: "manhole-cover.ch4-notice", conditionId: "" };
}

test("of several noises the one that moves what the rule looks at is blamed", () => {
  const ledger = [
    noise({ what: "truck-over-cover", label: "truck-over-cover" }),
    noise({ what: "duplicates", label: "duplicates", at: iso(1) }),
  ];
  expect(told(ledger, [alarm({ ruleId: "manhole-cover.tilt" })])).toEqual([
    "false by truck-over-cover",
  ]);
});

test("the time to the alarm counts from the first telling reading, else from the beginning", () => {
  const delayOf = (ledger: TruthLine[]): number | undefined => {
    const [first] = score({ ledger, alarms: [alarm(after(10))], fromAt: 0, endAt: END }).faults;
    return first?.verdict.kind === "found" ? first.verdict.delayMs : undefined;
  };
  expect(delayOf([stolen()])).toBe(10 * MINUTE_MS);
  expect(delayOf([stolen(), stolen({ tellingAt: iso(9) })])).toBe(MINUTE_MS);
  expect(delayOf([stolen(), stolen({ tellingAt: iso(9), deviceId: "d-2" })])).toBe(10 * MINUTE_MS);
  expect(delayOf([stolen(), stolen({ tellingAt: iso(11) })])).toBe(0);
});

const lamp = (n: number): TruthLine =>
  stolen({
    ...{ what: "feeder-outage", assetId: `lamp-${n}`, deviceId: `l-${n}`, class: "streetlight" },
    ...{ expectsCase: "feeder-outage", caseAssetId: "cabinet-1" },
  });
const bin = (n: number): TruthLine =>
  stolen({
    ...{ what: "gateway-outage", assetId: `bin-${n}`, deviceId: `b-${n}`, class: "waste-bin" },
    ...{ expectsCase: null, expectsAlarm: "silent", gatewayId: "gw-1" },
  });

test("the lamps of a cabinet and the bins of a gateway are each one fault, shown by the first", () => {
  const lines = [1, 2, 3].flatMap((n) => [lamp(n), bin(n)]);
  const shown = [lamp(2), lamp(3)].map((line, n) => ({ ...line, tellingAt: iso(4 + n) }));
  const faults = faultsOf([...lines, ...shown]);
  expect(faults.map(({ on, members }) => [on, members])).toEqual([
    ["cabinet-1", 3],
    ["gw-1", 3],
  ]);
  expect(faults[0]?.tellingAt).toBe(BEGUN + 4 * MINUTE_MS);
});

test.each<[string, Partial<TruthAlarm>, string]>([
  ["the cabinet's alarm", { assetId: "cabinet-1", conditionId: "feeder-outage" }, "true"],
  ["the cabinet's mains", { assetId: "cabinet-1", ruleId: "lighting-cabinet.mains-lost" }, "true"],
  [
    "a single lamp's",
    { assetId: "lamp-1", ruleId: "streetlight.dark", conditionId: "lamp-off" },
    "false by feeder-outage",
  ],
])("of an outage %s is %s", (_title, more, verdict) => {
  expect(told([lamp(1), lamp(2)], [alarm(more)])).toEqual([verdict]);
});

test("a lost gateway's alarm is true, that of a device behind it false", () => {
  const { assetId: _none, ...place } = alarm({ ruleId: "gateway.silent", gatewayId: "gw-1" });
  const ofBin = alarm({ ruleId: "waste-bin.no-data", assetId: "bin-1", deviceId: "b-1" });
  const found = score({ ledger: [bin(1), bin(2)], alarms: [place, ofBin], fromAt: 0, endAt: END });
  expect(found.faults.map(({ verdict }) => verdict.kind)).toEqual(["found"]);
  expect(found.told.map(({ verdict }) => verdict)).toEqual(["true", "false"]);
});
