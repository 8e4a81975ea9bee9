/**
 * Puts rows in the place of those that stand at their keys. A day that is sealed is unsealed first:
 * the rows of its files that are concerned go back into tables of that day, and the next sealing
 * writes them anew. Then the old rows go and the new ones come in one transaction, so that a crash
 * leaves either.
 */
import {
  type Catalog,
  type DayTable,
  dayOf,
  findSources,
  KINDS,
  nextGeneration,
  type Part,
  readParts,
  type TableKind,
  tableName,
} from "./catalog.ts";
import {
  CHUNK_ROWS,
  createChunk,
  type Duck,
  fillColumn,
  type NumberArray,
  numberOf,
  REPLACED_TYPES,
  run,
  transact,
} from "./duck.ts";
import type { ReadingColumns, ReplaceBatch, StoreBatch } from "./reading-store.ts";
import type { RowWriter } from "./row-writer.ts";
import { deletePart, removeFiles } from "./sealing.ts";

export interface ReplacingDeps {
  duck: Duck;
  catalog: Catalog;
  writer: RowWriter;
  betweenCommits<T>(work: () => Promise<T>): Promise<T>;
  /** Settles when every query that may still read what is retired now is over. */
  readersDone(): Promise<void>;
  keepLog(): Promise<void>;
}

/** Nothing else is sealed or replaced meanwhile. */
export async function replaceRows(deps: ReplacingDeps, batch: ReplaceBatch): Promise<void> {
  const { columns } = batch;
  const seriesIds = new Set(columns.seriesId.subarray(0, columns.length));
  const days = new Set<number>();
  for (let row = 0; row < columns.length; row += 1) days.add(dayOf(columns.observedAt[row] ?? 0));
  for (const day of days) await unsealDay(deps, day, seriesIds);
  await deps.betweenCommits(() => exchangeRows(deps, batch, days));
  await deps.keepLog();
}

/** The files' rows are read beside everything else; only the exchange is between commits. */
async function unsealDay(
  deps: ReplacingDeps,
  day: number,
  seriesIds: ReadonlySet<number>,
): Promise<void> {
  const { duck, catalog, betweenCommits } = deps;
  const { parts } = findSources(catalog, { seriesIds, dayMin: day, dayMax: day });
  if (parts.length === 0) return;
  const moving = (kind: TableKind): string => `moving_${day}_${kind}`;
  const counts = new Map<TableKind, number>();
  for (const kind of KINDS) {
    const select = SELECTS[kind](readParts(catalog, parts));
    await run(duck.sealer, `create or replace table ${moving(kind)} as ${select}`);
    counts.set(kind, await numberOf(duck.sealer, `select count(*)::double from ${moving(kind)}`));
  }
  await betweenCommits(async () => {
    const tables = KINDS.map((kind): DayTable => {
      const place = { day, kind, generation: nextGeneration(catalog, day, kind) };
      const rows = counts.get(kind) ?? 0;
      return { ...place, name: tableName(place), rows, isClosed: true };
    });
    await transact(duck.writer, async () => {
      for (const { kind, name } of tables) {
        await run(duck.writer, `alter table ${moving(kind)} rename to ${name}`);
      }
      for (const part of parts) await run(duck.writer, deletePart(part));
    });
    const gone = new Set<Part>(parts);
    catalog.parts = catalog.parts.filter((part) => !gone.has(part));
    catalog.tables.push(...tables);
  });
  await deps.keepLog();
  await deps.readersDone();
  await removeFiles(catalog, parts);
}

const PLAIN =
  "series_id, observed_at, observed_at + lag_ms as received_at, value, flags::usmallint as flags";
const EXTRAS = ["claimed_at", "key", "min", "max", "total"] as const;
const isPlain = EXTRAS.map((name) => `"${name}" is null`).join(" and ");

/** Rows of sealed files as the tables of their kind have them. */
const SELECTS: Record<TableKind, (source: string) => string> = {
  plain: (source) => `select ${PLAIN} from ${source} where ${isPlain}`,
  rich: (source) =>
    `select ${PLAIN}, claimed_at, key, min, max, total from ${source} where not (${isPlain})`,
};

const NO_LEDGER: StoreBatch["ledger"] = Object.freeze({
  journaled: 0,
  stored: 0,
  duplicate: 0,
  conflict: 0,
  putAside: 0,
});

async function exchangeRows(
  { duck, catalog, writer }: ReplacingDeps,
  { newSeries, columns }: ReplaceBatch,
  days: ReadonlySet<number>,
): Promise<void> {
  await listReplaced(duck, columns);
  const left = new Map<DayTable, number>();
  const tables = catalog.tables.filter(({ day }) => days.has(day));
  await writer.commit([{ newSeries, columns, ledger: NO_LEDGER, position: 0 }], async () => {
    for (const table of tables) {
      await run(duck.writer, deleteReplaced(table));
      const rows = await numberOf(duck.writer, `select count(*)::double from ${table.name}`);
      left.set(table, table.rows - rows);
    }
    await run(duck.writer, UPDATE_NEWEST);
  });
  for (const [table, gone] of left) table.rows -= gone;
}

async function listReplaced(duck: Duck, columns: ReadingColumns): Promise<void> {
  const { length, seriesId, observedAt, receivedAt, value, flags } = columns;
  const key = columns.key ?? new Float64Array(length).fill(Number.NaN);
  const listed: NumberArray[] = [seriesId, observedAt, key, receivedAt, value, flags];
  await run(
    duck.writer,
    `create or replace temp table replaced (replaced_series integer, replaced_at double, replaced_seq double,
       received double, replaced_value double, replaced_flags usmallint)`,
  );
  const appender = await duck.writer.createAppender("replaced", "main", "temp");
  try {
    for (let from = 0; from < length; from += CHUNK_ROWS) {
      const to = Math.min(length, from + CHUNK_ROWS);
      const chunk = createChunk(REPLACED_TYPES, to - from);
      listed.forEach((column, index) => {
        fillColumn(chunk, index, column.subarray(from, to));
      });
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
}

/** A reading with a `seq` for a key stands at its receipt: no other day is looked through for it. */
function deleteReplaced({ name, kind }: DayTable): string {
  const byTime = "isnan(replaced_seq) and observed_at = replaced_at::bigint";
  const isSame = kind === "plain" ? byTime : `((${byTime} and key is null) or key = replaced_seq)`;
  return `delete from ${name} using replaced where series_id = replaced_series and ${isSame}`;
}

/** The list of what was newest in sealed days says what stands now. */
const UPDATE_NEWEST = `update newest set received_at = received::bigint, value = replaced_value,
  flags = replaced_flags from replaced
  where series_id = replaced_series and observed_at = replaced_at::bigint`;
