/**
 * What lies where: tables of recent rows and sealed files, each of one UTC day. Plain rows and rich
 * ones (with a claimed time, a key, min, max or total) have tables of their own, for five empty
 * columns would triple the cost of a row. The catalog is memory; the database holds the same.
 */
import { DAY_MS } from "../../model/clock.ts";
import { quoted } from "./duck.ts";

export const KINDS = ["plain", "rich"] as const;
export type TableKind = (typeof KINDS)[number];

export interface DayTable {
  name: string;
  /** Days since 1970-01-01, UTC. */
  day: number;
  kind: TableKind;
  generation: number;
  rows: number;
  /** A table that is being sealed takes no more rows: they go to the next generation. */
  isClosed: boolean;
}

/** A sealed file: rows of one day and one retention, sorted by series and time. */
export interface Part {
  file: string;
  day: number;
  retentionDays: number;
  seriesMin: number;
  seriesMax: number;
  rows: number;
  bytes: number;
  /** Rows whose key is a `seq`. */
  seqRows: number;
}

export interface Catalog {
  tables: DayTable[];
  parts: Part[];
  /** Retention in days by series id. */
  retentionDays: number[];
  partsDirectory: string;
}

/** The columns that every source answers; `source` reads them from a table or from files. */
const READ_COLUMNS = "series_id, observed_at, value, flags";
/** A period's reading is its mean; `least` and `most` are what it ranged between. */
const RICH = 'key, coalesce("min", value) as least, coalesce("max", value) as most';
const PLAIN = "null::double as key, value as least, value as most";

export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}

export function tableName(table: Pick<DayTable, "day" | "kind" | "generation">): string {
  return `day_${table.day}_${table.generation}_${table.kind}`;
}

/** The first generation of a day's tables of a kind that no table has. */
export function nextGeneration(catalog: Catalog, day: number, kind: TableKind): number {
  const same = catalog.tables.filter((table) => table.day === day && table.kind === kind);
  return 1 + same.reduce((newest, table) => Math.max(newest, table.generation), 0);
}

export function parseTableName(name: string): Omit<DayTable, "rows"> | undefined {
  const match = /^day_(-?\d+)_(\d+)_(plain|rich)$/.exec(name);
  if (match === null) return undefined;
  const kind = match[3] === "rich" ? "rich" : "plain";
  return { name, day: Number(match[1]), generation: Number(match[2]), kind, isClosed: false };
}

/** The parts that may hold rows of these series. */
export function partsOf(catalog: Catalog, part: Part, seriesIds: Iterable<number>): boolean {
  for (const id of seriesIds) {
    if (id < part.seriesMin || id > part.seriesMax) continue;
    if (catalog.retentionDays[id] === part.retentionDays) return true;
  }
  return false;
}

export interface Wanted {
  seriesIds: Iterable<number>;
  /** Both ends of the days, inclusive; and which of them. */
  dayMin: number;
  dayMax: number;
  hasDay?: (day: number) => boolean;
  /** Rows with a `seq` alone. */
  seqOnly?: boolean;
}

export function findSources(
  catalog: Catalog,
  wanted: Wanted,
): { tables: DayTable[]; parts: Part[] } {
  const isDay = (day: number): boolean =>
    day >= wanted.dayMin && day <= wanted.dayMax && (wanted.hasDay?.(day) ?? true);
  return {
    tables: catalog.tables.filter(
      (table) => isDay(table.day) && (wanted.seqOnly !== true || table.kind === "rich"),
    ),
    parts: catalog.parts.filter(
      (part) =>
        isDay(part.day) &&
        (wanted.seqOnly !== true || part.seqRows > 0) &&
        partsOf(catalog, part, wanted.seriesIds),
    ),
  };
}

/** One select over all sources, each with the same condition; undefined where there is none. */
export function unionOf(
  catalog: Catalog,
  sources: { tables: DayTable[]; parts: Part[] },
  condition: string,
): string | undefined {
  const selects = sources.tables.map(
    (table) =>
      `select ${READ_COLUMNS}, received_at, ${table.kind === "rich" ? RICH : PLAIN}` +
      ` from ${table.name} where ${condition}`,
  );
  if (sources.parts.length > 0) {
    selects.push(
      `select ${READ_COLUMNS}, observed_at + lag_ms as received_at, ${RICH}` +
        ` from ${readParts(catalog, sources.parts)} where ${condition}`,
    );
  }
  return selects.length === 0 ? undefined : selects.join(" union all ");
}

export function readParts(catalog: Catalog, parts: readonly Part[]): string {
  const files = parts.map((part) => quoted(`${catalog.partsDirectory}/${part.file}`));
  return `read_parquet([${files.join(", ")}])`;
}

/** Days that have rows, the oldest first. */
export function loadedDays({ tables, parts }: Pick<Catalog, "tables" | "parts">): number[] {
  return [...new Set([...tables, ...parts].map(({ day }) => day))].sort((a, b) => a - b);
}

export function rowsIn(catalog: Catalog): number {
  const sum = (list: readonly { rows: number }[]): number =>
    list.reduce((total, one) => total + one.rows, 0);
  return sum(catalog.tables) + sum(catalog.parts);
}

export function sealedDaysIn(catalog: Catalog): number {
  return new Set(catalog.parts.map((part) => part.day)).size;
}
