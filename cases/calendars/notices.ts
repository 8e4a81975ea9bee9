/**
 * Days off and made-up working days, year by year, as the State Council's own notice gives them.
 * A year joins this table when its notice is out; until then weekends alone are counted and a
 * deadline that reaches into it is provisional.
 */
import { z } from "zod";

const MonthDay = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, "a day is MM-dd");

export const HolidayNotice = z.strictObject({
  year: z.int().min(2000).max(2200),
  /** Who said so and when. */
  source: z.string().min(1),
  /** First and last day of each holiday, both off. */
  off: z.array(z.strictObject({ from: MonthDay, to: MonthDay, title: z.string() })),
  /** Saturdays and Sundays that are worked instead (调休). */
  work: z.array(MonthDay),
});
export type HolidayNotice = z.infer<typeof HolidayNotice>;

export const HOLIDAY_NOTICES: readonly HolidayNotice[] = z.array(HolidayNotice).parse([
  {
    year: 2026,
    source: "State Council, 2025-11-04, notice on the holidays of 2026",
    off: [
      { from: "01-01", to: "01-03", title: "元旦" },
      { from: "02-15", to: "02-23", title: "春节" },
      { from: "04-04", to: "04-06", title: "清明节" },
      { from: "05-01", to: "05-05", title: "劳动节" },
      { from: "06-19", to: "06-21", title: "端午节" },
      { from: "09-25", to: "09-27", title: "中秋节" },
      { from: "10-01", to: "10-07", title: "国庆节" },
    ],
    work: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
  },
]);
