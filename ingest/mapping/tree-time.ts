/** The time that a vendor's answer says, in the way that its mapping says it is written. */
import type { Instant } from "../../model/clock.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { TimeMapping } from "../../model/mapping.ts";
import { readObservedAt } from "../observed-at.ts";

const MS_IN: Readonly<Record<"s" | "ms" | "us" | "ns", number>> = {
  s: 1_000,
  ms: 1,
  us: 1e-3,
  ns: 1e-6,
};
const DIGITS = /^-?\d+(?:\.\d+)?$/;
const LOCAL =
  /^(\d{4})[-/]?(\d\d)[-/]?(\d\d)[ T]?(\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d{1,3})\d{0,6})?)?$/;

/** Undefined when it cannot be read so. */
export function readTreeTime(
  raw: unknown,
  format: TimeMapping["format"],
  zone: TimeZone,
): Instant | undefined {
  const text = typeof raw === "number" ? String(raw) : typeof raw === "string" ? raw.trim() : "";
  if (format === "iso") return readObservedAt(text);
  if (format === "local") return readLocal(text, zone);
  // Nanoseconds since 1970 have more digits than a number holds; below a millisecond nothing is kept.
  return DIGITS.test(text) ? readObservedAt(Number(text) * MS_IN[format]) : undefined;
}

function readLocal(text: string, zone: TimeZone): Instant | undefined {
  const match = LOCAL.exec(text);
  if (match === null) return undefined;
  const part = (index: number): number => Number(match[index] ?? "0");
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(part) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  const millisecond = Number((match[7] ?? "").padEnd(3, "0"));
  return zone.instant(year, month, day, hour, minute) + second * 1_000 + millisecond;
}
