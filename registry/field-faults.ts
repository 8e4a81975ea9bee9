/**
 * What is wrong with a record, in the words of the table of errors: which field, what was got,
 * what was wanted. Pure; answers the fault, throws nothing.
 */
import type { z } from "zod";
import { type ErrorCode, GridwardenError } from "../model/errors.ts";

export interface Fault {
  code: ErrorCode;
  message: string;
}

const SHOWN_CHARACTERS_MAX = 60;

export function throwFault(fault: Fault | undefined): void {
  if (fault !== undefined) throw new GridwardenError(fault.code, fault.message);
}

/** The first faults of a record that its schema refused. */
export function schemaFault(error: z.ZodError, record: unknown): Fault {
  const texts = error.issues.slice(0, 3).map((issue) => {
    const field = issue.path.join(".");
    const got = showValue(valueAt(record, issue.path));
    return `field '${field}': got ${got}, wanted ${wantedOf(issue.message)}`;
  });
  return { code: "REQUEST_INVALID", message: texts.join("; ") };
}

/** What stands behind zod's own openings, `Invalid input: expected …, received …`. */
function wantedOf(message: string): string {
  return message
    .replace(/^(Invalid input|Invalid option|Too small|Too big|Invalid string): (expected )?/, "")
    .replace(/, received .*$/, "");
}

export function showValue(value: unknown): string {
  if (value === undefined) return "nothing";
  const shown = typeof value === "string" ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  return shown.length > SHOWN_CHARACTERS_MAX ? `${shown.slice(0, SHOWN_CHARACTERS_MAX)}…` : shown;
}

function valueAt(record: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = record;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
