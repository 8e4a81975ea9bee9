import { expect, test as it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import { Rule } from "../model/rule.ts";
import { classOf, is, ruleOf, test } from "./doubles/condition-world.ts";
import { faultText, ruleFaults } from "./rule-check.ts";

const CLASSES = [
  classOf("cabinet", ["feederA", "isPowered"], []),
  classOf("lamp", ["isLit", "powerW"], []),
];

function faultsOf(condition: object, more: object = {}): string[] {
  const rule = Rule.parse(ruleOf("cabinet", "rule", condition, more));
  return ruleFaults(rule, CLASSES).map(faultText);
}

const compound = (when: object, more: object = {}) => ({ kind: "compound", when, ...more });
const OWN = test("feederA", ">", 5, 4);
const WINDOW = { kind: "window", fn: "mean", overMs: HOUR_MS, pointsMin: 1 };
const sum = (childrenOf: string) => ({ childrenOf, fn: "sum" });

it.each([
  ["several tests", compound({ all: [OWN, { not: is("isPowered", true) }] })],
  ["its parent", compound({ all: [OWN, { ...test("powerW", ">", 5), of: "parent" }] })],
  [
    "the number of its lit lamps",
    compound({
      ...OWN,
      against: { measurement: "isLit", period: "instant", of: sum("lamp"), as: "times" },
    }),
  ],
  [
    "a sum past the range of one",
    compound({ all: [OWN, { ...test("powerW", ">", 9_999), of: sum("lamp") }] }),
  ],
  ["a signal", compound({ ...OWN, signal: WINDOW })],
  ["a measurement that stays away", { kind: "no-data", afterMs: 0, measurement: "feederA" }],
  [
    "its neighbours",
    {
      ...OWN,
      signal: {
        kind: "off-neighbours",
        among: "grid",
        overMs: HOUR_MS,
        pointsMin: 1,
        neighboursMin: 2,
      },
    },
  ],
])("a rule may judge by %s", (_what, condition) => {
  expect(faultsOf(condition)).toEqual([]);
});

it.each<[string, object, string[]]>([
  [
    "an unknown measurement, deep within",
    compound({ all: [OWN, { any: [OWN, { not: test("feedrA", ">", 1) }] }] }),
    [
      "condition.when.all[1].any[1].not.measurement: got 'feedrA', wanted a measurement of class 'cabinet'; did you mean 'feederA'?",
    ],
  ],
  [
    "levels the wrong way round",
    compound({ any: [OWN, test("feederA", "<", 5, 4)] }),
    ["condition.when.any[1].clear: got '4', wanted at least the raise level 5"],
  ],
  [
    "a level out of range",
    compound(test("feederA", ">", 2_000)),
    [
      "condition.when.raise: got '2000', wanted within the measurement's range, 0 to 1000",
      "condition.when.clear: got '2000', wanted within the measurement's range, 0 to 1000",
    ],
  ],
  [
    "a limit on a boolean and a boolean of a number",
    compound({ all: [test("isPowered", ">", 0), is("feederA", true)] }),
    [
      "condition.when.all[0].kind: got 'limit', wanted 'boolean', since isPowered is one",
      "condition.when.all[1].kind: got 'boolean', wanted 'limit', since feederA is a number",
    ],
  ],
  [
    "parts of an unknown class",
    compound({ all: [OWN, { ...test("powerW", ">", 1), of: sum("lamps") }] }),
    [
      "condition.when.all[1].of.childrenOf: got 'lamps', wanted an asset class; did you mean 'lamp'?",
    ],
  ],
  [
    "what its parts do not measure",
    compound({ all: [OWN, { ...test("power", ">", 1), of: sum("lamp") }] }),
    [
      "condition.when.all[1].measurement: got 'power', wanted a measurement of class 'lamp'; did you mean 'powerW'?",
    ],
  ],
  [
    "what no parent measures",
    compound({ all: [OWN, { ...test("powerKw", ">", 1), of: "parent" }] }),
    [
      "condition.when.all[1].measurement: got 'powerKw', wanted a measurement of any class; did you mean 'powerW'?",
    ],
  ],
  [
    "signals of the parts",
    compound({ all: [OWN, { ...test("powerW", ">", 1), of: sum("lamp"), signal: WINDOW }] }),
    [
      "condition.when.all[1].signal: got 'window', wanted none, since of the parts the newest values are taken",
    ],
  ],
  [
    "an unknown other side",
    compound({ ...OWN, against: { measurement: "feedrB", period: "instant", as: "plus" } }),
    [
      "condition.when.against.measurement: got 'feedrB', wanted a measurement of class 'cabinet'; did you mean 'feederA'?",
    ],
  ],
  [
    "others alone",
    compound({ ...test("powerW", ">", 1), of: "parent" }),
    [
      "condition.when: got 'tests of other assets alone', wanted a test of the asset itself, since its own readings are what it is judged with",
    ],
  ],
  [
    "a past that is too long",
    compound({ ...OWN, signal: { ...WINDOW, overMs: 2_001 * 10 * MINUTE_MS } }),
    [
      "condition.when.signal: got 'about 2001', wanted to look back on at most 2000 readings; take a shorter time, or a period's means",
    ],
  ],
  [
    "values that are held for ever",
    compound(OWN, { heldMs: 2_001 * 10 * MINUTE_MS }),
    [
      `condition.heldMs: got '${2_001 * 10 * MINUTE_MS}', wanted at most ${2_000 * 10 * MINUTE_MS}, 2000 report periods`,
    ],
  ],
  [
    "too many tests",
    compound({ all: [{ any: Array.from({ length: LIMITS.compoundTestsMax }, () => OWN) }, OWN] }),
    ["condition.when: got '13', wanted at most 12 tests"],
  ],
  [
    "the silence of what is not measured",
    { kind: "no-data", afterMs: 0, measurement: "feeder" },
    [
      "condition.measurement: got 'feeder', wanted a measurement of class 'cabinet'; did you mean 'feederA'?",
    ],
  ],
])("%s is no sense", (_what, condition, faults) => {
  expect(faultsOf(condition)).toEqual(faults);
});

it("life safety and a count judge single readings, so no compound", () => {
  expect(faultsOf(compound(OWN), { lifeSafety: true })).toEqual([
    "condition: got 'compound', wanted one that judges single readings, since life safety is judged by each alone",
  ]);
  expect(faultsOf(compound(OWN), { count: { n: 1, m: 2 } })).toEqual([
    "count: got '1 of 2', wanted none, since the condition does not judge single readings",
  ]);
});

it("what an override sets is looked at, too", () => {
  const set = { condition: compound(test("feedrA", ">", 1)) };
  expect(faultsOf(OWN, { overrides: [{ set, source: "test" }] })).toEqual([
    "overrides[0].set.condition.when.measurement: got 'feedrA', wanted a measurement of class 'cabinet'; did you mean 'feederA'?",
  ]);
});
