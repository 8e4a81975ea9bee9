/**
 * Writes batches: rows into the table of their day, new series, and one line of progress that
 * carries the journal position and the ledger, all in one transaction. The line is appended, for an
 * update would cost more than a thousand rows; the newest line is the one that counts.
 */
import { DAY_MS } from "../../model/clock.ts";
import {
  type Catalog,
  type DayTable,
  dayOf,
  KINDS,
  nextGeneration,
  type TableKind,
  tableName,
} from "./catalog.ts";
import {
  type Appender,
  CHUNK_ROWS,
  createChunk,
  type Duck,
  fillColumn,
  fillNullable,
  type NumberArray,
  PLAIN_TYPES,
  PROGRESS_TYPES,
  RICH_TYPES,
  run,
  transact,
} from "./duck.ts";
import type { Ledger, ReadingColumns, Series, StoreBatch } from "./reading-store.ts";

const PLAIN_COLUMNS =
  "series_id integer, observed_at bigint, received_at bigint, value double, flags usmallint";
const RICH_COLUMNS = `${PLAIN_COLUMNS}, claimed_at double, key double, min double, max double, total double`;

export interface RowWriter {
  /**
   * Durable when it settles, with what `before` does in the same transaction; an error leaves
   * nothing of these batches behind.
   */
  commit(batches: readonly StoreBatch[], before?: () => Promise<void>): Promise<void>;
  /** From now on rows of this day go to new tables; answers those that are there. */
  closeDay(day: number): DayTable[];
  /** Writes the lists anew, of the progress the newest line alone; between commits only. */
  renewLists(): Promise<void>;
}

export interface Progress {
  position: number;
  ledger: Ledger;
}

interface OpenTable {
  table: DayTable;
  appender: Appender;
}

/** Rows of a batch that go to one table; all of them where `rows` is absent. */
export interface Share {
  day: number;
  kind: TableKind;
  rows?: number[];
}

export async function createRowWriter(
  duck: Duck,
  catalog: Catalog,
  begun: Progress,
): Promise<RowWriter> {
  let seriesAppender = await duck.writer.createAppender("series");
  let progressAppender = await duck.writer.createAppender("progress");
  const fullChunk = createChunk(PLAIN_TYPES, CHUNK_ROWS);
  const open = new Map<string, OpenTable>();
  let progress = begun;

  const keyOf = (day: number, kind: TableKind): string => `${day}/${kind}`;

  const openTable = async (share: Share, made: DayTable[]): Promise<OpenTable> => {
    const key = keyOf(share.day, share.kind);
    const found = open.get(key);
    if (found !== undefined) return found;
    const { day, kind } = share;
    let table = catalog.tables.find((t) => t.day === day && t.kind === kind && !t.isClosed);
    if (table === undefined) {
      const place = { day, kind, generation: nextGeneration(catalog, day, kind) };
      table = { ...place, name: tableName(place), rows: 0, isClosed: false };
      const columns = share.kind === "rich" ? RICH_COLUMNS : PLAIN_COLUMNS;
      await run(duck.writer, `create table ${table.name} (${columns})`);
      made.push(table);
    }
    const opened = { table, appender: await duck.writer.createAppender(table.name) };
    open.set(key, opened);
    return opened;
  };

  const appendPlain = (appender: Appender, columns: NumberArray[], length: number): void => {
    for (let from = 0; from < length; from += CHUNK_ROWS) {
      const to = Math.min(length, from + CHUNK_ROWS);
      const chunk = to - from === CHUNK_ROWS ? fullChunk : createChunk(PLAIN_TYPES, to - from);
      columns.forEach((column, index) => {
        fillColumn(chunk, index, column.subarray(from, to));
      });
      appender.appendDataChunk(chunk);
    }
  };

  const appendRich = (appender: Appender, share: Required<Share>, batch: ReadingColumns): void => {
    for (let from = 0; from < share.rows.length; from += CHUNK_ROWS) {
      const rows = share.rows.slice(from, from + CHUNK_ROWS);
      const chunk = createChunk(RICH_TYPES, rows.length);
      plainColumns(batch, rows).forEach((column, index) => {
        fillColumn(chunk, index, column);
      });
      richColumns(batch).forEach((column, index) => {
        fillNullable(chunk, PLAIN_TYPES.length + index, pickOptional(column, rows));
      });
      appender.appendDataChunk(chunk);
    }
  };

  const appendBatch = async (
    batch: ReadingColumns,
    made: DayTable[],
    counts: Map<DayTable, number>,
  ): Promise<void> => {
    for (const share of shareOut(batch)) {
      const { table, appender } = await openTable(share, made);
      const { rows } = share;
      const count = rows?.length ?? batch.length;
      if (share.kind === "rich" && rows !== undefined) {
        appendRich(appender, { ...share, rows }, batch);
      } else {
        appendPlain(appender, plainColumns(batch, rows), count);
      }
      counts.set(table, (counts.get(table) ?? 0) + count);
    }
  };

  const appendSeries = (series: readonly Series[]): void => {
    for (const one of series) {
      seriesAppender.appendInteger(one.seriesId);
      seriesAppender.appendVarchar(one.deviceId);
      seriesAppender.appendVarchar(one.measurement);
      seriesAppender.appendVarchar(one.period);
      seriesAppender.appendInteger(one.retentionDays);
      seriesAppender.endRow();
    }
    if (series.length > 0) seriesAppender.flushSync();
  };

  const appendProgress = (next: Progress): void => {
    const { journaled, stored, duplicate, conflict, putAside } = next.ledger;
    const chunk = createChunk(PROGRESS_TYPES, 1);
    [next.position, journaled, stored, duplicate, conflict, putAside].forEach((value, index) => {
      fillColumn(chunk, index, Float64Array.of(value));
    });
    progressAppender.appendDataChunk(chunk);
    progressAppender.flushSync();
  };

  return {
    async commit(batches, before) {
      const made: DayTable[] = [];
      const counts = new Map<DayTable, number>();
      const next = batches.reduce(addProgress, progress);
      await transact(duck.writer, async () => {
        await before?.();
        for (const batch of batches) {
          appendSeries(batch.newSeries);
          await appendBatch(batch.columns, made, counts);
        }
        for (const one of open.values()) if (counts.has(one.table)) one.appender.flushSync();
        appendProgress(next);
      });
      progress = next;
      catalog.tables.push(...made);
      for (const [table, count] of counts) table.rows += count;
      for (const batch of batches) {
        for (const one of batch.newSeries) catalog.retentionDays[one.seriesId] = one.retentionDays;
      }
    },
    closeDay(day) {
      for (const kind of KINDS) {
        open.get(keyOf(day, kind))?.appender.closeSync();
        open.delete(keyOf(day, kind));
      }
      const tables = catalog.tables.filter((table) => table.day === day);
      for (const table of tables) table.isClosed = true;
      return tables;
    },
    async renewLists() {
      seriesAppender.closeSync();
      progressAppender.closeSync();
      await transact(duck.writer, async () => {
        await renew(duck, "series", "");
        await renew(duck, "parts", "");
        await renew(duck, "progress", "where rowid = (select max(rowid) from progress)");
      }).finally(async () => {
        seriesAppender = await duck.writer.createAppender("series");
        progressAppender = await duck.writer.createAppender("progress");
      });
    },
  };
}

