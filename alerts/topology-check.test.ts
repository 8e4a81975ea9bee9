/** What a rule may say of alarms above and below it. */
import { expect, test } from "vitest";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { GATEWAY_CLASS } from "../model/gateway-class.ts";
import { Rule } from "../model/rule.ts";
import { faultText, ruleFaults } from "./rule-check.ts";

const CLASSES = [...ASSET_CLASSES, GATEWAY_CLASS];
const ruleOf = (ruleId: string): Rule => {
  const found = CLASSES.flatMap(({ rules }) => rules).find((rule) => rule.ruleId === ruleId);
  if (found === undefined) throw new Error(`no rule '${ruleId}'`);
  return found;
};
const faultsOf = (ruleId: string, change: object): string[] =>
  ruleFaults(Rule.parse({ ...ruleOf(ruleId), ...change }), CLASSES).map(faultText);

const CHILDREN = { kind: "children", countMin: 5, shareMin: 0.2, windowMs: 60_000 };

test("every default rule is sense, the gateways' too", () => {
  for (const rule of CLASSES.flatMap(({ rules }) => rules)) {
    expect([rule.ruleId, ruleFaults(rule, CLASSES)]).toEqual([rule.ruleId, []]);
  }
});

test.each([
  [
    "a family that no rule has",
    faultsOf("lighting-cabinet.lamps-dark", { condition: { ...CHILDREN, family: "unlitt" } }),
    ["condition.family: got 'unlitt', wanted a family that a rule has; did you mean 'unlit'?"],
  ],
  [
    "an explained family that no rule has",
    faultsOf("lighting-cabinet.mains-lost", { explains: [{ family: "silnt", waitMs: 0 }] }),
    ["explains[0].family: got 'silnt', wanted a family that a rule has; did you mean 'silent'?"],
  ],
  [
    "a danger to life of a family",
    faultsOf("streetlight.leakage", { family: "unlit" }),
    ["family: got 'unlit', wanted none, since life safety waits for nothing and nothing holds it"],
  ],
  [
    "children on a gateway",
    faultsOf("gateway.silent", { condition: { ...CHILDREN, family: "silent" } }),
    [
      "condition.kind: got 'children', wanted no-data: of a gateway it is judged alone whether anything comes through it",
    ],
  ],
  [
    "hours of what many share",
    faultsOf("lighting-cabinet.lamps-dark", { during: { from: "20:00", to: "22:00" } }),
    [
      "during: got '20:00 to 22:00', wanted none, since the rules of those below have hours of their own",
    ],
  ],
  [
    "readings counted of what many share",
    faultsOf("lighting-cabinet.lamps-dark", { count: { n: 2, m: 3 } }),
    ["count: got '2 of 3', wanted none, since the condition does not judge single readings"],
  ],
])("%s is refused", (_what, found, wanted) => {
  expect(found).toEqual(wanted);
});

test("a family that a rule in force has is known, whatever the defaults say", () => {
  const lamp = Rule.parse({ ...ruleOf("streetlight.day-burn"), family: "lit-by-day" });
  const cabinet = Rule.parse({
    ...ruleOf("lighting-cabinet.lamps-dark"),
    condition: { ...CHILDREN, family: "lit-by-day" },
  });
  expect(ruleFaults(cabinet, CLASSES)).toHaveLength(1);
  expect(ruleFaults(cabinet, CLASSES, [lamp])).toEqual([]);
});
