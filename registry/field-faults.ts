/**
 * What is wrong with a record, in the words of the table of errors: which field, what was got,
 * what was wanted. Pure; answers the fault, throws nothing.
 */
import type { z } from "zod";
import { type ErrorCode, GridwardenError } from "../model/errors.ts";
import { gotText, wantedOf } from "../model/field-text.ts";

export interface Fault {
  code: ErrorCode;
  message: string;
}

export function throwFault(fault: Fault | undefined): void {
  if (fault !== undefined) throw new GridwardenError(fault.code, fault.message);
}

/** The first faults of a record that its schema refused. */
export function schemaFault(error: z.ZodError, record: unknown): Fault {
  const texts = error.issues.slice(0, 3).map((issue) => {
    const field = issue.path.join(".");
    const got = gotText(record, issue.path);
    return `field '${field}': got ${got}, wanted ${wantedOf(issue.message)}`;
  });
  return { code: "REQUEST_INVALID", message: texts.join("; ") };
}