async function renew({ writer }: Duck, table: string, condition: string): Promise<void> {
  await run(writer, `create table ${table}_renewed as select * from ${table} ${condition}`);
  await run(writer, `drop table ${table}`);
  await run(writer, `alter table ${table}_renewed rename to ${table}`);
}

function addProgress(progress: Progress, batch: StoreBatch): Progress {
  const { ledger } = progress;
  return {
    position: Math.max(progress.position, batch.position),
    ledger: {
      journaled: ledger.journaled + batch.ledger.journaled,
      stored: ledger.stored + batch.ledger.stored,
      duplicate: ledger.duplicate + batch.ledger.duplicate,
      conflict: ledger.conflict + batch.ledger.conflict,
      putAside: ledger.putAside + batch.ledger.putAside,
    },
  };
}

/** Which rows go to which table. Nearly always all rows are plain and of one day. */
export function shareOut(batch: ReadingColumns): Share[] {
  if (batch.length === 0) return [];
  const rich = richColumns(batch).filter((column) => column !== undefined);
  const firstDay = dayOf(batch.observedAt[0] ?? 0);
  if (rich.length === 0 && isOfDay(batch, firstDay)) return [{ day: firstDay, kind: "plain" }];
  const shares = new Map<string, Required<Share>>();
  for (let row = 0; row < batch.length; row += 1) {
    const day = dayOf(batch.observedAt[row] ?? 0);
    const isRich = rich.some((column) => !Number.isNaN(column[row]));
    const kind: TableKind = isRich ? "rich" : "plain";
    const share = shares.get(`${day}/${kind}`) ?? { day, kind, rows: [] };
    share.rows.push(row);
    shares.set(`${day}/${kind}`, share);
  }
  return [...shares.values()];
}

function isOfDay(batch: ReadingColumns, day: number): boolean {
  const from = day * DAY_MS;
  const to = from + DAY_MS;
  for (let row = 0; row < batch.length; row += 1) {
    const at = batch.observedAt[row] ?? 0;
    if (at < from || at >= to) return false;
  }
  return true;
}

/** In the order of PLAIN_COLUMNS. */
function plainColumns(batch: ReadingColumns, rows: number[] | undefined): NumberArray[] {
  const columns = [batch.seriesId, batch.observedAt, batch.receivedAt, batch.value, batch.flags];
  return rows === undefined ? columns : columns.map((column) => pick(column, rows));
}

/** In the order of RICH_COLUMNS, after the plain ones. */
function richColumns(batch: ReadingColumns): (Float64Array | undefined)[] {
  return [batch.claimedAt, batch.key, batch.min, batch.max, batch.total];
}

function pick<T extends NumberArray>(column: T, rows: readonly number[]): T {
  const picked = column.slice(0, rows.length) as T;
  rows.forEach((row, index) => {
    picked[index] = column[row] ?? 0;
  });
  return picked;
}

function pickOptional(column: Float64Array | undefined, rows: readonly number[]): Float64Array {
  return column === undefined ? new Float64Array(rows.length).fill(Number.NaN) : pick(column, rows);
}
