import { expect, test } from "vitest";
import { AssetClass } from "../model/asset-class.ts";
import { AssetId, DeviceId } from "../model/ids.ts";
import { timeZone } from "../model/local-time.ts";
import { FLAG_BITS, type Reading } from "../model/reading.ts";
import { Asset } from "../model/registry.ts";
import { createDevicePast } from "./device-past.ts";
import { type Verdict, verdictOf } from "./levels.ts";
import { createRuleBook, measurementsOf } from "./rule-book.ts";
import { evaluateRule, isJudged, type ValueRule } from "./rule-evaluation.ts";

const zone = timeZone("Asia/Shanghai");
const NOON = Date.parse("2026-11-22T12:00:00+08:00");
const asset = Asset.parse({
  assetId: "pot-1",
  class: "pot",
  componentCode: "4115240101000001",
  name: "a pot",
  lon: 114.9,
  lat: 31.8,
});

const POT = AssetClass.parse({
  slug: "pot",
  title: { zh: "罐", en: "Pot" },
  componentCategories: ["0199"],
  measurements: [
    range("heatC", "number", -40, 200),
    range("levelPercent", "number", 0, 100),
    range("isOpen", "boolean", 0, 1),
  ],
  reportPeriodMs: 60_000,
  rules: [
    rule(
      "hot",
      { raise: 60, clear: 50, direction: "above", inclusive: true },
      { lifeSafety: true },
    ),
    rule("warm", { raise: 40, clear: 40, direction: "above", inclusive: false }),
    rule(
      "cold",
      { raise: 0, clear: 5, direction: "below", inclusive: false },
      { lifeSafety: true },
    ),
    rule("cool", { raise: 10, clear: 12, direction: "below", inclusive: true }),
    rule("heat-day", { raise: 30, clear: 30, direction: "above", inclusive: false, period: "day" }),
    rule(
      "open",
      { kind: "boolean", measurement: "isOpen", abnormalWhen: true },
      { lifeSafety: true },
    ),
    rule("shut", { kind: "boolean", measurement: "isOpen", abnormalWhen: false }),
    rule(
      "night",
      { raise: 40, clear: 40, direction: "above", inclusive: false },
      { during: { from: "19:30", to: "05:00" } },
    ),
    rule(
      "outlet",
      { raise: 40, clear: 40, direction: "above", inclusive: false },
      { attributes: { point: "outlet" }, conditionId: "burst" },
    ),
    rule("sane", { kind: "out-of-range" }),
    rule("silent", { kind: "no-data", afterMs: 0 }),
    rule("off", { raise: 1, clear: 1, direction: "above", inclusive: false }, { enabled: false }),
  ],
  conditions: [],
  hazards: [],
  retentionDays: 1,
});

function range(name: string, kind: string, min: number, max: number) {
  return { name, unit: "", kind, min, max, decimals: 1, title: { zh: name, en: name } };
}

function rule(name: string, condition: Record<string, unknown>, more: object = {}) {
  const value = { kind: "limit", measurement: "heatC", period: "instant", ...condition };
  return {
    ruleId: `pot.${name}`,
    version: 1,
    class: "pot",
    title: { zh: name, en: name },
    condition: condition.kind === "no-data" ? condition : value,
    onDelayMs: 0,
    offDelayMs: 0,
    severity: "warning",
    lifeSafety: false,
    enabled: true,
    source: "test",
    ...more,
  };
}

function reading(value: number, more: Partial<Reading> = {}): Reading {
  return {
    deviceId: DeviceId.parse("d-1"),
    measurement: "heatC",
    period: "instant",
    observedAt: NOON,
    receivedAt: NOON,
    value,
    flags: 0,
    ...more,
  };
}

const book = createRuleBook([POT], zone);
const outlet = { ...asset, attributes: { point: "outlet" } };

function compiled(name: string): ValueRule {
  const found = book.rulesFor(outlet).all.get(`pot.${name}`);
  if (found === undefined || !("measurement" in found)) throw new Error(`no value rule '${name}'`);
  return found as ValueRule;
}

/** Of rules that do not look back. */
function judge(name: string, given: Reading): Verdict {
  const past = createDevicePast(zone, outlet, book.rulesFor(outlet));
  return verdictOf(evaluateRule(compiled(name), given, past));
}

