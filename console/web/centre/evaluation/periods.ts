/**
 * Names of periods of an evaluation, as the platform reads them: day `2026-11-27`, week `2026-W47`
 * (ISO 8601), month `2026-11`, quarter `2026-Q4`, year `2026`; the running one, and steps from one to
 * the next. Days are the city's own; here each is the midnight of that date in UTC. Pure.
 */
export const PERIOD_KINDS = ["day", "week", "month", "quarter", "year"] as const;
export type PeriodKind = (typeof PERIOD_KINDS)[number];

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const MINUTE_MS = 60_000;
const MONTHS: Record<"month" | "quarter" | "year", number> = { month: 1, quarter: 3, year: 12 };
const PATTERN =
  /^(?<year>20\d\d)(?:-(?:W(?<week>\d\d)|Q(?<quarter>[1-4])|(?<month>\d\d)(?:-(?<day>\d\d))?))?$/;

/** The parts of its name; nothing where it is none, or one that the calendar does not have. */
export function partsOf(period: string) {
  const found = PATTERN.exec(period)?.groups;
  if (found === undefined) return undefined;
  const { year = "", week, quarter, month, day } = found;
  const kind: PeriodKind =
    (week && "week") || (quarter && "quarter") || (day && "day") || (month && "month") || "year";
  const parts = { kind, year, week, quarter, month, day };
  return nameOf(kind, firstDay(parts)) === period ? parts : undefined;
}

type Parts = { kind: PeriodKind; year: string } & Partial<
  Record<"week" | "quarter" | "month" | "day", string | undefined>
>;

function firstDay({ kind, year, week, quarter, month, day }: Parts): number {
  if (kind === "week") return mondayOf(Date.UTC(Number(year), 0, 4)) + (Number(week) - 1) * WEEK_MS;
  const first = quarter === undefined ? Number(month ?? 1) : Number(quarter) * 3 - 2;
  return Date.UTC(Number(year), first - 1, Number(day ?? 1));
}

const mondayOf = (day: number): number => day - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS;

/** The period of that kind that holds a day. */
function nameOf(kind: PeriodKind, day: number): string {
  const date = new Date(day).toISOString().slice(0, 10);
  const [year = "", month = ""] = date.split("-");
  switch (kind) {
    case "day":
      return date;
    case "week":
      return weekOf(day);
    case "month":
      return `${year}-${month}`;
    case "quarter":
      return `${year}-Q${Math.ceil(Number(month) / 3)}`;
    default:
      return year;
  }
}

/** A week is of the year in which its Thursday lies. */
function weekOf(day: number): string {
  const thursday = mondayOf(day) + 3 * DAY_MS;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / WEEK_MS) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
}

export function periodAt(kind: PeriodKind, now: number, offsetMinutes: number): string {
  return nameOf(kind, now + offsetMinutes * MINUTE_MS);
}

/** The period so many further on; before it where `by` is negative. */
export function stepped(period: string, by: number): string {
  const parts = partsOf(period);
  if (parts === undefined) return period;
  const { kind } = parts;
  const day = firstDay(parts);
  if (kind === "day" || kind === "week") {
    return nameOf(kind, day + by * (kind === "day" ? DAY_MS : WEEK_MS));
  }
  const date = new Date(day);
  return nameOf(kind, Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + by * MONTHS[kind], 1));
}

/** The period of another kind in which it begins. */
export function asKind(period: string, kind: PeriodKind): string {
  const parts = partsOf(period);
  return parts === undefined ? period : nameOf(kind, firstDay(parts));
}

/** It and those before it, the oldest first. */
export function upTo(period: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => stepped(period, index + 1 - count));
}
