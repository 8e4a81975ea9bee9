/**
 * Carries every reading of an embedded store over into InfluxDB by the way that live ones go, slice by
 * slice, the oldest day first. What InfluxDB has confirmed is noted on our own disk; what is written
 * again after a stop writes over itself. A day that has changed since it was carried is carried anew.
 */
import { setTimeout as wallDelay } from "node:timers/promises";
import { DAY_MS, type Instant } from "../../../model/clock.ts";
import type { Database } from "../../../model/database.ts";
import type { Log } from "../../../model/log.ts";
import type { DaySlice, ExportedDay, StoreExport } from "../export.ts";
import type { ReadingColumns, Series } from "../reading-store.ts";
import {
  type CarriedNote,
  forgetCarried,
  loadCarried,
  loadDeviceTags,
  nameOfSlice,
  noteCarried,
} from "./carried-notes.ts";
import { anyStatement, deleteStatements } from "./carry-checks.ts";
import { createInfluxCore, type InfluxStoreOptions, type TaggedBatch } from "./influx-core.ts";
import { createInfluxDoor, type InfluxDoor, InfluxFault } from "./influx-door.ts";
import type { DeviceTags } from "./layout.ts";

export interface CarryDeps {
  source: StoreExport;
  /** On our own disk, with `influxMigrations`. */
  database: Database;
  log: Log;
  tagsOf(deviceId: string): DeviceTags;
  now(): Instant;
  tell(progress: CarryProgress): void;
  /** InfluxDB does not answer; it is tried again after so long. */
  tellAway(text: string, delayMs: number): void;
}

export interface CarryProgress {
  /** Values that InfluxDB has confirmed, those of earlier runs among them. */
  done: number;
  of: number;
  /** Of `done`, those of this run. */
  now: number;
}

