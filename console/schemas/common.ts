/** Schemas that many calls share: errors, pages, times. */
import { z } from "zod";
import type { Instant } from "../../model/clock.ts";
import { ERRORS, type ErrorCode } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";

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

const ISO_WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
const MILLISECONDS = /^-?\d{1,15}$/;

/** A time as the API takes it. A `+` that a query turned into a space is read as `+`. */
export const TimeParameter = z
  .union([z.string().max(64), z.int()])
  .describe("ISO 8601 with offset, or milliseconds since 1970")
  .transform((given, context): Instant => {
    const at = readTime(String(given));
    if (at !== undefined) return at;
    context.addIssue({
      code: "custom",
      message: "ISO 8601 with offset (2026-11-22T08:30:00+08:00) or milliseconds since 1970",
    });
    return z.NEVER;
  });

function readTime(text: string): Instant | undefined {
  if (MILLISECONDS.test(text)) return Number(text);
  const iso = text.replace(/ (?=\d\d:\d\d$)/, "+");
  if (!ISO_WITH_OFFSET.test(iso)) return undefined;
  const at = Date.parse(iso);
  return Number.isNaN(at) ? undefined : at;
}

export const QueryBoolean = z.enum(["true", "false"]).transform((text) => text === "true");

/** A key is shown in this answer and never again. */
export const Key = z.string().describe("256 random bits; shown once, kept as a digest only");

/** A 204 has no body. */
export const Removed = z.null().describe("removed");
