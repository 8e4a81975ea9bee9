/** Requests are checked by the zod schemas of their routes; what is refused says which field. */
import { z } from "zod";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { isTooDeep } from "../model/nesting.ts";
import { fieldFaults } from "./field-faults.ts";
import { issueTexts } from "./validation-text.ts";

const PART_NAMES: Record<string, string> = {
  body: "the body",
  querystring: "the query",
  params: "the address",
};

export function validateWithZod({
  schema,
  httpPart,
}: {
  schema: unknown;
  httpPart?: string;
}): (data: unknown) => { value: unknown } | { error: Error } {
  if (!(schema instanceof z.ZodType)) throw new TypeError("a route's schema is not of zod");
  const part = PART_NAMES[httpPart ?? "body"] ?? "the request";
  return (data) => {
    // Before anything walks down in it. A file's bytes are no tree.
    if (httpPart === "body" && !Buffer.isBuffer(data) && isTooDeep(data, LIMITS.requestDepthMax)) {
      const text = `the body is nested deeper than ${LIMITS.requestDepthMax} levels`;
      return { error: new GridwardenError("REQUEST_INVALID", text) };
    }
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const { issues } = result.error;
    return {
      error: new GridwardenError("REQUEST_INVALID", issueTexts(issues, part, data).join("; "), {
        details: {
          fields: issues.map((issue) => issue.path.join(".")).slice(0, 20),
          issues: fieldFaults(issues, data),
        },
      }),
    };
  };
}