test.each([
  ["hot", 60, "abnormal"],
  ["hot", 59.9, "between"],
  ["hot", 50, "normal"],
  ["warm", 40, "normal"],
  ["warm", 40.01, "abnormal"],
  ["cold", 0, "between"],
  ["cold", -0.1, "abnormal"],
  ["cold", 5, "normal"],
  ["cool", 10, "abnormal"],
  ["cool", 11, "between"],
  ["cool", 12, "normal"],
  ["open", 1, "abnormal"],
  ["open", 0, "normal"],
  ["shut", 0, "abnormal"],
  ["shut", 1, "normal"],
  ["sane", 199, "normal"],
])("rule '%s' finds %d %s", (name, value, verdict) => {
  expect(judge(name, reading(value))).toBe(verdict);
});

test.each([
  ["hot", 250, "range", "abnormal"],
  ["hot", -60, "range", "unknown"],
  ["hot", 150, "hj212-T", "unknown"],
  ["hot", 150, "hj212-unknown", "unknown"],
  ["cold", -60, "range", "abnormal"],
  ["cold", 250, "range", "unknown"],
  ["warm", 250, "range", "unknown"],
  ["open", 7, "range", "abnormal"],
  ["shut", -1, "range", "unknown"],
  ["sane", 250, "range", "abnormal"],
  ["sane", -60, "range", "abnormal"],
  ["sane", 150, "hj212-T", "unknown"],
] as const)("of a suspect value, rule '%s' makes of %d (%s) %s", (name, value, flag, verdict) => {
  expect(judge(name, reading(value, { flags: FLAG_BITS[flag] }))).toBe(verdict);
});

test.each([
  ["2026-11-22T19:29:59+08:00", "unknown"],
  ["2026-11-22T19:30:00+08:00", "abnormal"],
  ["2026-11-23T00:00:00+08:00", "abnormal"],
  ["2026-11-23T04:59:59+08:00", "abnormal"],
  ["2026-11-23T05:00:00+08:00", "unknown"],
])("a rule with hours finds a breach received at %s %s", (time, verdict) => {
  const late = reading(99, { receivedAt: Date.parse(time) });
  expect(judge("night", late)).toBe(verdict);
});

test("late and bad readings are not judged at all; those with a bad clock are", () => {
  for (const [name, bit] of Object.entries(FLAG_BITS)) {
    const isHistoryOrBad = ["late", "opc-bad"].includes(name) || /^hj212-[FMSCDB]$/.test(name);
    expect([name, isJudged(reading(1, { flags: bit }))]).toEqual([name, !isHistoryOrBad]);
  }
});

test("a reading finds its rules by measurement and period", () => {
  const { values } = book.rulesFor(outlet);
  const names = (rules: readonly ValueRule[] = []) => rules.map((each) => each.rule.ruleId);
  expect(names(values.get("heatC")?.day)).toEqual(["pot.heat-day"]);
  expect(names(values.get("heatC")?.hour)).toEqual([]);
  expect(names(values.get("heatC")?.instant)).toEqual(
    ["hot", "warm", "cold", "cool", "night", "outlet", "sane"].map((name) => `pot.${name}`),
  );
  expect(values.get("levelPercent")).toBeUndefined();
});

test("a rule of the range alone remembers nothing", () => {
  expect(book.rulesFor(outlet).depths.size).toBe(0);
});

test("a rule with attributes binds only assets that have them", () => {
  expect(book.rulesFor(outlet).all.has("pot.outlet")).toBe(true);
  expect(book.rulesFor({ ...asset, attributes: { point: "inlet" } }).all.has("pot.outlet")).toBe(
    false,
  );
  expect(book.rulesFor(asset).all.has("pot.outlet")).toBe(false);
  expect(measurementsOf(book.rulesFor(outlet), "burst")).toEqual(["heatC"]);
  expect(measurementsOf(book.rulesFor(asset), "burst")).toEqual([]);
});

test("assets with the same rules share them, a plain component has none, a rule may be switched off", () => {
  const other = { ...asset, assetId: AssetId.parse("pot-2") };
  expect(book.rulesFor(other)).toBe(book.rulesFor(asset));
  const { class: _plain, ...component } = asset;
  expect(book.rulesFor(component).all.size).toBe(0);
  expect(book.rulesFor(asset).all.has("pot.off")).toBe(false);
});

test("silence without a time of its own is three report periods of the class", () => {
  expect(book.rulesFor(asset).silence.map(({ afterMs }) => afterMs)).toEqual([180_000]);
});
