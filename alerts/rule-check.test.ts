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
    { severity: "major", ...limit({ steps: [step("critical", 10, 9)] }) },
    ["condition.steps[0].raise: got '10', wanted above the step before, 10"],
  ],
  [
    "overlapping severities",
    { severity: "major", ...limit({ steps: [step("critical", 45, 9)] }) },
    [
      "condition.steps[0].clear: got '9', wanted at least the raise level of the step before, 10, so that severities do not overlap",
    ],
  ],
  [
    "steps that do not get more severe",
    {
      severity: "notice",
      ...limit({ steps: [step("major", 45, 40), step("warning", 90, 80)] }),
    },
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
    "work on a sensor that would be a case",
    { isDeviceFault: true },
    [
      "conditionId: got 'cover-displaced', wanted none, since a device fault opens a device-repair task and never a case",
    ],
  ],
  [
    "work on a sensor that would be a danger to life",
    { isDeviceFault: true, conditionId: undefined, lifeSafety: true },
    [
      "lifeSafety: got 'true', wanted false, since a device fault opens a device-repair task and never a case",
    ],
  ],
  [
    "a range of nothing",
    { condition: { kind: "out-of-range", measurement: "tiltDegree", period: "instant" } },
    [
      "condition.measurement: got 'tiltDegree', wanted a measurement of class 'manhole-cover'; did you mean 'tiltDeg'?",
    ],
  ],
  [
    "so many of what is no value",
    {
      condition: { kind: "out-of-range", measurement: "tiltDeg", period: "instant" },
      count: { n: 2, m: 3 },
    },
    ["count: got '2 of 3', wanted none, since the condition does not judge single readings"],
  ],
  [
    "life safety that counts, or knows hours",
    { lifeSafety: true, count: { n: 2, m: 3 }, during: { from: "08:00", to: "18:00" } },
    [
      "count: got '2 of 3', wanted none, since life safety is raised by the first reading",
      "during: got '08:00 to 18:00', wanted none, since life safety knows no hours",
    ],
  ],
  [
    "silence that knows hours",
    {
      ...{ conditionId: undefined, condition: { kind: "no-data", afterMs: 0 } },
      during: { from: "08:00", to: "18:00" },
    },
    ["during: got '08:00 to 18:00', wanted none, since silence is counted at all hours"],
  ],
  [
    "an override whose condition does not go with the rule's hours",
    {
      during: { from: "08:00", to: "18:00" },
      overrides: [
        { assetId: "a", set: { condition: { kind: "no-data", afterMs: 0 } }, source: "x" },
        { assetId: "b", set: { condition: { ...tilt?.condition } }, source: "x" },
      ],
    },
    [
      "overrides[0].set.condition: got 'no-data', wanted one that judges readings, since the rule judges from 08:00 to 18:00",
    ],
  ],
  [
    "a first step that is no more severe than the rule itself",
    { severity: "major", ...limit({ steps: [step("major", 45, 40)] }) },
    ["condition.steps[0].severity: got 'major', wanted more severe than the rule itself, major"],
  ],
  [
    "an override that is as severe as the first step",
    {
      ...{ severity: "warning", ...limit({ steps: [step("major", 45, 40)] }) },
      overrides: [
        { assetId: "a", set: { severity: "critical" }, source: "x" },
        { assetId: "b", set: { severity: "notice" }, source: "x" },
      ],
    },
    ["overrides[0].set.severity: got 'critical', wanted less severe than the first step, major"],
  ],
  [
    "an override that lets life safety wait, or look back",
    {
      lifeSafety: true,
      overrides: [
        { assetId: "a", set: { onDelayMs: 5 }, source: "x" },
        { assetId: "b", set: { severity: "major" }, source: "x" },
        {
          assetId: "c",
          set: {
            condition: { ...tilt?.condition, signal: { kind: "jump", overMs: 1_000 } },
          },
          source: "x",
        },
      ],
    },
    [
      "overrides[0].set.onDelayMs: got '5', wanted 0, since life safety waits for nothing",
      "overrides[2].set.condition.signal: got 'jump', wanted none, since life safety is judged by each reading alone",
    ],
  ],
  [
    "an override whose condition does not go with the rule's count",
    {
      count: { n: 2, m: 3 },
      overrides: [
        {
          assetId: "a",
          set: { condition: { ...tilt?.condition, signal: { kind: "jump", overMs: 1_000 } } },
          source: "x",
        },
      ],
    },
    [
      "overrides[0].set.condition: got 'limit', wanted one that judges single readings, since the rule counts 2 of 3",
    ],
  ],
  [
    "looking back on more than is kept",
    limit({
      signal: {
        kind: "valid-mean",
        span: "month",
        dueEveryMs: 900_000,
        shareMin: 0.75,
      },
    }),
    [
      "condition.signal: got 'about 6048', wanted to look back on at most 2000 readings; take a shorter time, or a period's means",
    ],
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
