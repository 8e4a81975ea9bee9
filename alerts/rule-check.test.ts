import { expect, test } from "vitest";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { Rule } from "../model/rule.ts";
import { faultText, ruleFaults } from "./rule-check.ts";

const tilt = ASSET_CLASSES.flatMap(({ rules }) => rules).find(
  ({ ruleId }) => ruleId === "manhole-cover.tilt",
);

function faultsOf(change: Record<string, unknown>): string[] {
  const rule = Rule.parse({ ...tilt, lifeSafety: false, ...change });
  return ruleFaults(rule, ASSET_CLASSES).map(faultText);
}

const limit = (more: Record<string, unknown>) => ({
  condition: { ...tilt?.condition, ...more },
});
const step = (severity: string, raise: number, clear: number) => ({ severity, raise, clear });

test("every default rule is sense", () => {
  for (const rule of ASSET_CLASSES.flatMap(({ rules }) => rules)) {
    expect([rule.ruleId, ruleFaults(rule, ASSET_CLASSES)]).toEqual([rule.ruleId, []]);
  }
});

test.each<[string, Record<string, unknown>, string[]]>([
  [
    "an unknown class",
    { class: "manhole-covers" },
    ["class: got 'manhole-covers', wanted an asset class; did you mean 'manhole-cover'?"],
  ],
  [
    "an id of another class",
    { ruleId: "streetlight.tilt" },
    ["ruleId: got 'streetlight.tilt', wanted 'manhole-cover.' and a name"],
  ],
  [
    "an unknown measurement",
    limit({ measurement: "tiltDegrees" }),
    [
      "condition.measurement: got 'tiltDegrees', wanted a measurement of class 'manhole-cover'; did you mean 'tiltDeg'?",
    ],
  ],
  [
    "an unknown filing condition",
    { conditionId: "cover-displace" },
    [
      "conditionId: got 'cover-displace', wanted a filing condition of the class; did you mean 'cover-displaced'?",
    ],
  ],
  [
    "a clear level on the wrong side",
    limit({ clear: 12 }),
    ["condition.clear: got '12', wanted at most the raise level 10"],
  ],
  [
    "a deadband wider than its limit",
    limit({ clear: -1 }),
    ["condition.clear: got '-1', wanted within the measurement's range, 0 to 180 °"],
  ],
  [
    "a limit that no value can pass",
    limit({ raise: 200 }),
    ["condition.raise: got '200', wanted within the measurement's range, 0 to 180 °"],
  ],
  [
    "a limit on a boolean",
    limit({ measurement: "isOpen", raise: 1, clear: 0 }),
    ["condition.kind: got 'limit', wanted 'boolean', since isOpen is one"],
  ],
  [
    "steps that are no further out",
    limit({ steps: [step("critical", 10, 9)] }),
    ["condition.steps[0].raise: got '10', wanted above the step before, 10"],
  ],
  [
    "overlapping severities",
    limit({ steps: [step("critical", 45, 9)] }),
    [
      "condition.steps[0].clear: got '9', wanted at least the raise level of the step before, 10, so that severities do not overlap",
    ],
  ],
  [
    "steps that do not get more severe",
    limit({ steps: [step("major", 45, 40), step("warning", 90, 80)] }),
    ["condition.steps[1].severity: got 'warning', wanted more severe than the step before, major"],
  ],
  ["more of than there are", { count: { n: 4, m: 3 } }, ["count.n: got '4', wanted at most m, 3"]],
  [
    "hours of nothing",
    limit({ signal: { kind: "hours", overMs: 1, gapMs: 1 } }),
    ["condition.signal: got 'neither', wanted 'above' or 'below'"],
  ],
  [
    "life safety that waits",
    { lifeSafety: true, onDelayMs: 5 },
    ["onDelayMs: got '5', wanted 0, since life safety waits for nothing"],
  ],
  [
    "a fault in an override",
    {
      overrides: [
        { assetId: "a", set: { condition: { ...tilt?.condition, clear: 99 } }, source: "x" },
      ],
    },
    ["overrides[0].set.condition.clear: got '99', wanted at most the raise level 10"],
  ],
])("%s is refused with its path and the cure", (_title, change, wanted) => {
  expect(faultsOf(change)).toEqual(wanted);
});
