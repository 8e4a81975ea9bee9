/** What a schema found wrong, field by field, by kinds that a page has words for. Pure. */
import type { z } from "zod";
import type { FieldFault, FieldFaultKind } from "../model/field-fault.ts";
import { valueAt } from "../model/field-text.ts";

type Issue = z.core.$ZodIssue;

const FAULTS_MAX = 20;
const WANTED_CHARACTERS_MAX = 200;

export function fieldFaults(issues: readonly Issue[], value: unknown): FieldFault[] {
  return issues.flatMap((issue) => faultsOf(issue, value)).slice(0, FAULTS_MAX);
}

function faultsOf(issue: Issue, value: unknown): FieldFault[] {
  const field = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      field: [...issue.path, key].join(".").slice(0, WANTED_CHARACTERS_MAX),
      kind: "unknown",
    }));
  }
  if (valueAt(value, issue.path) === undefined) return [{ field, kind: "missing" }];
  switch (issue.code) {
    case "invalid_type":
      return [{ field, kind: "wrong-type", wanted: issue.expected }];
    case "invalid_value":
      return [{ field, kind: "not-one-of", wanted: listOf(issue.values) }];
    case "invalid_format":
      return [{ field, kind: "wrong-form" }];
    case "too_small":
      return [{ field, kind: BELOW[sizeOf(issue.origin)], limit: Number(issue.minimum) }];
    case "too_big":
      return [{ field, kind: ABOVE[sizeOf(issue.origin)], limit: Number(issue.maximum) }];
    default:
      return [{ field, kind: "other" }];
  }
}

type Size = "text" | "list" | "number";
const BELOW: Record<Size, FieldFaultKind> = {
  text: "too-short",
  list: "too-few",
  number: "too-small",
};
const ABOVE: Record<Size, FieldFaultKind> = {
  text: "too-long",
  list: "too-many",
  number: "too-large",
};

function sizeOf(origin: string): Size {
  if (origin === "string") return "text";
  return origin === "array" || origin === "set" || origin === "map" ? "list" : "number";
}

const listOf = (values: readonly unknown[]): string =>
  values.map(String).join(", ").slice(0, WANTED_CHARACTERS_MAX);
