import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { ASSET_CLASSES } from "../../../../model/asset-classes/all.ts";
import { Rule } from "../../../../model/rule.ts";
import {
  emptyOf,
  faultsOf,
  formIndexOf,
  formsOf,
  resolved,
  type Schema,
  turnedInto,
} from "./rule-schema.ts";

/** As `GET /api/v1/rule-schema` answers it. */
const ROOT = z.toJSONSchema(Rule, { io: "input" }) as Schema;
const RULES = ASSET_CLASSES.flatMap(({ rules }) => rules);
const [FIRST] = RULES.filter(({ condition }) => condition.kind === "limit");
const CONDITION = ROOT.properties?.condition ?? {};
const FORMS = formsOf(resolved(CONDITION, ROOT), ROOT);
const faults = (change: object): string[] =>
  faultsOf(ROOT, { ...FIRST, ...change }, ROOT).map(({ path, kind }) => `${path} ${kind}`);
const condition = (change: object): string[] =>
  faults({ condition: { ...FIRST?.condition, ...change } });

test("every default rule of the platform is without fault", () => {
  const wrong = RULES.flatMap((rule) => faultsOf(ROOT, rule, ROOT));
  expect(wrong).toEqual([]);
  expect(RULES.length).toBeGreaterThan(100);
});

test.each([
  [{ onDelayMs: -1 }, ["onDelayMs atLeast"]],
  [{ onDelayMs: 1.5 }, ["onDelayMs wantsWhole"]],
  [{ onDelayMs: "soon" }, ["onDelayMs wantsNumber"]],
  [{ severity: "bad" }, ["severity wantsChoice"]],
  [{ source: "" }, ["source wantsValue"]],
  [{ title: { zh: "x" } }, ["title.en wantsValue"]],
  [{ during: { from: "25:00", to: "06:00" } }, ["during.from fits"]],
  [{ count: { n: 0, m: 30 } }, ["count.n atLeast", "count.m atMost"]],
  [{ colour: "red" }, ["colour unknownField"]],
  [{ explains: [{ family: "A", waitMs: 0 }] }, ["explains[0].family fits"]],
  [{ condition: { kind: "none" } }, ["condition wantsChoice"]],
  [{ enabled: "yes" }, ["enabled wantsChoice"]],
])("%j is found at its own path", (change, found) => {
  expect(faults(change)).toEqual(found);
});

test.each([
  [{ raise: "much" }, ["condition.raise wantsNumber"]],
  [{ raise: { attribute: "" } }, ["condition.raise.attribute wantsValue"]],
  [{ signal: { kind: "jump", overMs: 0 } }, ["condition.signal.overMs above"]],
  [{ steps: [{ severity: "major", raise: 1 }] }, ["condition.steps[0].clear wantsValue"]],
])("of a condition, %j is found at its own path", (change, found) => {
  expect(condition(change)).toEqual(found);
});

test("the platform refuses whatever has a fault here, and only shapes that have one", () => {
  const changes = fc.record(
    {
      onDelayMs: fc.oneof(fc.integer(), fc.string(), fc.double()),
      severity: fc.constantFrom("notice", "major", "none", 7),
      during: fc.record({ from: fc.constantFrom("06:00", "6:00"), to: fc.constant("07:00") }),
      latch: fc.constantFrom(true, false, "true"),
      count: fc.record({
        n: fc.integer({ min: -2, max: 25 }),
        m: fc.integer({ min: -2, max: 25 }),
      }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(changes, (change) => {
      const rule = { ...FIRST, ...change };
      expect(faultsOf(ROOT, rule, ROOT).length === 0).toBe(Rule.safeParse(rule).success);
    }),
  );
});

test("a condition of another kind keeps what both have in common", () => {
  const boolean = FORMS[formIndexOf(FORMS, { kind: "boolean" })] ?? {};
  const turned = turnedInto(boolean, { kind: "limit", measurement: "isOpen", raise: 3 }, ROOT);
  expect(turned).toEqual({
    ...{ kind: "boolean", measurement: "isOpen", abnormalWhen: false, period: "instant" },
  });
});

test("every form of a condition can be begun, and is then of that form", () => {
  for (const [n, form] of FORMS.entries()) {
    expect(formIndexOf(FORMS, emptyOf(form, ROOT))).toBe(n);
  }
  expect(FORMS.map((form) => form.properties?.kind?.const)).toEqual([
    ...["limit", "boolean", "out-of-range", "no-data", "compound", "children"],
  ]);
});
