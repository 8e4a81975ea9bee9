/**
 * Working calendars as they are shipped; a unit says which is its own, a city puts others in their
 * place. Hours are local times of the day. Office hours as city tables count them; sanitation rolls
 * 18 hours a day in two shifts; emergency units never sleep.
 */
import { z } from "zod";
import { NamedCalendar } from "../../model/calendar.ts";

/** What a unit without a calendar works by. */
export const OFFICE_CALENDAR = "office";

export const NAMED_CALENDARS: readonly NamedCalendar[] = z.array(NamedCalendar).parse([
  {
    name: OFFICE_CALENDAR,
    title: { zh: "机关作息", en: "office hours" },
    days: "work-days",
    hours: [
      { from: "08:00", to: "12:00" },
      { from: "14:00", to: "18:00" },
    ],
    source: "city filing tables: 工作时 count 08:00-12:00 and 14:00-18:00 on working days",
  },
  {
    name: "sanitation",
    title: { zh: "环卫两班制", en: "sanitation, two shifts" },
    days: "every-day",
    hours: [{ from: "05:00", to: "23:00" }],
    source: "18小时滚动作业, 两班制: 18 hours every day; the hours are the city's to change",
  },
  {
    name: "emergency",
    title: { zh: "应急值守", en: "emergency, round the clock" },
    days: "every-day",
    hours: [{ from: "00:00", to: "24:00" }],
    source: "emergency units are on duty 24 hours",
  },
]);
