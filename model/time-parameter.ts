/** A time as it comes in over the API or in a file: ISO 8601 with offset, or ms since 1970. */
import { z } from "zod";
import type { Instant } from "./clock.ts";

const ISO_WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
const MILLISECONDS = /^-?\d{1,15}$/;

/** A `+` that a query turned into a space is read as `+`. */
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
