/**
 * Days off and made-up working days as they are shipped, as the State Council's own notice gives
 * them. A city puts a year in when its notice is out; until then weekends alone are counted and a
 * deadline that reaches into it is provisional.
 */

import { HolidayNotice } from "../../model/calendar.ts";
import { DAY_MS } from "../../model/clock.ts";

/** First and last day of each holiday as `MM-dd`, both off; Saturdays and Sundays worked instead. */
interface Ranges {
  year: number;
  source: string;
  off: { from: string; to: string; name: string }[];
  work: string[];
}

export const HOLIDAY_NOTICES: readonly HolidayNotice[] = [
  noticeOf({
    year: 2026,
    source: "State Council, 2025-11-04, notice on the holidays of 2026",
    off: [
      { from: "01-01", to: "01-03", name: "元旦" },
      { from: "02-15", to: "02-23", name: "春节" },
      { from: "04-04", to: "04-06", name: "清明节" },
      { from: "05-01", to: "05-05", name: "劳动节" },
      { from: "06-19", to: "06-21", name: "端午节" },
      { from: "09-25", to: "09-27", name: "中秋节" },
      { from: "10-01", to: "10-07", name: "国庆节" },
    ],
    work: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
  }),
];

function noticeOf({ year, source, off, work }: Ranges): HolidayNotice {
  const daysOff = off.flatMap(({ from, to, name }) =>
    daysBetween(`${year}-${from}`, `${year}-${to}`).map((date) => ({ date, kind: "off", name })),
  );
  const worked = work.map((day) => ({ date: `${year}-${day}`, kind: "work" }));
  const days = [...daysOff, ...worked].sort((a, b) => (a.date < b.date ? -1 : 1));
  return HolidayNotice.parse({ year, source, days });
}

function daysBetween(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) {
    dates.push(new Date(at).toISOString().slice(0, 10));
  }
  return dates;
}
