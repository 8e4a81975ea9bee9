/**
 * What a request got wrong, in one sentence a field: which, what was got, what was wanted.
 * Pure. A value whose field's name speaks of a secret or of a person is never repeated.
 */
import type { z } from "zod";
import { gotText, wantedOf } from "../model/field-text.ts";

type Issue = z.core.$ZodIssue;

const ISSUES_SHOWN_MAX = 5;
const SHOWN_CHARACTERS_MAX = 60;

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
  return `${where}: got ${gotText(value, issue.path)}, wanted ${wantedOf(issue.message)}`;
}
