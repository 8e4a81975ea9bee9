/** A rule looked at before it is put: its faults are the answer, and nothing is changed. */
import { expect, test } from "vitest";
import { GridwardenError } from "../model/errors.ts";
import { setUp } from "./called-server.ts";

const URL_OF_CHECK = "/api/v1/rules/manhole-cover.open/check";

test("a rule that would be taken has no faults; one that would not has each of them", async () => {
  const { call, doubles } = await setUp();
  const { body: rule } = await call("GET", "/api/v1/rules/manhole-cover.open");
  const { ruleId, ...body } = rule as unknown as Record<string, unknown>;
  expect((await call("POST", URL_OF_CHECK, { body })).body).toEqual({ faults: [] });
  expect(doubles.asked.map(({ what }) => what)).toEqual(["rules.check"]);
  const want = { wanted: "at most the raise level 10", got: "12", nearest: "9" };
  const why = { reason: "clear-at-most-raise", values: { raise: 10 } };
  const faults = [{ path: "condition.clear", ...want, ...why }];
  doubles.deps.rules.check = () => {
    throw new GridwardenError("RULE_INVALID", "no sense", { details: { faults } });
  };
  expect((await call("POST", URL_OF_CHECK, { body })).body).toEqual({ faults });
  expect(ruleId).toBe("manhole-cover.open");
});

test("a version that no longer stands is the refusal that the put would be", async () => {
  const { call, doubles } = await setUp();
  const { body: rule } = await call("GET", "/api/v1/rules/manhole-cover.open");
  const { ruleId: _, ...body } = rule as unknown as Record<string, unknown>;
  doubles.deps.rules.check = () => {
    throw new GridwardenError("RULE_VERSION_CONFLICT", "read it again", {
      details: { version: 4 },
    });
  };
  const answer = await call("POST", URL_OF_CHECK, { body });
  expect([answer.status, answer.body.code]).toEqual([409, "RULE_VERSION_CONFLICT"]);
});
