/**
 * An order of another system as it came, read into one that is checked, or the fault that it has:
 * which field, what was got, what was wanted. Pure. Times are ISO 8601 with offset, milliseconds
 * since 1970, or as spreadsheets write them (`2026-11-27 08:30`, `2026/11/27 8:30`) in local time.
 */
import type { z } from "zod";
import { HotlineOrder } from "../model/case-report.ts";
import type { Instant } from "../model/clock.ts";
import type { ErrorCode } from "../model/errors.ts";
import { gotText, showValue, wantedOf } from "../model/field-text.ts";
import type { TimeZone } from "../model/local-time.ts";

export type ReadOrder =
  | { kind: "order"; order: HotlineOrder }
  | { kind: "fault"; code: ErrorCode; message: string };

const TIME_FIELDS = ["receivedAt", "answerBy"] as const;
const ISO_WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
const LOCAL = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d\d)(?::\d\d)?)?$/;
const TIME_WANTED =
  "ISO 8601 with offset, yyyy-MM-dd HH:mm of local time, or milliseconds since 1970";

export function readOrder(raw: unknown, zone: TimeZone): ReadOrder {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    return fault(`got ${showValue(raw)}, wanted an object with externalNo and externalSystem`);
  }
  const fields: Record<string, unknown> = { ...raw };
  for (const name of TIME_FIELDS) {
    if (fields[name] === undefined) continue;
    const at = readTime(fields[name], zone);
    if (at === undefined) {
      return fault(`field '${name}': got ${showValue(fields[name])}, wanted ${TIME_WANTED}`);
    }
    fields[name] = at;
  }
  const parsed = HotlineOrder.safeParse(fields);
  if (!parsed.success) return fault(faultText(parsed.error, fields));
  return { kind: "order", order: parsed.data };
}

function readTime(given: unknown, zone: TimeZone): Instant | undefined {
  if (typeof given === "number") return Number.isSafeInteger(given) ? given : undefined;
  if (typeof given !== "string") return undefined;
  const text = given.trim();
  if (ISO_WITH_OFFSET.test(text)) {
    const at = Date.parse(text);
    return Number.isNaN(at) ? undefined : at;
  }
  const [, year, month, day, hour = "0", minute = "0"] = LOCAL.exec(text) ?? [];
  if (year === undefined) return undefined;
  const [y, m, d, h, min] = [year, month, day, hour, minute].map(Number);
  const at = zone.instant(y ?? 0, m ?? 0, d ?? 0, h, min);
  const is = zone.local(at);
  // The thirtieth of February counts on into March.
  return is.month === m && is.day === d && is.hour === h ? at : undefined;
}

function faultText(error: z.ZodError, fields: Record<string, unknown>): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => {
      if (issue.code === "unrecognized_keys") {
        const known = Object.keys(HotlineOrder.shape).join(", ");
        return `field '${issue.keys[0]}' is none of an order's; wanted ${known}`;
      }
      const path = issue.path.join(".");
      return `field '${path}': got ${gotText(fields, issue.path)}, wanted ${wantedOf(issue.message)}`;
    })
    .join("; ");
}

const fault = (message: string): ReadOrder => ({
  kind: "fault",
  code: "REQUEST_INVALID",
  message,
});
