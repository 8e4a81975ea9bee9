/** Each way a schema refuses a field has its kind, and the bound that was passed. */
import { expect, test } from "vitest";
import { z } from "zod";
import { FIELD_FAULT_KINDS, type FieldFault } from "../model/field-fault.ts";
import { fieldFaults } from "./field-faults.ts";

const text = z.string();
const CASES: [z.ZodType, unknown, Omit<FieldFault, "field">][] = [
  [text, undefined, { kind: "missing" }],
  [text, 7, { kind: "wrong-type", wanted: "string" }],
  [z.int(), 1.5, { kind: "wrong-type", wanted: "int" }],
  [text.regex(/^a$/, "an a"), "b", { kind: "wrong-form" }],
  [z.enum(["x", "y"]), "z", { kind: "not-one-of", wanted: "x, y" }],
  [text.min(2), "a", { kind: "too-short", limit: 2 }],
  [text.max(2), "abc", { kind: "too-long", limit: 2 }],
  [z.number().min(0), -1, { kind: "too-small", limit: 0 }],
  [z.number().max(180), 200, { kind: "too-large", limit: 180 }],
  [z.array(text).min(1), [], { kind: "too-few", limit: 1 }],
  [z.array(text).max(1), ["a", "b"], { kind: "too-many", limit: 1 }],
  [text.refine(() => false, "a day"), "x", { kind: "other" }],
];

test.each(CASES)("%#: a field is told by its kind", (schema, value, fault) => {
  const body = { inner: { at: value } };
  const { error } = z.object({ inner: z.object({ at: schema }) }).safeParse(body);
  expect(fieldFaults(error?.issues ?? [], body)).toEqual([{ field: "inner.at", ...fault }]);
});

test("a field that is not known is told by its name, and every kind comes of something", () => {
  const body = { a: 1, b: 2 };
  const { error } = z.strictObject({}).safeParse(body);
  const unknown = fieldFaults(error?.issues ?? [], body);
  expect(unknown).toEqual([
    { field: "a", kind: "unknown" },
    { field: "b", kind: "unknown" },
  ]);
  const told = new Set([...CASES.map(([, , { kind }]) => kind), "unknown"]);
  expect([...told].sort()).toEqual([...FIELD_FAULT_KINDS].sort());
});