export interface Carrier {
  door: InfluxDoor;
  /** Settles when all is there and noted; answers the notes. @throws STORE_FAILED */
  carry(): Promise<Map<string, CarriedNote>>;
  /** Tries again while InfluxDB does not answer, for a time. */
  whileAway<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const ROWS_A_BATCH = 30_000;
const RETRY_WALL_MS_MIN = 500;
const RETRY_WALL_MS_MAX = 30_000;
const AWAY_WALL_MS_MAX = 300_000;
const NO_LEDGER = { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 };

export function createCarrier(
  deps: CarryDeps,
  options: InfluxStoreOptions & { awayWallMsMax?: number },
): Carrier {
  const { source, database, log, now } = deps;
  const { awayWallMsMax = AWAY_WALL_MS_MAX, ...target } = options;
  const core = createInfluxCore({ database, log }, target);
  const door = createInfluxDoor(target);
  const of = source.days.reduce((sum, { rows }) => sum + rows, 0);
  const series = new Map<number, Series>(source.state.series.map((each) => [each.seriesId, each]));
  const progress: CarryProgress = { done: 0, of, now: 0 };
  /** As their first readings went, also in an earlier run. */
  let pinned = new Map<string, DeviceTags>();

  async function whileAway<T>(work: () => Promise<T>): Promise<T> {
    const overAt = performance.now() + awayWallMsMax;
    let isOpen = true;
    for (let delayMs = RETRY_WALL_MS_MIN; ; delayMs = Math.min(delayMs * 2, RETRY_WALL_MS_MAX)) {
      try {
        if (!isOpen) await core.open(now());
        isOpen = true;
        return await work();
      } catch (error) {
        if (!isAway(error) || performance.now() + delayMs > overAt) throw error;
        deps.tellAway((error as Error).message, delayMs);
        isOpen = false;
        await wallDelay(delayMs);
      }
    }
  }

  /** A bucket with readings that are not ours would never balance. */
  async function refuseForeign(): Promise<void> {
    const begun = await database.reader.get("select id from influx_state");
    if (begun !== undefined) return;
    await door.prepare();
    const [answer = []] = await door.query([anyStatement]);
    if (answer.length === 0) return;
    throw new Error(
      `bucket '${target.bucket}' at ${target.url} holds readings already, and not those of this data folder; name an empty one`,
    );
  }

  const deleteDay = async (day: number): Promise<void> => {
    const from = day * DAY_MS;
    for (const statement of deleteStatements(from, from + DAY_MS)) await door.query([statement]);
  };

  /** Days that are not as they were when they were carried, or were only begun, go from InfluxDB. */
  async function clearChanged(notes: Map<string, CarriedNote>): Promise<void> {
    const noted = new Map([...notes.values()].map(({ day }) => [day.day, day]));
    const present = new Map(source.days.map((each) => [each.day, each]));
    for (const day of new Set([...noted.keys(), ...present.keys()])) {
      if (isSame(noted.get(day), present.get(day))) continue;
      await deleteDay(day);
      await forgetCarried(database, day);
      for (const [name, note] of notes) if (note.day.day === day) notes.delete(name);
    }
  }

  async function begin(): Promise<Map<string, CarriedNote>> {
    await refuseForeign();
    const { series: known } = await core.open(now());
    pinned = await loadDeviceTags(database);
    const notes = await loadCarried(database);
    await whileAway(() => clearChanged(notes));
    const ids = new Set(known.map(({ seriesId }) => seriesId));
    const newSeries = source.state.series.filter(({ seriesId }) => !ids.has(seriesId));
    const columns = { length: 0, ...emptyColumns() };
    await whileAway(() => core.append({ ...batchOf(columns), newSeries }));
    return notes;
  }

  /** Of one device after the other; those that it has already it is told again, which changes nothing. */
  function batchOf(columns: ReadingColumns): TaggedBatch {
    const tags = new Map<string, DeviceTags>();
    let before: string | undefined;
    for (let row = 0; row < columns.length; row += 1) {
      const deviceId = series.get(columns.seriesId[row] ?? 0)?.deviceId ?? "";
      if (deviceId === before) continue;
      before = deviceId;
      if (!tags.has(deviceId)) tags.set(deviceId, tagsOf(deviceId));
    }
    // Its place in the journal it is given at the end, when all is there.
    return { columns, tags, newSeries: [], ledger: { ...NO_LEDGER }, position: 0 };
  }

  function tagsOf(deviceId: string): DeviceTags {
    const known = pinned.get(deviceId) ?? deps.tagsOf(deviceId);
    pinned.set(deviceId, known);
    return known;
  }

  function classesOf({ seriesId, length }: ReadingColumns): Record<string, number> {
    const values: Record<string, number> = {};
    for (const id of seriesId.subarray(0, length)) {
      const slug = tagsOf(series.get(id)?.deviceId ?? "").class;
      values[slug] = (values[slug] ?? 0) + 1;
    }
    return values;
  }

  /** Answers how many values InfluxDB refused. */
  async function write(columns: ReadingColumns): Promise<number> {
    const batches: Promise<{ refused: number }>[] = [];
    for (let from = 0; from < columns.length; from += ROWS_A_BATCH) {
      const part = partOf(columns, from, Math.min(columns.length, from + ROWS_A_BATCH));
      batches.push(core.append(batchOf(part)));
    }
    return (await Promise.all(batches)).reduce((sum, { refused }) => sum + refused, 0);
  }

  async function carrySlice(day: ExportedDay, slice: DaySlice): Promise<CarriedNote> {
    const columns = await source.read(slice);
    const refused = await whileAway(() => write(columns));
    const note = { day, values: classesOf(columns), refused };
    await noteCarried(database, slice, note);
    return note;
  }

  return {
    ...{ door, whileAway },
    async carry() {
      const notes = await begin();
      for (const day of source.days) {
        for (const slice of await source.slices(day.day)) {
          const name = nameOfSlice(slice);
          const isDone = notes.has(name);
          if (!isDone) notes.set(name, await carrySlice(day, slice));
          progress.done += slice.rows;
          progress.now += isDone ? 0 : slice.rows;
          deps.tell(progress);
        }
      }
      return notes;
    },
    async close() {
      await core.close();
      door.close();
    },
  };
}

const isSame = (a: ExportedDay | undefined, b: ExportedDay | undefined): boolean =>
  a?.rows === b?.rows && a?.receivedMax === b?.receivedMax;

function isAway(error: unknown): boolean {
  const fault = error instanceof InfluxFault ? error : (error as Error).cause;
  return fault instanceof InfluxFault && fault.kind === "away";
}

const emptyColumns = () => ({
  ...{ seriesId: new Int32Array(), flags: new Uint16Array(), value: new Float64Array() },
  ...{ observedAt: new Float64Array(), receivedAt: new Float64Array() },
});

function partOf(columns: ReadingColumns, from: number, to: number): ReadingColumns {
  const parts = Object.entries(columns).map(([name, column]: [string, unknown]) => [
    name,
    ArrayBuffer.isView(column) ? (column as Float64Array).subarray(from, to) : to - from,
  ]);
  return Object.fromEntries(parts) as ReadingColumns;
}
