/** Calendars, holidays and overrides: as they are asked for, put and answered. */
import { z } from "zod";
import { CalendarName, CalendarOverride, HolidayDay, NamedCalendar } from "../../model/calendar.ts";
import { LIMITS } from "../../model/limits.ts";
import { IsoTime, PageQuery, pageOf } from "./common.ts";

const Version = z.int().min(0).describe("the version that you changed; another one stands: 409");
const Csv = z.string().min(1).describe("the file, as with `content-type: text/csv`");
/** A leap year has no more days. */
const DAYS_MAX = 366;

/** Which version; the one that stands where it is absent. */
export const VersionQuery = z.strictObject({
  version: z.coerce.number().int().min(0).optional().describe("a former one; 0 is as shipped"),
});
export const TableQuery = VersionQuery.extend({
  format: z.enum(["json", "csv"]).default("json"),
});
/** What a file cannot say. */
export const FileQuery = z.strictObject({
  version: z.coerce.number().int().min(0).optional(),
  source: z.string().trim().min(1).max(500).optional().describe("who said so and when"),
});

const kept = {
  version: z.int().describe("0: as shipped"),
  changedAt: IsoTime.optional(),
  changedBy: z.string().optional(),
};
const warnings = z
  .array(z.object({ row: z.int(), message: z.string() }))
  .optional()
  .describe("taken, and odd");

export const CalendarParams = z.strictObject({ name: CalendarName });
export const CalendarQuery = PageQuery;
export const CalendarBody = z
  .strictObject({
    ...NamedCalendar.shape,
    name: CalendarName.optional().describe("as in the address"),
    version: Version.optional(),
  })
  .meta({ id: "CalendarPut" });
export const CalendarAnswer = z
  .object({ ...NamedCalendar.shape, ...kept })
  .meta({ id: "Calendar" });
export const CalendarPage = pageOf(CalendarAnswer);

export const YearParams = z.strictObject({
  year: z.string().regex(/^2[01]\d\d$/, "a year from 2000 to 2199"),
});
/** Loose in its rows: each fault is answered with its row. */
export const HolidaysBody = z
  .strictObject({
    source: z.string().trim().min(1).max(500).optional().describe("who said so and when"),
    days: z
      .array(
        z.strictObject({
          date: z.string().max(100),
          kind: z.string().max(100).describe("`off`, or `work`: a weekend that is worked instead"),
          name: z.string().max(1000).optional(),
        }),
      )
      .max(DAYS_MAX)
      .optional(),
    csv: Csv.optional(),
    version: Version.optional(),
  })
  .refine(({ days, csv }) => (days === undefined) !== (csv === undefined), {
    path: ["days"],
    message: "the days, or a file as csv",
  })
  .meta({ id: "HolidaysPut" });
export const HolidaysAnswer = z
  .object({
    year: z.int(),
    source: z.string(),
    days: z.array(HolidayDay),
    ...kept,
    warnings,
  })
  .meta({ id: "Holidays" });

export const OverridesBody = z
  .strictObject({
    rows: z
      .array(
        z.strictObject({
          class: z.string().max(100).optional(),
          areaPrefix: z.string().max(100).optional(),
          calendar: z.string().max(100),
        }),
      )
      .max(LIMITS.calendarOverridesMax)
      .optional(),
    csv: Csv.optional(),
    version: Version.optional(),
  })
  .refine(({ rows, csv }) => (rows === undefined) !== (csv === undefined), {
    path: ["rows"],
    message: "the rows, or a file as csv",
  })
  .meta({ id: "CalendarOverridesPut" });
export const OverridesAnswer = z
  .object({ rows: z.array(CalendarOverride), ...kept, warnings })
  .meta({ id: "CalendarOverrides" });
