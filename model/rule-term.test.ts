import { expect, test } from "vitest";
import { LIMITS } from "./limits.ts";
import { RuleCondition } from "./rule.ts";

const LIMIT = {
  ...{ kind: "limit", measurement: "a", period: "instant", direction: "above" },
  ...{ inclusive: false, raise: 1, clear: 0 },
};
const nested = (depth: number): unknown => (depth === 0 ? LIMIT : { not: nested(depth - 1) });

function faultOf(when: unknown): string | undefined {
  const issue = RuleCondition.safeParse({ kind: "compound", when }).error?.issues[0];
  return issue && `${issue.path.join(".")}: ${issue.message}`;
}

test.each([
  [LIMIT],
  [{ all: [LIMIT, { any: [LIMIT, { not: LIMIT }] }] }],
  [nested(LIMITS.compoundDepthMax)],
  [{ ...LIMIT, of: "parent", against: { measurement: "b", period: "hour", as: "plus" } }],
])("a term may be %j", (when) => {
  expect(faultOf(when)).toBeUndefined();
});

const WANTED = `when: a test with its 'kind', or 'all', 'any' or 'not' of such, ${LIMITS.compoundDepthMax} deep at most`;

test.each([
  [7, WANTED],
  [{ alll: [LIMIT] }, WANTED],
  [{ all: [LIMIT, { any: [{ ...LIMIT, measurement: 5 }] }] }, "(at 'all.1.any.0.measurement')"],
  [{ not: { ...LIMIT, of: "child" } }, "(at 'not.of')"],
  [{ ...LIMIT, cleer: 1 }, 'when: Unrecognized key: "cleer"'],
  [{ kind: "limi" }, "Expected 'limit' | 'boolean' (at 'kind')"],
  [{ all: [] }, "all: Too small"],
])("what is wrong with %j is told at its own place", (when, said) => {
  expect(faultOf(when)).toContain(said);
});

test("what is too deep is refused, however deep it is", () => {
  expect(faultOf(nested(LIMITS.compoundDepthMax + 1))).toContain("deep at most");
  const endless = JSON.parse(`${'{"not":'.repeat(100_000)}1${"}".repeat(100_000)}`);
  expect(faultOf(endless)).toBeDefined();
});
