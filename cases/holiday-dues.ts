/**
 * A year without its holidays is told two months ahead and every month again until they are there.
 * Each year has a row with the time at which it is looked at; after downtime it is told once. The
 * row of a year brings that of the next, so there is always one that waits.
 */
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { CalendarBook } from "./calendar.ts";
import type { CaseEffects } from "./desk-words.ts";

/** November of the year before, at nine: two months ahead. */
const FIRST_MONTH = 11;
const HOUR = 9;

interface DueYear {
  year: number;
  told: number;
}

/** This year and the next are looked at from now on, if they are not yet. */
export async function openHolidayDues(
  tx: Sql,
  book: CalendarBook,
  zone: TimeZone,
  now: Instant,
): Promise<void> {
  const { year } = zone.local(now);
  if (!book.hasYear(year)) await addYear(tx, year, zone);
  await addYear(tx, year + 1, zone);
}

export async function nextHolidayDue(sql: Sql): Promise<Instant | undefined> {
  const row = await sql.get<{ at: number | null }>("select min(at) as at from holiday_dues");
  return row?.at ?? undefined;
}

export async function tellMissingYears(
  tx: Sql,
  book: CalendarBook,
  zone: TimeZone,
  now: Instant,
  effects: CaseEffects,
): Promise<void> {
  const rows = await tx.all<DueYear>(
    "select year, told from holiday_dues where at <= ? order by year",
    [now],
  );
  for (const due of rows) {
    await addYear(tx, due.year + 1, zone);
    if (book.hasYear(due.year)) await forgetYear(tx, due.year);
    else await tell(tx, due, zone, now, effects);
  }
}

async function tell(
  tx: Sql,
  { year, told }: DueYear,
  zone: TimeZone,
  now: Instant,
  effects: CaseEffects,
): Promise<void> {
  settle(effects, { year, told }, now);
  effects.notices.push({
    noticeId: noticeIdOf(year, told + 1),
    kind: "holidays-missing",
    caseNo: undefined,
    unitId: undefined,
    lifeSafety: false,
    at: now,
  });
  const today = zone.local(now);
  const again = zone.instant(today.year, today.month + 1, Math.min(today.day, 28), HOUR);
  await tx.run("update holiday_dues set at = ?, told = ? where year = ?", [again, told + 1, year]);
}

/** The year's holidays are there: its notice goes. */
export async function settleYear(
  tx: Sql,
  year: number,
  zone: TimeZone,
  now: Instant,
  effects: CaseEffects,
): Promise<void> {
  await addYear(tx, year + 1, zone);
  const due = await tx.get<DueYear>("select year, told from holiday_dues where year = ?", [year]);
  if (due !== undefined) settle(effects, due, now);
  await forgetYear(tx, year);
}

const noticeIdOf = (year: number, told: number): string => `holidays-${year}-${told}`;

/** The last one of a year stands for all that were told before it. */
function settle(effects: CaseEffects, { year, told }: DueYear, now: Instant): void {
  if (told === 0) return;
  const noticeId = noticeIdOf(year, told);
  effects.settled.push({ caseNo: undefined, kind: "holidays-missing", at: now, noticeId });
}

async function addYear(tx: Sql, year: number, zone: TimeZone): Promise<void> {
  await tx.run(
    `insert into holiday_dues (year, at, told) values (?, ?, 0)
     on conflict (year) do nothing`,
    [year, zone.instant(year - 1, FIRST_MONTH, 1, HOUR)],
  );
}

async function forgetYear(tx: Sql, year: number): Promise<void> {
  await tx.run("delete from holiday_dues where year = ?", [year]);
}
