/**
 * The calendars' tables as rows: every version that was put stays. A book over them is read again
 * when a newer row is there, in the transaction that counts by it, so that what a rollback took back
 * is counted by nobody.
 */
import { isDeepStrictEqual } from "node:util";
import type { CalendarOverride, HolidayNotice, Kept, NamedCalendar } from "../model/calendar.ts";
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { type CalendarBook, type CalendarData, calendarBook } from "./calendar.ts";

export const calendarMigrations: readonly Migration[] = [
  {
    id: "cases-0018-calendars",
    statements: [
      `create table calendar_tables (
        seq integer primary key,
        kind text not null,
        name text not null,
        version integer not null,
        body text not null,
        changed_at bigint not null,
        changed_by text not null
      )`,
      "create unique index calendar_tables_version on calendar_tables (kind, name, version)",
      `create table calendar_recounts (
        year integer primary key,
        version integer not null,
        opened_at bigint not null,
        case_no text not null,
        moved integer not null,
        since bigint not null,
        done_at bigint
      )`,
      `create table holiday_dues (
        year integer primary key,
        at bigint not null,
        told integer not null
      )`,
    ],
  },
  {
    id: "cases-0022-recounts-of-orders",
    statements: [
      "alter table calendar_recounts add column supervision_no text not null default ''",
    ],
  },
];

/** What lies under each kind; the overrides are one table, named by its kind. */
interface Bodies {
  calendar: NamedCalendar;
  holidays: HolidayNotice;
  overrides: { rows: CalendarOverride[] };
}
export type TableKind = keyof Bodies;

interface TableRow {
  name: string;
  version: number;
  body: string;
  at: Instant;
  by: string;
}

const COLUMNS = `name, version, body, changed_at as "at", changed_by as "by"`;

/** The newest version, or the one that is named; nothing where none was put. */
export async function readTable<Kind extends TableKind>(
  sql: Sql,
  kind: Kind,
  name: string,
  version?: number,
): Promise<Kept<Bodies[Kind]> | undefined> {
  const row = await sql.get<TableRow>(
    `select ${COLUMNS} from calendar_tables where kind = ? and name = ?
     ${version === undefined ? "" : "and version = ?"} order by version desc limit 1`,
    version === undefined ? [kind, name] : [kind, name, version],
  );
  return row === undefined ? undefined : keptOf<Kind>(row);
}

/** Every version of every table of the kind, older versions first. */
export async function readTables<Kind extends TableKind>(
  sql: Sql,
  kind: Kind,
): Promise<Kept<Bodies[Kind]>[]> {
  const rows = await sql.all<TableRow>(
    `select ${COLUMNS} from calendar_tables where kind = ? order by name, version`,
    [kind],
  );
  return rows.map(keptOf<Kind>);
}

function keptOf<Kind extends TableKind>({ body, version, at, by }: TableRow): Kept<Bodies[Kind]> {
  const parsed = JSON.parse(body) as Bodies[Kind];
  return { ...parsed, version, changedAt: at, changedBy: by };
}

export interface PutSaid {
  by: string;
  now: Instant;
  /** The version that is to be changed; absent: whichever stands. */
  version?: number | undefined;
}

/** What stands already makes no version. @throws GridwardenError TABLE_VERSION_CONFLICT */
export async function putTable<Kind extends TableKind>(
  tx: Sql,
  { kind, name }: { kind: Kind; name: string },
  body: Bodies[Kind],
  { by, now, version }: PutSaid,
): Promise<Kept<Bodies[Kind]>> {
  const former = await readTable(tx, kind, name);
  const stands = former?.version ?? 0;
  if (version !== undefined && version !== stands) {
    throw new GridwardenError(
      "TABLE_VERSION_CONFLICT",
      `${kind} '${name}' is at version ${stands}, you changed version ${version}; read it again`,
      { details: { version: stands } },
    );
  }
  if (former !== undefined && isSame(former, body)) return former;
  await tx.run(
    `insert into calendar_tables (seq, kind, name, version, body, changed_at, changed_by)
     values (?, ?, ?, ?, ?, ?, ?)`,
    [(await lastSeq(tx)) + 1, kind, name, stands + 1, JSON.stringify(body), now, by],
  );
  return { ...body, version: stands + 1, changedAt: now, changedBy: by };
}

function isSame<Body extends object>(
  { version: _version, changedAt: _at, changedBy: _by, ...former }: Kept<Body>,
  body: Body,
): boolean {
  return isDeepStrictEqual(former, JSON.parse(JSON.stringify(body)));
}

async function lastSeq(sql: Sql): Promise<number> {
  const row = await sql.get<{ last: number | null }>(
    "select max(seq) as last from calendar_tables",
  );
  return row?.last ?? 0;
}

/** A book that follows its tables. */
export interface LiveBook extends CalendarBook {
  /** Reads the tables where they are not as they were read last. */
  refresh(sql: Sql): Promise<void>;
  /** A table was put, in a transaction that may yet be taken back. */
  forget(): void;
}

export function createLiveBook(shipped: CalendarData): LiveBook {
  let book = calendarBook(shipped);
  let readTo: number | undefined = 0;
  return {
    named: (name) => book.named(name),
    of: (theCase) => book.of(theCase),
    has: (name) => book.has(name),
    override: (place) => book.override(place),
    hasYear: (year) => book.hasYear(year),
    isHoliday: (day) => book.isHoliday(day),
    async refresh(sql) {
      const seq = await lastSeq(sql);
      if (seq === readTo) return;
      book = calendarBook(await dataOf(sql, shipped));
      readTo = seq;
    },
    forget() {
      readTo = undefined;
    },
  };
}

async function dataOf(sql: Sql, shipped: CalendarData): Promise<CalendarData> {
  const plain = <T>({ changedAt: _at, changedBy: _by, ...kept }: Kept<T>) => kept;
  const calendars = (await readTables(sql, "calendar")).map((kept) => plain<NamedCalendar>(kept));
  const notices = new Map(shipped.notices.map((notice) => [notice.year, notice]));
  for (const { year, source, days } of await readTables(sql, "holidays")) {
    notices.set(year, { year, source, days });
  }
  const overrides = (await readTable(sql, "overrides", "overrides"))?.rows ?? shipped.overrides;
  return {
    calendars: [...shipped.calendars, ...calendars] as CalendarData["calendars"],
    notices: [...notices.values()],
    ...(overrides !== undefined && { overrides }),
  };
}
