/**
 * What the API does to calendars, holidays and overrides, each put in one transaction of the engine;
 * files are read here, since the registry has the reader of CSV.
 */
import {
  type Calendars,
  type Cases,
  type HolidayRow,
  holidayRows,
  type OverrideRow,
  overrideRows,
} from "../cases/cases.ts";
import type { NamedCalendar } from "../model/calendar.ts";
import type { Clock } from "../model/clock.ts";
import type { Database, Sql } from "../model/database.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";

interface CalendarsDeps {
  cases: Pick<Cases, "calendars">;
  engine: Pick<Engine, "write">;
  trail: Pick<AuditTrail, "say">;
  reader: Sql;
  /** Rosters that go by the holidays have changed with them. */
  onHolidays(): void;
  readRecords(text: string): Promise<Parameters<typeof holidayRows>[0]>;
}

interface SaidOfFile {
  csv?: string | undefined;
  version?: number | undefined;
}

/** Before the engine starts: what was put is read, and years without holidays are looked for. */
export async function openCalendars(
  calendars: Pick<Calendars, "open">,
  database: Database,
  clock: Clock,
): Promise<void> {
  await database.transaction((tx) => calendars.open(tx, clock.now()));
}

export function createCalendarCalls(deps: CalendarsDeps) {
  const { cases, engine, trail, reader, readRecords, onHolidays } = deps;
  const { calendars } = cases;
  return {
    list: () => calendars.list(reader),
    get: (name: string, version?: number) => calendars.get(reader, name, version),
    put: (calendar: NamedCalendar, { by, version }: { by: string; version?: number | undefined }) =>
      engine.write(async (tx, now) => ({
        value: await calendars.put(tx, calendar, { by, now, version }),
      })),
    holidays: (year: number, version?: number) => calendars.holidays(reader, year, version),
    async putHolidays(
      year: number,
      said: SaidOfFile & { source?: string | undefined; days?: readonly HolidayRow[] | undefined },
      by: string,
    ) {
      const { csv, version, source = `put by ${by}` } = said;
      const days = csv === undefined ? (said.days ?? []) : holidayRows(await readRecords(csv));
      const kept = await engine.write(async (tx, now) => {
        const table = { year, source, days };
        const { effects, ...put } = await calendars.putHolidays(tx, table, { by, now, version });
        return { value: put, effects };
      });
      onHolidays();
      return kept;
    },
    overrides: (version?: number) => calendars.overrides(reader, version),
    async putOverrides(
      said: SaidOfFile & { rows?: readonly OverrideRow[] | undefined },
      by: string,
    ) {
      const { csv, version } = said;
      const rows = csv === undefined ? (said.rows ?? []) : overrideRows(await readRecords(csv));
      trail.say({ subject: "calendar-overrides" });
      return await engine.write(async (tx, now) => ({
        value: await calendars.putOverrides(tx, rows, { by, now, version }),
      }));
    },
  };
}
