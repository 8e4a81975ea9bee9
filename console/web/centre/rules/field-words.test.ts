import { expect, test } from "vitest";
import { z } from "zod";
import { Rule } from "../../../../model/rule.ts";
import { language } from "../../shared/language.ts";
import { choiceText, fieldText, pathText, sayChoice, sayField } from "./field-words.ts";
import { formsOf, resolved, type Schema } from "./rule-schema.ts";

const ROOT = z.toJSONSchema(Rule, { io: "input" }) as Schema;
const fields = new Set<string>();
const choices = new Set<string>();
collect(ROOT, new Set());

/** Fields that are shown, and what may be chosen among forms and values. */
function collect(given: Schema, seen: Set<Schema>): void {
  const schema = resolved(given, ROOT);
  if (seen.has(schema)) return;
  seen.add(schema);
  for (const option of schema.enum ?? []) choices.add(String(option));
  for (const form of formsOf(schema, ROOT)) {
    const { const: only, properties, required = [], type } = form;
    choices.add(String(only ?? properties?.kind?.const ?? required[0] ?? type));
    collect(form, seen);
  }
  for (const [name, each] of Object.entries(schema.properties ?? {})) {
    if (each.const === undefined) fields.add(name);
    collect(each, seen);
  }
  if (schema.items !== undefined) collect(schema.items, seen);
}

test("every field and every choice that a rule may have is said, and no other", () => {
  for (const hidden of ["ruleId", "version", "class"]) fields.delete(hidden);
  expect(Object.keys(sayField.words).sort()).toEqual([...fields].sort());
  expect(Object.keys(sayChoice.words).sort()).toEqual([...choices].sort());
});

test("a place in a rule is said in words, an unknown name by itself", () => {
  language.value = "en";
  expect(pathText("condition.steps[0].raise")).toBe(
    "Condition › Further steps › 1 › Abnormal past",
  );
  expect([fieldText("toString"), choiceText("x")]).toEqual(["toString", "x"]);
});
