/**
 * What the store keeps on our own disk beside InfluxDB, which has no transactions: series and their ids,
 * the newest row of each, the ledger, the position, and the batches that are on their way. A batch is
 * noted here before it is written there; a start writes again what was not confirmed, which changes
 * nothing there, so a crash at any moment loses nothing and counts nothing twice.
 */
import { randomUUID } from "node:crypto";
import type { Database, Migration, Sql, SqlRow } from "../../../model/database.ts";
import type { Ledger, ReadingColumns, Series } from "../reading-store.ts";
import { carriedMigration } from "./carried-notes.ts";
import { packColumns, unpackColumns } from "./intents.ts";
import { type DeviceTags, readTags } from "./layout.ts";
import type { FormerTags } from "./series-heads.ts";
import type { WindowMask } from "./waiting-windows.ts";
import { loadWindows, noteWindows } from "./window-notes.ts";

export const influxMigrations: readonly Migration[] = [
  {
    id: "ingest-0100-influx",
    statements: [
      `create table influx_state (
        id integer primary key check (id = 1),
        store_id text not null,
        position bigint not null,
        ledger text not null,
        row_count bigint not null,
        confirmed_seq bigint not null
      )`,
      `create table influx_series (
        series_id bigint primary key,
        device_id text not null,
        measurement text not null,
        period text not null,
        retention_days bigint not null
      )`,
      `create table influx_devices (
        device_id text primary key,
        tags text not null
      )`,
      "create table influx_newest (chunk bigint primary key, body blob not null)",
      "create table influx_intents (seq bigint primary key, body blob not null)",
      `create table influx_refused (
        seq bigint primary key,
        line text not null,
        reason text not null
      )`,
    ],
  },
  {
    id: "ingest-0101-influx-windows",
    statements: [
      `create table influx_windows (
        level text not null,
        class text not null,
        chunk bigint not null,
        bits blob not null,
        primary key (level, class, chunk)
      )`,
    ],
  },
  carriedMigration,
  {
    id: "ingest-0150-influx-former-tags",
    statements: ["alter table influx_intents add column former_tags text"],
  },
  {
    id: "ingest-0160-influx-deletions",
    statements: ["alter table influx_intents add column deletions text"],
  },
];

export interface KeptState {
  /** Names this store in the bucket. */
  storeId: string;
  isNew: boolean;
  position: number;
  ledger: Ledger;
  rowCount: number;
  series: Series[];
  tags: Map<string, DeviceTags>;
  newest: { chunk: number; body: Uint8Array }[];
  /** Since the newest rows were saved; those behind `confirmedSeq` may not be in the bucket. */
  intents: KeptIntent[];
  confirmedSeq: number;
  /** That wait to be rolled up. */
  windows: WindowMask[];
}

interface KeptIntent {
  seq: number;
  columns: ReadingColumns;
  /** Of the devices whose tags changed with it: those before it, nothing for a device that had none. */
  formerTags: FormerTags;
  deletions: readonly string[];
}

export interface Intent {
  seq: number;
  columns: ReadingColumns;
  /** InfluxQL, of points that go before the rows are written. */
  deletions?: readonly string[];
  newSeries: readonly Series[];
  /** Of devices whose tags are others than they were. */
  tags: ReadonlyMap<string, DeviceTags>;
  position: number;
  ledger: Ledger;
  confirmedSeq: number;
  /** All that were noted and not put aside. */
  rows: number;
  /** That it touches, where they did not wait to be rolled up before. */
  windows: readonly WindowMask[];
}

const EMPTY: Ledger = { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 };

export async function loadState(database: Database): Promise<KeptState> {
  return await database.transaction(async (tx) => {
    const row = await tx.get("select * from influx_state where id = 1");
    const isNew = row === undefined;
    const state = row ?? (await begin(tx));
    const rows = (sql: string): Promise<SqlRow[]> => tx.all(sql);
    const series = await rows("select * from influx_series order by series_id");
    const devices = await rows("select device_id, tags from influx_devices");
    const newest = await rows("select chunk, body from influx_newest");
    const intents = await rows("select * from influx_intents order by seq");
    return {
      isNew,
      storeId: String(state.store_id),
      position: Number(state.position),
      ledger: JSON.parse(String(state.ledger)) as Ledger,
      rowCount: Number(state.row_count),
      confirmedSeq: Number(state.confirmed_seq),
      series: series.map((each) => ({
        seriesId: Number(each.series_id),
        deviceId: String(each.device_id),
        measurement: String(each.measurement),
        period: String(each.period) as Series["period"],
        retentionDays: Number(each.retention_days),
      })),
      tags: new Map(devices.map((each) => [String(each.device_id), readTags(each.tags)])),
      newest: newest.map((each) => ({ chunk: Number(each.chunk), body: each.body as Uint8Array })),
      intents: intents.map((each) => ({
        seq: Number(each.seq),
        columns: unpackColumns(each.body as Uint8Array),
        formerTags: readFormerTags(each.former_tags),
        deletions: JSON.parse(String(each.deletions ?? "[]")) as string[],
      })),
      windows: await loadWindows(tx),
    };
  });
}

