/**
 * Gives the disk back what a sealed day has left free in the database file. DuckDB cuts only free
 * blocks at the file's end and moves nothing, so what lies behind them is written once more, which
 * puts it into the free blocks further down: the newer days' rows and the lists.
 */
import {
  type Catalog,
  type DayTable,
  KINDS,
  nextGeneration,
  type TableKind,
  tableName,
} from "./catalog.ts";
import { type Duck, quoted, rowsOf, run, transact } from "./duck.ts";
import type { RowWriter } from "./row-writer.ts";

/** Below this share of free blocks it is not worth the writing. */
const FREE_SHARE_MIN = 0.5;

export interface CompactionDeps {
  duck: Duck;
  catalog: Catalog;
  writer: RowWriter;
  betweenCommits<T>(work: () => Promise<T>): Promise<T>;
  /** Runs between commits and between queries: another's transaction forbids a checkpoint. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  readersDone(): Promise<void>;
}

export async function compactFile(deps: CompactionDeps): Promise<void> {
  const { duck, catalog, writer, betweenCommits } = deps;
  await checkpoint(deps);
  const [sizes] = await rowsOf(
    duck.sealer,
    "select total_blocks::double, free_blocks::double from pragma_database_size()",
  );
  if (Number(sizes?.[1]) < Number(sizes?.[0]) * FREE_SHARE_MIN) return;
  for (const day of new Set(catalog.tables.map((table) => table.day))) await moveDay(deps, day);
  await betweenCommits(() => writer.renewLists());
  await condenseNewest(duck);
  await checkpoint(deps);
}

function checkpoint({ duck, alone }: CompactionDeps): Promise<void> {
  return alone(() => run(duck.writer, "checkpoint"));
}

/** Writes the rows of a day's tables into a single new one of each kind. */
async function moveDay(deps: CompactionDeps, day: number): Promise<void> {
  const { duck, catalog, writer, betweenCommits } = deps;
  const old = await betweenCommits(async () => writer.closeDay(day));
  const moves = KINDS.flatMap((kind) => {
    const tables = old.filter((table) => table.kind === kind);
    return tables.length === 0 ? [] : [{ kind, tables, moving: `moving_${day}_${kind}` }];
  });
  for (const { moving, tables } of moves) {
    const selects = tables.map((table) => `select * from ${table.name}`);
    await run(duck.sealer, `create or replace table ${moving} as ${selects.join(" union all ")}`);
  }
  await betweenCommits(async () => {
    const moved = moves.map(({ kind, tables }): DayTable => {
      const generation = nextGeneration(catalog, day, kind);
      const rows = tables.reduce((total, table) => total + table.rows, 0);
      const place = { day, kind, generation };
      return { ...place, name: tableName(place), rows, isClosed: true };
    });
    await transact(duck.writer, async () => {
      for (const [index, { moving }] of moves.entries()) {
        await run(duck.writer, `alter table ${moving} rename to ${moved[index]?.name}`);
      }
      for (const table of old) await run(duck.writer, insertRetired(table));
    });
    catalog.tables = [...catalog.tables.filter((table) => !old.includes(table)), ...moved];
  });
  await deps.readersDone();
  await dropTables(deps, old);
}

export function insertRetired(table: DayTable): string {
  return `insert into retired values (${quoted(table.name)})`;
}

/** Drops tables that are retired and that nobody reads any more. */
export async function dropTables(
  { duck, betweenCommits }: Pick<CompactionDeps, "duck" | "betweenCommits">,
  tables: readonly DayTable[],
): Promise<void> {
  await betweenCommits(() =>
    transact(duck.writer, async () => {
      for (const table of tables) {
        await run(duck.writer, `drop table ${table.name}`);
        await run(duck.writer, `delete from retired where name = ${quoted(table.name)}`);
      }
    }),
  );
}

/** The list of what was newest in the sealed days, a row or more a series. */
export const NEWEST_LIST = { name: "newest", kind: "list" } as const;

const SEQ_COLUMNS: Record<TableKind | "list", string> = {
  plain: "null::double",
  rich: "key",
  list: "seq",
};

type NewestSource = Pick<DayTable, "name" | "kind"> | typeof NEWEST_LIST;

/** The newest row of each series, by observedAt, and its greatest seq, in these tables. */
export function newestOf(tables: readonly NewestSource[]): string {
  const all = tables.map(
    ({ name, kind }) =>
      "select series_id, observed_at, received_at, value, flags, " +
      `${SEQ_COLUMNS[kind]} as seq from ${name}`,
  );
  return (
    "select series_id, max(observed_at) as observed_at, " +
    "arg_max({'received_at': received_at, 'value': value, 'flags': flags}, observed_at) as row, " +
    `max(seq) as seq from (${all.join(" union all ")}) group by series_id`
  );
}

export function insertNewest(tables: readonly NewestSource[]): string {
  return `insert into newest ${selectNewest(tables)}`;
}

/** In the order of the list's columns. */
function selectNewest(tables: readonly NewestSource[]): string {
  const columns = "series_id, observed_at, row.received_at, row.value, row.flags, seq";
  return `select ${columns} from (${newestOf(tables)})`;
}

/** Each sealing adds rows to `newest`; one a series is enough. */
async function condenseNewest({ sealer }: Duck): Promise<void> {
  await transact(sealer, async () => {
    await run(sealer, `create table newest_once as ${selectNewest([NEWEST_LIST])}`);
    await run(sealer, "drop table newest");
    await run(sealer, "alter table newest_once rename to newest");
  });
}
