import { expect, test } from "vitest";
import { type CaseLine, compareLedger, type LedgerLine } from "./ledger.ts";

const fault = (more: Partial<LedgerLine> = {}): LedgerLine => ({
  what: "cover-stolen",
  assetId: "a-1",
  class: "manhole-cover",
  at: "2026-11-23T08:00:00+08:00",
  until: "2026-11-23T09:00:00+08:00",
  expectsCase: "cover-displaced",
  ...more,
});
const opened = (more: Partial<CaseLine> = {}): CaseLine => ({
  caseNo: "1",
  assetId: "a-1",
  conditionId: "cover-displaced",
  source: "sensor",
  openedAt: "2026-11-23T08:00:10+08:00",
  ...more,
});
const end = Date.parse("2026-11-23T20:00:00+08:00");

test("a fault with its case is found", () => {
  expect(compareLedger([fault()], [opened()], end)).toMatchObject({
    expected: 1,
    found: 1,
    missed: [],
    false: [],
  });
});

test.each([
  ["none", []],
  ["one of another asset", [opened({ assetId: "a-2" })]],
  ["one of another condition", [opened({ conditionId: "sewer-level" })]],
  ["one long after", [opened({ openedAt: "2026-11-23T12:00:00+08:00" })]],
])("a fault whose case is %s is missed", (_what, cases) => {
  const found = compareLedger([fault()], cases, end);
  expect(found.missed).toHaveLength(1);
  expect(found.false).toEqual(cases);
});

test("a fault that expects no case makes a case false", () => {
  expect(compareLedger([fault({ expectsCase: null })], [opened()], end).false).toHaveLength(1);
});

test("a second fault while the case is open has joined it", () => {
  const second = fault({ at: "2026-11-23T10:00:00+08:00", until: "2026-11-23T11:00:00+08:00" });
  expect(compareLedger([fault(), second], [opened()], end)).toMatchObject({ found: 2, missed: [] });
});

test("a fault at the very end is undecided, not missed", () => {
  const late = fault({ at: "2026-11-23T19:50:00+08:00" });
  expect(compareLedger([late], [], end)).toMatchObject({ undecided: 1, missed: [] });
});

const outage = (lamp: string, more: Partial<LedgerLine> = {}): LedgerLine =>
  fault({
    what: "feeder-outage",
    assetId: lamp,
    class: "streetlight",
    expectsCase: "feeder-outage",
    caseAssetId: "cabinet-1",
    ...more,
  });
const lamps = Array.from({ length: 200 }, (_, index) => outage(`lamp-${index}`));
const onCabinet = opened({ caseNo: "2", assetId: "cabinet-1", conditionId: "feeder-outage" });

test("a feeder's 200 lamps are one fault with one case, on the cabinet", () => {
  const found = compareLedger([...lamps, fault()], [onCabinet, opened()], end);
  expect(found).toMatchObject({ faults: 2, expected: 2, found: 2, missed: [], false: [] });
});

test.each([
  ["the case of a single lamp", opened({ assetId: "lamp-7", conditionId: "lamp-off" })],
  ["the outage's case on a lamp", { ...onCabinet, caseNo: "3", assetId: "lamp-7" }],
  ["a second case on the cabinet", { ...onCabinet, caseNo: "3" }],
])("beside a feeder's case %s is one too many", (_what, other) => {
  const found = compareLedger(lamps, [onCabinet, other], end);
  expect(found).toMatchObject({ expected: 1, found: 1, missed: [], false: [other] });
});

test("a feeder whose lamps all have cases, and the cabinet none, is missed once", () => {
  const single = lamps.map(({ assetId }) => opened({ assetId, conditionId: "lamp-off" }));
  const found = compareLedger(lamps, single, end);
  expect(found.missed.map(({ assetId }) => assetId)).toEqual(["cabinet-1"]);
  expect(found.false).toHaveLength(200);
});

test("two outages of one cabinet, and those of two cabinets, are each a fault of their own", () => {
  const again = { at: "2026-11-23T14:00:00+08:00", until: "2026-11-23T15:00:00+08:00" };
  const ledger = [...lamps, outage("lamp-1", again), outage("b-1", { caseAssetId: "cabinet-2" })];
  expect(compareLedger(ledger, [], end)).toMatchObject({ faults: 3, expected: 3 });
});
