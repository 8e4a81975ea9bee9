/** Schemas that many calls share: errors, pages, times. */
import { z } from "zod";
import { ERRORS, type ErrorCode } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";

export { TimeParameter } from "../../model/time-parameter.ts";

const CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

export const ErrorAnswer = z
  .object({
    code: z.enum(CODES),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: "Error", description: "What was got, what was wanted, and the cure" });
export type ErrorAnswer = z.infer<typeof ErrorAnswer>;

/** Every call may answer these. */
export const ERROR_ANSWERS = { "4xx": ErrorAnswer, "5xx": ErrorAnswer } as const;

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(LIMITS.listMax).default(LIMITS.listDefault),
  cursor: z.string().min(1).max(200).optional().describe("the `next` of the page before"),
});

export function pageOf<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; next: z.ZodOptional<z.ZodString> }> {
  return z.object({ items: z.array(item), next: z.string().optional() });
}

/** As the API answers it. */
export const IsoTime = z.iso.datetime({ offset: true }).meta({
  id: "Time",
  description: "ISO 8601 with offset",
  examples: ["2026-11-22T08:30:00.000+08:00"],
});

export const QueryBoolean = z.enum(["true", "false"]).transform((text) => text === "true");

/** A key is shown in this answer and never again. */
export const Key = z.string().describe("256 random bits; shown once, kept as a digest only");

/** A 204 has no body. */
export const Removed = z.null().describe("removed");
