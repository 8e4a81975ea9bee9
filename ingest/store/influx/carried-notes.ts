/**
 * What of an embedded store has been carried over into InfluxDB, kept on our own disk beside it: a note
 * for each slice of a day when InfluxDB has confirmed it, so that who was broken off goes on.
 */
import type { Database, Migration } from "../../../model/database.ts";
import type { DaySlice, ExportedDay } from "../export.ts";
import type { Ledger } from "../reading-store.ts";
import { type DeviceTags, readTags } from "./layout.ts";

export const carriedMigration: Migration = {
  id: "ingest-0102-influx-carried",
  statements: [
    `create table influx_carried (
      day bigint not null,
      retention_days bigint not null,
      series_min bigint not null,
      note text not null,
      primary key (day, retention_days, series_min)
    )`,
  ],
};

export interface CarriedNote {
  /** The day as it stood then. */
  day: ExportedDay;
  /** Values that were read, by the class of their device. */
  values: Record<string, number>;
  refused: number;
}

export type SliceName = Pick<DaySlice, "day" | "retentionDays" | "seriesMin">;

export const nameOfSlice = ({ day, retentionDays, seriesMin }: SliceName): string =>
  `${day}/${retentionDays}/${seriesMin}`;

/** By the name of the slice. */
export async function loadCarried(database: Database): Promise<Map<string, CarriedNote>> {
  const rows = await database.reader.all("select * from influx_carried order by day");
  return new Map(
    rows.map((row) => [
      `${row.day}/${row.retention_days}/${row.series_min}`,
      JSON.parse(String(row.note)) as CarriedNote,
    ]),
  );
}

export async function noteCarried(
  database: Database,
  { day, retentionDays, seriesMin }: SliceName,
  note: CarriedNote,
): Promise<void> {
  await database.transaction((tx) =>
    tx.run(
      "insert into influx_carried (day, retention_days, series_min, note) values (?, ?, ?, ?)",
      [day, retentionDays, seriesMin, JSON.stringify(note)],
    ),
  );
}

export async function forgetCarried(database: Database, day: number): Promise<void> {
  await database.transaction((tx) => tx.run("delete from influx_carried where day = ?", [day]));
}

/** Devices stay with the tags that their first readings went with. */
export async function loadDeviceTags(database: Database): Promise<Map<string, DeviceTags>> {
  const rows = await database.reader.all("select device_id, tags from influx_devices");
  return new Map(rows.map((row) => [String(row.device_id), readTags(row.tags)]));
}

/** From now on it stands where the embedded store stood. The store's core is closed. */
export async function finishCarried(
  database: Database,
  { position, ledger, rows }: { position: number; ledger: Ledger; rows: number },
): Promise<void> {
  await database.transaction((tx) =>
    tx.run("update influx_state set position = ?, ledger = ?, row_count = ? where id = 1", [
      position,
      JSON.stringify(ledger),
      rows,
    ]),
  );
}

/** Lines that InfluxDB refused, each once, with the reason. */
export async function loadRefused(
  database: Database,
  max: number,
): Promise<{ line: string; reason: string }[]> {
  return await database.reader.all(
    "select distinct line, reason from influx_refused order by line limit ?",
    [max],
  );
}
