import { expect, test } from "vitest";
import { DEAD_LETTER_REASONS } from "../../../../model/errors.ts";
import { Role } from "../../../../model/registry.ts";
import { ROLE_NAMES } from "../../shared/role-words.ts";
import { sayReason } from "./operations-words.ts";

test("every reason of a dead letter has its words, and every role", () => {
  expect(Object.keys(sayReason.words).sort()).toEqual(Object.keys(DEAD_LETTER_REASONS).sort());
  expect([...ROLE_NAMES].sort()).toEqual([...Role.options].sort());
});
