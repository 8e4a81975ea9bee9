/**
 * Seals days that are over: their rows go, sorted by series and time, into compressed Parquet files
 * of one retention each, a slice at a time; then one transaction lists the files and retires the
 * tables. Until it, the tables are what counts; after it, the files. A crash on the way leaves files
 * that nobody lists, and the next call begins anew. Late rows of a sealed day stay in a table beside
 * its files until they are many; then the day is written once more. Past retention files go.
 */
import { rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { DAY_MS, type Instant } from "../../model/clock.ts";
import { type Catalog, type DayTable, type Part, readParts } from "./catalog.ts";
import { compactFile, dropTables, insertNewest, insertRetired } from "./compaction.ts";
import { type Duck, numberOf, quoted, rowsOf, run, transact } from "./duck.ts";
import type { RowWriter } from "./row-writer.ts";
import { insertPart, syncFile } from "./store-file.ts";
import type { StoreSettings } from "./store-messages.ts";

/** Rows that a query must unpack to reach one series; smaller ones compress less well. */
const ROW_GROUP_ROWS = 40_960;

export interface SealingDeps {
  duck: Duck;
  catalog: Catalog;
  writer: RowWriter;
  settings: StoreSettings;
  /** Runs between commits, so that no append is on its way. */
  betweenCommits<T>(work: () => Promise<T>): Promise<T>;
  /** Runs between commits and between queries. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Settles when every query that may still read what is retired now is over. */
  readersDone(): Promise<void>;
}

export interface SealReport {
  sealedRows: number;
  duplicates: number;
  droppedRows: number;
}

/** Rows of one day and one retention, of series that follow each other. */
export interface Slice {
  retentionDays: number;
  seriesMin: number;
  seriesMax: number;
  rows: number;
}

export async function maintainDays(deps: SealingDeps, now: Instant): Promise<SealReport> {
  const report: SealReport = { sealedRows: 0, duplicates: 0, droppedRows: 0 };
  for (const day of daysToSeal(deps, now)) {
    const sealed = await sealDay(deps, day);
    report.sealedRows += sealed.rows;
    report.duplicates += sealed.duplicates;
  }
  report.droppedRows = await dropExpired(deps, now);
  if (report.sealedRows + report.droppedRows > 0) await compactFile(deps);
  return report;
}

/** Days that are over and whose tables hold rows that are worth a file. */
export function daysToSeal(
  { catalog, settings }: Pick<SealingDeps, "catalog" | "settings">,
  now: Instant,
): number[] {
  const waiting = new Map<number, number>();
  for (const table of catalog.tables) {
    if ((table.day + 1) * DAY_MS + settings.sealDelayMs > now) continue;
    waiting.set(table.day, (waiting.get(table.day) ?? 0) + table.rows);
  }
  const isWorthIt = (day: number, rows: number): boolean => {
    const parts = catalog.parts.filter((part) => part.day === day);
    if (parts.length === 0) return rows > 0;
    const sealed = parts.reduce((total, part) => total + part.rows, 0);
    return rows >= Math.max(settings.lateRowsMin, sealed * settings.lateShareMin);
  };
  return [...waiting]
    .filter(([day, rows]) => isWorthIt(day, rows))
    .map(([day]) => day)
    .sort((a, b) => a - b);
}

async function sealDay(
  deps: SealingDeps,
  day: number,
): Promise<{ rows: number; duplicates: number }> {
  const { duck, catalog } = deps;
  const tables = await deps.betweenCommits(async () => deps.writer.closeDay(day));
  const oldParts = catalog.parts.filter((part) => part.day === day);
  const { partRowsMax } = deps.settings;
  const slices = await sliceDay({ duck, catalog, partRowsMax }, tables, oldParts);
  const parts: Part[] = [];
  let duplicates = 0;
  for (const slice of slices) {
    const written = await writePart(deps, { day, slice, tables, oldParts });
    parts.push(written.part);
    duplicates += written.duplicates;
  }
  await syncFile(catalog.partsDirectory);
  // More than one newest row of a series does no harm: opening takes the newest of them.
  await run(duck.sealer, insertNewest(tables));
  await deps.betweenCommits(() => exchange(deps, { tables, oldParts, parts }));
  await deps.readersDone();
  await dropTables(deps, tables);
  await removeFiles(catalog, oldParts);
  return { rows: parts.reduce((total, part) => total + part.rows, 0), duplicates };
}

/** Cuts the day into slices of one retention and at most so many rows, between series. */
export async function sliceDay(
  { duck, catalog, partRowsMax }: Pick<SealingDeps, "duck" | "catalog"> & { partRowsMax: number },
  tables: readonly DayTable[],
  oldParts: readonly Part[],
): Promise<Slice[]> {
  const counts = tables.map(
    (table) => `select series_id, count(*) as n from ${table.name} group by series_id`,
  );
  if (oldParts.length > 0) {
    counts.push(
      `select series_id, count(*) as n from ${readParts(catalog, oldParts)} group by series_id`,
    );
  }
  const rows = await rowsOf(
    duck.sealer,
    `select retention_days, series_id, sum(n)::double from (${counts.join(" union all ")})
     join series using (series_id) group by all order by all`,
  );
  const slices: Slice[] = [];
  let slice: Slice | undefined;
  for (const [retention, series, count] of rows) {
    const [retentionDays, seriesId, n] = [Number(retention), Number(series), Number(count)];
    const isFull = slice !== undefined && slice.rows + n > partRowsMax;
    if (slice === undefined || isFull || slice.retentionDays !== retentionDays) {
      slice = { retentionDays, seriesMin: seriesId, seriesMax: seriesId, rows: 0 };
      slices.push(slice);
    }
    slice.seriesMax = seriesId;
    slice.rows += n;
  }
  return slices;
}

async function writePart(
  deps: SealingDeps,
  what: { day: number; slice: Slice; tables: readonly DayTable[]; oldParts: readonly Part[] },
): Promise<{ part: Part; duplicates: number }> {
  const { catalog, duck } = deps;
  const { day, slice } = what;
  const file = partFile(catalog, day, slice);
  const target = path.join(catalog.partsDirectory, file);
  const temporary = `${target}.writing`;
  await run(duck.sealer, copyTo(temporary, selectSlice(deps, what)));
  const source = `read_parquet(${quoted(temporary)})`;
  const rows = await numberOf(duck.sealer, `select count(*)::double from ${source}`);
  if (rows !== slice.rows) {
    throw new Error(`sealed file '${file}' has ${rows} rows, ${slice.rows} are wanted`);
  }
  const countSeq = `select count(key)::double from ${source}`;
  let seqRows = await numberOf(duck.sealer, countSeq);
  const duplicates = await numberOf(duck.sealer, countDuplicates(source, seqRows > 0));
  if (duplicates > 0) {
    await run(duck.sealer, copyTo(`${temporary}.once`, selectFirsts(source)));
    await rename(`${temporary}.once`, temporary);
    seqRows = await numberOf(duck.sealer, countSeq);
  }
  await syncFile(temporary);
  await rename(temporary, target);
  const { size: bytes } = await stat(target);
  const { rows: sliced, ...range } = slice;
  return { part: { file, day, ...range, rows: sliced - duplicates, bytes, seqRows }, duplicates };
}

/** Never a name that a file of this day has, for queries may still be reading that one. */
function partFile(catalog: Catalog, day: number, slice: Slice): string {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  const stem = `${date}-keep-${slice.retentionDays}d-series-${slice.seriesMin}`;
  for (let edition = 1; ; edition += 1) {
    const file = `${stem}-edition-${edition}.parquet`;
    if (catalog.parts.every((part) => part.file !== file)) return file;
  }
}

export function selectSlice(
  { catalog }: Pick<SealingDeps, "catalog">,
  what: { slice: Slice; tables: readonly DayTable[]; oldParts: readonly Part[] },
): string {
  const { slice } = what;
  const condition =
    `where series_id between ${slice.seriesMin} and ${slice.seriesMax} and series_id in ` +
    `(select series_id from series where retention_days = ${slice.retentionDays})`;
  const plain = "series_id, observed_at, received_at - observed_at as lag_ms, value, flags";
  const selects = what.tables.map((table) =>
    table.kind === "rich"
      ? `select ${plain}, claimed_at, key, min, max, total from ${table.name} ${condition}`
      : `select ${plain}, null::double as claimed_at, null::double as key, null::double as min,
           null::double as max, null::double as total from ${table.name} ${condition}`,
  );
  if (what.oldParts.length > 0) {
    selects.push(`select * from ${readParts(catalog, what.oldParts)} ${condition}`);
  }
  return `select * from (${selects.join(" union all ")}) order by series_id, observed_at`;
}

function copyTo(file: string, select: string): string {
  return (
    `copy (${select}) to ${quoted(file)} ` +
    `(format parquet, parquet_version V1, compression zstd, row_group_size ${ROW_GROUP_ROWS})`
  );
}

/** Without a `seq`, duplicates lie side by side, and looking at neighbours is ten times cheaper. */
function countDuplicates(source: string, hasSeq: boolean): string {
  if (hasSeq) {
    return `select coalesce(sum(n - 1), 0)::double from
      (select count(*) as n from ${source} group by series_id, key, if(key is null, observed_at, 0))`;
  }
  return `select count(*)::double from (
    select series_id as s, observed_at as o,
      lag(series_id) over () as s0, lag(observed_at) over () as o0 from ${source}
  ) where s = s0 and o = o0`;
}

/** The reading that came first stands. */
export function selectFirsts(source: string): string {
  return `select * from ${source} qualify row_number() over (
      partition by series_id, key, if(key is null, observed_at, 0)
      order by observed_at + lag_ms) = 1
    order by series_id, observed_at`;
}

/** Lists the new files and retires what they replace; memory follows the commit at once. */
async function exchange(
  { duck, catalog }: SealingDeps,
  what: { tables: readonly DayTable[]; oldParts: readonly Part[]; parts: readonly Part[] },
): Promise<void> {
  await transact(duck.writer, async () => {
    for (const part of what.oldParts) await run(duck.writer, deletePart(part));
    for (const part of what.parts) await run(duck.writer, insertPart(part));
    for (const table of what.tables) await run(duck.writer, insertRetired(table));
  });
  const gone = new Set<DayTable | Part>([...what.tables, ...what.oldParts]);
  catalog.tables = catalog.tables.filter((table) => !gone.has(table));
  catalog.parts = [...catalog.parts.filter((part) => !gone.has(part)), ...what.parts];
}

export function deletePart(part: Part): string {
  return `delete from parts where file = ${quoted(part.file)}`;
}

export async function removeFiles(catalog: Catalog, parts: readonly Part[]): Promise<void> {
  for (const part of parts) await rm(path.join(catalog.partsDirectory, part.file), { force: true });
}

/** Drops files, late rows and newest rows that are past the retention of their series. */
async function dropExpired(deps: SealingDeps, now: Instant): Promise<number> {
  const { duck, catalog, settings } = deps;
  const dayNow = Math.floor(now / DAY_MS);
  const parts = catalog.parts.filter(
    (part) => Math.max(part.retentionDays, settings.identityDays) < dayNow - part.day,
  );
  let dropped = parts.reduce((total, part) => total + part.rows, 0);
  if (parts.length > 0) {
    await deps.betweenCommits(() => exchange(deps, { tables: [], oldParts: parts, parts: [] }));
    await deps.readersDone();
    await removeFiles(catalog, parts);
  }
  for (const table of catalog.tables) {
    const daysPast = dayNow - table.day - 1;
    if (daysPast < settings.identityDays) continue;
    await deps.betweenCommits(async () => {
      await run(
        duck.writer,
        `delete from ${table.name} where series_id in
           (select series_id from series where retention_days <= ${daysPast})`,
      );
      const left = await numberOf(duck.writer, `select count(*)::double from ${table.name}`);
      dropped += table.rows - left;
      table.rows = left;
    });
  }
  if (dropped > 0) {
    await run(
      duck.sealer,
      `delete from newest using series where newest.series_id = series.series_id and
         greatest(retention_days, ${settings.identityDays}) <= ${dayNow} - 1 - observed_at // ${DAY_MS}`,
    );
  }
  return dropped;
}
