/**
 * The embedded store opened to be read out as a whole, by nobody else at the same time: its days, the
 * oldest first, each cut into slices that memory holds, each slice in the order of time. A reading that
 * is there twice comes once, the first one.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import type { Instant } from "../../model/clock.ts";
import type { Log } from "../../model/log.ts";
import { type Catalog, type DayTable, loadedDays, type Part } from "./catalog.ts";
import { type Duck, type NumberArray, openDuck, rowsOf, streamColumns } from "./duck.ts";
import type { ReadingColumns, StoreState } from "./reading-store.ts";
import { type Slice, selectFirsts, selectSlice, sliceDay } from "./sealing.ts";
import { DATABASE_FILE, loadCatalog, prepareTables, readState, upgrade } from "./store-file.ts";

/** A day of UTC as it stands in the store now. */
export interface ExportedDay {
  /** Days since 1970-01-01. */
  day: number;
  rows: number;
  /** When the newest of them came: with the rows it tells whether the day has changed. */
  receivedMax: Instant;
}

export interface DaySlice extends Slice {
  day: number;
}

export interface StoreExport {
  state: StoreState;
  /** The oldest first. */
  days: ExportedDay[];
  /** Readings in sealed files that are not there; the log has named them. */
  missingRows: number;
  slices(day: number): Promise<DaySlice[]>;
  read(slice: DaySlice): Promise<ReadingColumns>;
  close(): void;
}

const SETTINGS = {
  threads: 1,
  memoryBytesMax: 256 * 1024 * 1024,
  walBytesMax: 16 * 1024 * 1024,
};
const SLICE_ROWS_MAX = 200_000;
const OPTIONAL = ["claimedAt", "key", "min", "max", "total"] as const;

/** @throws where the folder holds no store, or another process has it open */
export async function openExport(
  directory: string,
  { log, sliceRowsMax = SLICE_ROWS_MAX }: { log: Log; sliceRowsMax?: number },
): Promise<StoreExport> {
  const { duck, catalog, state, missingRows } = await openStoreFile(directory, log);
  try {
    const days: ExportedDay[] = [];
    for (const day of loadedDays(catalog)) days.push(await describeDay(duck, catalog, day));
    return {
      ...{ state, missingRows, days: days.filter(({ rows }) => rows > 0) },
      async slices(day) {
        const { tables, parts } = of(catalog, day);
        const slices = await sliceDay({ duck, catalog, partRowsMax: sliceRowsMax }, tables, parts);
        return slices.map((slice) => ({ ...slice, day }));
      },
      read: (slice) => readSlice(duck, catalog, slice),
      close: () => duck.close(),
    };
  } catch (error) {
    duck.close();
    throw error;
  }
}

/** @throws where the folder holds no store, or another process has it open */
export async function openStoreFile(directory: string, log: Log) {
  const file = path.join(directory, DATABASE_FILE);
  if (!existsSync(file)) throw new Error(`there is no '${file}'`);
  const duck = await openDuck(file, SETTINGS);
  try {
    let missingRows = 0;
    await prepareTables(duck.writer);
    const catalog = await loadCatalog(duck.writer, path.resolve(directory), (text, about) => {
      missingRows += Number(about.rows);
      log.error(text, about);
    });
    await upgrade(duck.writer, catalog);
    return { duck, catalog, missingRows, state: await readState(duck.writer, catalog) };
  } catch (error) {
    duck.close();
    throw error;
  }
}

function of(catalog: Catalog, day: number): { tables: DayTable[]; parts: Part[] } {
  return {
    tables: catalog.tables.filter((table) => table.day === day),
    parts: catalog.parts.filter((part) => part.day === day),
  };
}

const EVERY_SERIES = { seriesMin: 0, seriesMax: 2 ** 31 - 1 };

async function describeDay(duck: Duck, catalog: Catalog, day: number): Promise<ExportedDay> {
  const { tables, parts } = of(catalog, day);
  const retentions = new Set(catalog.retentionDays.filter((days) => days !== undefined));
  const selects = [...retentions].map((retentionDays) => {
    const slice = { ...EVERY_SERIES, retentionDays, rows: 0 };
    return `(${selectSlice({ catalog }, { slice, tables, oldParts: parts })})`;
  });
  const [row] = await rowsOf(
    duck.reader,
    `select count(*)::double, max(observed_at + lag_ms)::double from (${selects.join(" union all ")})`,
  );
  return { day, rows: Number(row?.[0] ?? 0), receivedMax: Number(row?.[1] ?? 0) };
}

async function readSlice(duck: Duck, catalog: Catalog, slice: DaySlice): Promise<ReadingColumns> {
  const { tables, parts } = of(catalog, slice.day);
  const rows = `(${selectSlice({ catalog }, { slice, tables, oldParts: parts })})`;
  const optional = ["claimed_at", "key", "min", "max", "total"];
  const select = `select series_id, observed_at::double, (observed_at + lag_ms)::double, value,
      flags::usmallint, ${optional.map((name) => `coalesce("${name}", 'nan'::double)`).join(", ")}
    from (${selectFirsts(rows)}) order by observed_at, series_id, key nulls first`;
  const read = emptyColumns(slice.rows);
  await streamColumns(duck.reader, select, (columns, length) => {
    take(read, columns, length);
    return true;
  });
  return withoutEmpty(read);
}

type FullColumns = Required<ReadingColumns>;

function emptyColumns(rows: number): FullColumns {
  const doubles = () => new Float64Array(rows);
  return {
    length: 0,
    ...{ seriesId: new Int32Array(rows), flags: new Uint16Array(rows) },
    ...{ observedAt: doubles(), receivedAt: doubles(), value: doubles() },
    ...{ claimedAt: doubles(), key: doubles(), min: doubles(), max: doubles(), total: doubles() },
  };
}

/** In the order of the select. */
const NAMES = ["seriesId", "observedAt", "receivedAt", "value", "flags", ...OPTIONAL] as const;

function take(read: FullColumns, columns: readonly NumberArray[], length: number): void {
  for (const [place, name] of NAMES.entries()) {
    read[name].set(columns[place]?.subarray(0, length) ?? [], read.length);
  }
  read.length += length;
}

/** A column that no row has a value in is left out. */
function withoutEmpty(read: FullColumns): ReadingColumns {
  const { claimedAt, key, min, max, total, ...plain } = read;
  const found: ReadingColumns = plain;
  for (const name of OPTIONAL) {
    const column = read[name].subarray(0, read.length);
    if (column.some((value) => !Number.isNaN(value))) found[name] = column;
  }
  return found;
}
