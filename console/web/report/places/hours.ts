/**
 * Whether something is open now, by its hours as the city writes them: `24/7`, or rules such as
 * `Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00` (a part of what OpenStreetMap writes). A later rule
 * counts for its days alone; what is not understood is said as it stands. Pure.
 */
const DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const DAY_MIN = 24 * 60;

interface Rule {
  days: ReadonlySet<number>;
  spans: { from: number; to: number }[];
}

/** Nothing where the hours are not understood. `now` is ms of UTC, the offset the city's. */
export function isOpenAt(hours: string, now: number, offsetMinutes: number): boolean | undefined {
  if (hours.trim() === "24/7") return true;
  const rules = hours
    .split(";")
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map(ruleOf);
  if (rules.length === 0 || rules.includes(undefined)) return undefined;
  const local = new Date(now + offsetMinutes * 60_000);
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  const today = (local.getUTCDay() + 6) % 7;
  const yesterday = (today + 6) % 7;
  const spansOf = (day: number) =>
    (rules as Rule[]).findLast(({ days }) => days.has(day))?.spans ?? [];
  return (
    spansOf(today).some(({ from, to }) => minute >= from && minute < to) ||
    // Past midnight it is still the evening before.
    spansOf(yesterday).some(({ to }) => minute < to - DAY_MIN)
  );
}

function ruleOf(text: string): Rule | undefined {
  const found = /^(?:([A-Z][a-z](?:[-,][A-Z][a-z])*)\s+)?(off|closed|[\d:,\s-]+)$/.exec(text);
  if (found === null) return undefined;
  const days = found[1] === undefined ? new Set(DAYS.keys()) : daysOf(found[1]);
  const times = found[2] ?? "";
  if (days === undefined) return undefined;
  if (times === "off" || times === "closed") return { days, spans: [] };
  const spans = times.split(",").map((span) => spanOf(span.trim()));
  return spans.includes(undefined) ? undefined : { days, spans: spans as Rule["spans"] };
}

function daysOf(text: string): Set<number> | undefined {
  const days = new Set<number>();
  for (const part of text.split(",")) {
    const [first, last = first] = part.split("-").map((day) => DAYS.indexOf(day));
    if (first === undefined || last === undefined || first < 0 || last < 0) return undefined;
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === last) break;
    }
  }
  return days;
}

function spanOf(text: string): Rule["spans"][number] | undefined {
  const found = /^(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)$/.exec(text);
  if (found === null) return undefined;
  const [h1 = 0, m1 = 0, h2 = 0, m2 = 0] = found.slice(1).map(Number);
  if (h1 > 24 || h2 > 24 || m1 > 59 || m2 > 59) return undefined;
  const [from, to] = [h1 * 60 + m1, h2 * 60 + m2];
  return { from, to: to <= from ? to + DAY_MIN : to };
}