async function begin(tx: Sql): Promise<SqlRow> {
  const row = { store_id: randomUUID(), position: 0, ledger: JSON.stringify(EMPTY) };
  await tx.run(
    `insert into influx_state (id, store_id, position, ledger, row_count, confirmed_seq)
     values (1, ?, ?, ?, 0, 0)`,
    [row.store_id, row.position, row.ledger],
  );
  return { ...row, row_count: 0, confirmed_seq: 0 };
}

/** On disk when it settles. */
export async function noteIntent(database: Database, intent: Intent): Promise<void> {
  const { seq, columns, newSeries, tags, position, ledger, confirmedSeq, rows, windows } = intent;
  const { deletions = [] } = intent;
  await database.transaction(async (tx) => {
    for (const { seriesId, deviceId, measurement, period, retentionDays } of newSeries) {
      await tx.run(
        `insert into influx_series (series_id, device_id, measurement, period, retention_days)
         values (?, ?, ?, ?, ?) on conflict (series_id) do nothing`,
        [seriesId, deviceId, measurement, period, retentionDays],
      );
    }
    const former = await formerTags(tx, tags);
    for (const [deviceId, of] of tags) {
      await tx.run(
        `insert into influx_devices (device_id, tags) values (?, ?)
         on conflict (device_id) do update set tags = excluded.tags`,
        [deviceId, JSON.stringify(of)],
      );
    }
    if (columns.length > 0 || former.length > 0) {
      const sql =
        "insert into influx_intents (seq, body, former_tags, deletions) values (?, ?, ?, ?)";
      await tx.run(sql, [
        seq,
        packColumns(columns),
        former.length === 0 ? null : JSON.stringify(former),
        deletions.length === 0 ? null : JSON.stringify(deletions),
      ]);
    }
    await noteWindows(tx, windows);
    await tx.run(
      `update influx_state set position = ?, ledger = ?, row_count = ?, confirmed_seq = ?
       where id = 1`,
      [position, JSON.stringify(ledger), rows, confirmedSeq],
    );
  });
}

/** By device: what stands there now, which is what the batch before wrote with; null where nothing does. */
type NotedTags = [deviceId: string, tags: string | null][];

async function formerTags(tx: Sql, changing: ReadonlyMap<string, unknown>): Promise<NotedTags> {
  const former: NotedTags = [];
  for (const deviceId of changing.keys()) {
    const row = await tx.get("select tags from influx_devices where device_id = ?", [deviceId]);
    former.push([deviceId, row === undefined ? null : String(row.tags)]);
  }
  return former;
}

function readFormerTags(kept: unknown): FormerTags {
  const former = kept === null ? [] : (JSON.parse(String(kept)) as NotedTags);
  return new Map(
    former.map(([deviceId, tags]) => [deviceId, tags === null ? undefined : readTags(tags)]),
  );
}

/** The newest rows as they stand; batches up to `confirmedSeq`, which are in them, are forgotten. */
export async function saveNewest(
  database: Database,
  chunks: readonly { chunk: number; body: Uint8Array }[],
  { confirmedSeq, ledger, rows }: Pick<Intent, "confirmedSeq" | "ledger" | "rows">,
): Promise<void> {
  await database.transaction(async (tx) => {
    for (const { chunk, body } of chunks) {
      await tx.run(
        `insert into influx_newest (chunk, body) values (?, ?)
         on conflict (chunk) do update set body = excluded.body`,
        [chunk, body],
      );
    }
    await tx.run("delete from influx_intents where seq <= ?", [confirmedSeq]);
    await tx.run(
      "update influx_state set confirmed_seq = ?, ledger = ?, row_count = ? where id = 1",
      [confirmedSeq, JSON.stringify(ledger), rows],
    );
  });
}

/** Lines that InfluxDB will not have, the newest `max` of them. */
export async function noteRefused(
  database: Database,
  refused: readonly { line: string; reason: string; values: number }[],
  max: number,
): Promise<void> {
  await database.transaction(async (tx) => {
    for (const { line, reason } of refused) {
      await tx.run(
        `insert into influx_refused (seq, line, reason)
         values ((select coalesce(max(seq), 0) + 1 from influx_refused), ?, ?)`,
        [line, reason],
      );
    }
    await tx.run(
      "delete from influx_refused where seq <= (select max(seq) from influx_refused) - ?",
      [max],
    );
  });
}
