/**
 * What a request got wrong, in one sentence a field: which, what was got, what was wanted.
 * Pure. A value whose field's name speaks of a secret is never repeated.
 */
import type { z } from "zod";

type Issue = z.core.$ZodIssue;

const ISSUES_SHOWN_MAX = 5;
const SHOWN_CHARACTERS_MAX = 60;
const SECRET = /password|token|key/i;

export function issueTexts(issues: readonly Issue[], part: string, value: unknown): string[] {
  return issues.slice(0, ISSUES_SHOWN_MAX).map((issue) => issueText(issue, part, value));
}

function issueText(issue: Issue, part: string, value: unknown): string {
  const field = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const names = issue.keys.map((key) => `'${key.slice(0, SHOWN_CHARACTERS_MAX)}'`).join(", ");
    return `field ${names}: not known in ${field === "" ? part : `'${field}'`}; leave it out or correct its name`;
  }
  const where = field === "" ? part : `field '${field}'`;
  const got = SECRET.test(field)
    ? "a value that is not shown"
    : showValue(valueAt(value, issue.path));
  return `${where}: got ${got}, wanted ${wantedOf(issue.message)}`;
}

/** What stands behind zod's own openings, `Invalid input: expected …, received …`. */
function wantedOf(message: string): string {
  return message
    .replace(/^(Invalid input|Invalid option|Too small|Too big|Invalid string): (expected )?/, "")
    .replace(/, received .*$/, "");
}

function showValue(value: unknown): string {
  if (value === undefined) return "nothing";
  const shown = typeof value === "string" ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  return shown.length > SHOWN_CHARACTERS_MAX ? `${shown.slice(0, SHOWN_CHARACTERS_MAX)}…` : shown;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Reflect.get(at, step);
  }
  return at;
}
