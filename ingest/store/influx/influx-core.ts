/**
 * The work of the store in InfluxDB, as its thread does it: a batch is noted on our own disk, written, and
 * counts when the server has confirmed it. A line that the server will not have is put aside alone;
 * anything else that goes wrong stops the store until it is opened again, and meanwhile the journal keeps
 * what it lacks.
 */
import { DAY_MS, type Instant } from "../../../model/clock.ts";
import type { Database } from "../../../model/database.ts";
import { GridwardenError } from "../../../model/errors.ts";
import { LIMITS } from "../../../model/limits.ts";
import { timeZone } from "../../../model/local-time.ts";
import type { Log } from "../../../model/log.ts";
import type {
  IdentityKey,
  Ledger,
  ReadingQuery,
  ReadingStore,
  Series,
  SeriesColumns,
  SeriesPoints,
  StoreBatch,
  StoreState,
} from "../reading-store.ts";
import { createInfluxDoor, InfluxFault, type InfluxTarget } from "./influx-door.ts";
import { type KeptState, loadState, noteIntent, noteRefused, saveNewest } from "./influx-state.ts";
import { joinColumns } from "./intents.ts";
import { type DeviceTags, fieldKey, headOf, type LineHead, NO_TAGS } from "./layout.ts";
import { type Lines, linesOf } from "./lines.ts";
import { createNewestTable, type NewestTable } from "./newest-table.ts";
import {
  bucketed,
  bucketPoints,
  bucketStatement,
  isServerSide,
  keyAsks,
  keyStatement,
  rawColumns,
  rawStatement,
  readKeys,
} from "./queries.ts";
import { deletion, keptBy } from "./retention.ts";
import { createRollups, type RollupReport, type Rollups } from "./rollups.ts";
import { type RefusedLine, writeLines } from "./write-lines.ts";

export interface InfluxCoreDeps {
  log: Log;
  /** On our own disk, with `influxMigrations`; nobody else writes there. */
  database: Database;
}

export interface InfluxStoreOptions extends InfluxTarget {
  /** Series of InfluxDB (a device in a period) that may be made; beyond it rows are put aside. */
  seriesMax?: number;
  /** Whose days are rolled up; else those of UTC. */
  timeZone?: string;
}

/** A batch with the tags of those of its devices that have others than before. */
export interface TaggedBatch extends StoreBatch {
  tags: ReadonlyMap<string, DeviceTags>;
}

export interface AppendReport {
  /** Values that were put aside; the ledger that is kept here counts them so. */
  refused: number;
  /** Of the call that wrote it. */
  seconds: number;
}

export interface InfluxCore extends Omit<ReadingStore, "open" | "append"> {
  open(now: Instant): Promise<StoreState>;
  append(batch: TaggedBatch): Promise<AppendReport>;
  /** Rolls up what one query does, of what is due; what fails waits on. @throws STORE_FAILED */
  rollUp(now: Instant): Promise<RollupReport>;
}

const ROWS_A_WRITE = 30_000;
/** After so many rows the newest ones are saved, and the batches before them forgotten. */
const ROWS_A_SAVING = 500_000;
const STATEMENTS_A_QUERY = 50;
const REFUSED_KEPT = 10_000;
/** Points of a series that are gathered for what the server does not compute. */
const GATHERED_MAX = 1_000_000;
const MARKER = "gridwarden_store";

interface Waiting {
  batch: TaggedBatch;
  resolve(report: AppendReport): void;
  reject(error: Error): void;
}

interface SeriesHead {
  head: LineHead;
  measurement: string;
  /** Key of its value in a line. */
  field: string;
  /** Of the class by which it is rolled up; empty where it is not. */
  slug: string;
}

/** What is held while the store is open. */
interface Open {
  state: KeptState;
  newest: NewestTable;
  series: Map<number, Series>;
  heads: Map<number, SeriesHead | undefined>;
  /** A device in a period; what was made with other tags before counts no more. */
  lineHeads: Map<string, LineHead>;
  position: number;
  seq: number;
  confirmedSeq: number;
  unsavedRows: number;
  /** Noted and not put aside. */
  rows: number;
  rollups: Rollups;
  /** When what is past its retention was deleted for the last time. */
  droppedAt: Instant;
}

export function createInfluxCore(deps: InfluxCoreDeps, options: InfluxStoreOptions): InfluxCore {
  const { database, log } = deps;
  const { seriesMax = LIMITS.influxSeriesMax, timeZone: zoneName = "UTC", ...target } = options;
  const where = `InfluxDB '${target.bucket}' at ${target.url}`;
  let door = createInfluxDoor(target);
  let open: Open | undefined;
  let failure: GridwardenError | undefined;
  const queue: Waiting[] = [];
  /** Settles with the newest batch that was handed in, and so with all before it. */
  let newestAppend: Promise<unknown> = Promise.resolve();
  let pumping: Promise<void> | undefined;
  let saving = Promise.resolve();
  let ledger: Ledger;

  function failed(error: unknown): GridwardenError {
    const text = `${where}: ${explained(error)}`;
    return new GridwardenError("STORE_FAILED", text, { cause: error });
  }

  function stop(error: unknown): void {
    failure ??= failed(error);
    for (const { reject } of queue.splice(0)) reject(failure);
  }

  function needOpen(): Open {
    if (failure !== undefined) throw failure;
    if (open === undefined) throw failed(new Error("the store is not open"));
    return open;
  }

  /** Whose the series' rows are; nothing where it is beyond the budget. */
  function headOfSeries(held: Open, seriesId: number): SeriesHead | undefined {
    const known = held.heads.get(seriesId);
    if (known !== undefined || held.heads.has(seriesId)) return known;
    const series = held.series.get(seriesId);
    const head = series && lineHead(held, series);
    const found = head &&
      series && {
        ...{ head, measurement: series.measurement, field: fieldKey(series.measurement) },
        slug: slugOf(held.state, series),
      };
    held.heads.set(seriesId, found);
    if (found !== undefined) held.rollups.meet(found.slug, found.measurement);
    return found;
  }

  /** What a device itself says of a period is none of ours to roll up. */
  const slugOf = ({ tags }: KeptState, { deviceId, period }: Series): string =>
    period === "instant" ? (tags.get(deviceId)?.class ?? "") : "";

  function rollupsOf(state: KeptState): Rollups {
    const zone = timeZone(zoneName);
    const rollups = createRollups({ database, log, door, zone }, state.windows);
    for (const series of state.series) rollups.meet(slugOf(state, series), series.measurement);
    return rollups;
  }

  function lineHead(held: Open, series: Series): LineHead | undefined {
    const name = `${series.deviceId} ${series.period}`;
    const known = held.lineHeads.get(name);
    if (known !== undefined) return known;
    if (held.lineHeads.size >= seriesMax) return undefined;
    const head = headOf(series, held.state.tags.get(series.deviceId) ?? NO_TAGS);
    held.lineHeads.set(name, head);
    return head;
  }

  /** Lines of these devices begin otherwise from now on. */
  function changedTags(held: Open, group: readonly Waiting[]): Map<string, DeviceTags> {
    const changed = new Map<string, DeviceTags>();
    for (const { batch } of group) {
      for (const [deviceId, tags] of batch.tags) {
        const before = held.state.tags.get(deviceId);
        if (before !== undefined && isSame(before, tags)) continue;
        changed.set(deviceId, tags);
        held.state.tags.set(deviceId, tags);
      }
    }
    if (changed.size > 0) forgetHeads(held, changed);
    return changed;
  }

  function forgetHeads(held: Open, devices: ReadonlyMap<string, unknown>): void {
    for (const [name] of held.lineHeads) {
      if (devices.has(name.slice(0, name.lastIndexOf(" ")))) held.lineHeads.delete(name);
    }
    for (const [seriesId] of held.heads) {
      const series = held.series.get(seriesId);
      if (series !== undefined && devices.has(series.deviceId)) held.heads.delete(seriesId);
    }
  }

  /** One at a time; what comes while it ends begins another. */
  function startPump(): void {
    pumping ??= pump().finally(() => {
      pumping = undefined;
      if (queue.length > 0 && failure === undefined && open !== undefined) startPump();
    });
  }

  /** What is noted next is prepared while the server takes the one before. */
  async function pump(): Promise<void> {
    let writing = Promise.resolve();
    while (queue.length > 0 && failure === undefined && open !== undefined) {
      const held = open;
      const group = takeGroup();
      try {
        const written = await prepare(held, group);
        await writing;
        if (failure !== undefined) throw failure;
        writing = confirm(held, group, written);
      } catch (error) {
        queue.unshift(...group);
        stop(error);
      }
      if (queue.length > 0) continue;
      await writing;
      if (held.unsavedRows >= ROWS_A_SAVING && failure === undefined) await save(held).catch(stop);
    }
    await writing;
  }

  function takeGroup(): Waiting[] {
    let rows = 0;
    let count = 0;
    for (const { batch } of queue) {
      if (count > 0 && rows + batch.columns.length > ROWS_A_WRITE) break;
      rows += batch.columns.length;
      count += 1;
    }
    return queue.splice(0, count);
  }

  /** On our own disk when it settles. */
  async function prepare(held: Open, group: readonly Waiting[]) {
    const columns = joinColumns(group.map(({ batch }) => batch.columns));
    const newSeries = group.flatMap(({ batch }) => batch.newSeries);
    for (const series of newSeries) held.series.set(series.seriesId, series);
    const tags = changedTags(held, group);
    for (const { batch } of group) {
      for (const name of Object.keys(ledger) as (keyof Ledger)[])
        ledger[name] += batch.ledger[name];
    }
    held.seq += 1;
    held.rows += columns.length;
    const { seq, confirmedSeq, rows } = held;
    const position = group.at(-1)?.batch.position ?? held.position;
    const windows = held.rollups.touch(seq, columns, (id) => headOfSeries(held, id)?.slug ?? "");
    await noteIntent(database, {
      ...{ seq, columns, newSeries, tags, position, confirmedSeq, rows, windows },
      // As it stands now: what is put aside meanwhile belongs to a later number.
      ledger: { ...ledger },
    });
    held.newest.take(columns);
    held.unsavedRows += columns.length;
    return { seq, lines: linesOf(columns, (id) => headOfSeries(held, id)) };
  }

  async function confirm(
    held: Open,
    group: readonly Waiting[],
    { seq, lines }: Awaited<ReturnType<typeof prepare>>,
  ): Promise<void> {
    const begunAt = performance.now();
    try {
      const refused = await writeAll(lines);
      takeConfirmed(held, seq, refused);
      const seconds = (performance.now() - begunAt) / 1_000;
      // Of several batches in one call nobody knows whose they were: the last one tells.
      for (const [n, { resolve }] of group.entries()) {
        resolve({ seconds, refused: n === group.length - 1 ? refused : 0 });
      }
    } catch (error) {
      queue.unshift(...group);
      stop(error);
    }
  }

  /** What was put aside counts so from the moment on in which the batch counts as confirmed. */
  function takeConfirmed(held: Open, seq: number, refused: number): void {
    held.confirmedSeq = seq;
    held.rollups.confirm(seq);
    held.rows -= refused;
    ledger.stored -= refused;
    ledger.putAside += refused;
  }

  /** Each line is there when it settles, or was put aside; answers how many values were. */
  async function writeAll(lines: Lines): Promise<number> {
    const refused = await writeLines(door, lines);
    const { headless } = lines;
    if (headless > 0) {
      const reason = `the budget of ${seriesMax} series is spent`;
      refused.push({ line: `${headless} values of further series`, reason, values: headless });
    }
    return refused.length === 0 ? 0 : await putAside(refused);
  }

  async function putAside(refused: readonly RefusedLine[]): Promise<number> {
    const values = refused.reduce((sum, each) => sum + each.values, 0);
    log.error(`${where} refused ${values} values; they are put aside`, {
      lines: refused.length,
      first: refused[0]?.line.slice(0, 200),
      reason: refused[0]?.reason,
    });
    await noteRefused(database, refused, REFUSED_KEPT);
    return values;
  }

  /** One at a time: a later one forgets batches that an earlier one has to have saved. */
  function save(held: Open): Promise<void> {
    saving = saving.catch(() => {}).then(() => saveNow(held));
    return saving;
  }

  async function saveNow(held: Open): Promise<void> {
    const { confirmedSeq, rows } = held;
    const changed = held.newest.takeChanged();
    try {
      await saveNewest(database, changed, { confirmedSeq, rows, ledger: { ...ledger } });
    } catch (error) {
      held.newest.markChanged(changed);
      throw error;
    }
    held.unsavedRows = 0;
  }

  /** Settles with everything that was appended before. */
  async function drained(): Promise<Open> {
    const held = needOpen();
    await newestAppend;
    if (failure !== undefined) throw failure;
    return held;
  }

  async function ask<T>(work: (held: Open) => Promise<T>): Promise<T> {
    try {
      return await work(await drained());
    } catch (error) {
      throw error instanceof GridwardenError ? error : failed(error);
    }
  }

  /** Answers of many statements, a few of them a call. */
  async function askAll(statements: readonly string[]) {
    const answers: Awaited<ReturnType<typeof door.query>> = [];
    for (let from = 0; from < statements.length; from += STATEMENTS_A_QUERY) {
      answers.push(...(await door.query(statements.slice(from, from + STATEMENTS_A_QUERY))));
    }
    return answers;
  }

  /** The bucket holds the readings that our own state speaks of, and no other's. */
  async function checkMarker({ storeId, isNew, position }: KeptState): Promise<void> {
    const [answer] = await door.query([`SELECT last("id") AS "id" FROM "${MARKER}"`]);
    const found = answer?.[0]?.values[0]?.[1];
    if (found === undefined || found === null) {
      if (isNew || position === 0) return;
      throw new Error(
        `it holds nothing of this data folder, whose readings go up to position ${position}; bring the bucket back, or name the one that has them`,
      );
    }
    if (found === storeId) return;
    throw new Error(
      "it holds the readings of another data folder; name an empty bucket, or the data folder that belongs to it",
    );
  }

  async function leaveMarker({ storeId }: KeptState, now: Instant): Promise<void> {
    await door.write([`${MARKER} id="${storeId}" ${Math.floor(now)}000000`]);
  }

  /** Once a day what is past its retention. */
  async function drop(held: Open, now: Instant): Promise<void> {
    if (Math.abs(now - held.droppedAt) < DAY_MS) return;
    const slugOf = (deviceId: string): string => held.state.tags.get(deviceId)?.class ?? "";
    const kept = keptBy(held.series.values(), slugOf, now);
    await held.rollups.forget(kept, async () => {
      for (const each of kept) await door.query([deletion(each)]);
    });
    held.droppedAt = now;
  }

  /** What was noted and perhaps not confirmed is written again as it was. */
  async function redo(held: Open): Promise<void> {
    for (const { seq, columns } of held.state.intents) {
      if (seq > held.confirmedSeq) {
        const lines = linesOf(columns, (id) => headOfSeries(held, id));
        takeConfirmed(held, seq, await writeAll(lines));
      }
    }
  }

  return {
    async open(now): Promise<StoreState> {
      failure = undefined;
      open?.rollups.stop();
      open = undefined;
      door.close();
      door = createInfluxDoor(target);
      try {
        await door.prepare();
        const state = await loadState(database);
        await checkMarker(state);
        await leaveMarker(state, now);
        ledger = { ...state.ledger };
        const { position, confirmedSeq } = state;
        const newest = createNewestTable(state.newest);
        for (const { columns } of state.intents) newest.take(columns);
        const held: Open = {
          ...{ state, newest, position, confirmedSeq, unsavedRows: 0 },
          // Batches without rows take a number and leave no intent.
          seq: Math.max(confirmedSeq, state.intents.at(-1)?.seq ?? 0),
          series: new Map(state.series.map((each) => [each.seriesId, each])),
          heads: new Map(),
          lineHeads: new Map(),
          ...{ rows: state.rowCount, droppedAt: Number.NEGATIVE_INFINITY },
          rollups: rollupsOf(state),
        };
        for (const each of state.series) lineHead(held, each);
        await redo(held);
        await save(held);
        state.intents = [];
        state.newest = [];
        state.windows = [];
        open = held;
        const series = state.series.map((each) => ({ ...each, ...newest.of(each.seriesId) }));
        return { position, ledger: { ...ledger }, series };
      } catch (error) {
        throw error instanceof GridwardenError && error.code !== "STORE_FAILED"
          ? error
          : failed(error);
      }
    },

    async append(batch) {
      const held = needOpen();
      if (batch.position < held.position) {
        throw failed(
          new Error(`a batch up to position ${batch.position} comes behind ${held.position}`),
        );
      }
      held.position = batch.position;
      const appended = new Promise<AppendReport>((resolve, reject) => {
        queue.push({ batch, resolve, reject });
      });
      newestAppend = appended.catch(() => {});
      startPump();
      return await appended;
    },

    lookup: (keys: IdentityKey[]) =>
      ask(async ({ series }) => {
        const found: (number | undefined)[] = keys.map(() => undefined);
        const asks = keyAsks(keys, (seriesId) => series.get(seriesId));
        const answers = await askAll(asks.map(keyStatement));
        for (const [n, each] of asks.entries()) readKeys(each, answers[n] ?? [], found);
        return found;
      }),

    query: (query: ReadingQuery) =>
      ask(async ({ series }): Promise<SeriesPoints[]> => {
        const { bucket, pointsPerSeriesMax: max } = query;
        const known = query.seriesIds.flatMap((id) => series.get(id) ?? []);
        const isGathered = bucket !== undefined && !isServerSide(bucket.fn);
        const limit = (isGathered ? GATHERED_MAX : max) + 1;
        const { goodOnly } = query;
        const answers = await askAll(
          known.map((each) =>
            bucket === undefined || isGathered
              ? rawStatement(each, query, { goodOnly, limit })
              : bucketStatement(each, query, limit),
          ),
        );
        const byId = new Map(known.map(({ seriesId }, n) => [seriesId, answers[n] ?? []]));
        return query.seriesIds.map((seriesId) => {
          const answer = byId.get(seriesId) ?? [];
          const points = pointsOf(seriesId, answer, query);
          return { seriesId, points: points.slice(0, max), truncated: points.length > max };
        });
      }),

    queryColumns: ({ seriesIds, pointsPerSeriesMax: max, ...span }) =>
      ask(async ({ series }): Promise<SeriesColumns[]> => {
        const known = seriesIds.flatMap((id) => series.get(id) ?? []);
        const answers = await askAll(
          known.map((each) => rawStatement(each, span, { goodOnly: false, limit: max + 1 })),
        );
        const byId = new Map(known.map(({ seriesId }, n) => [seriesId, answers[n] ?? []]));
        return seriesIds.map((id) => rawColumns(id, byId.get(id) ?? [], max));
      }),

    async rollUp(now) {
      try {
        return await needOpen().rollups.rollNext(now);
      } catch (error) {
        throw error instanceof GridwardenError ? error : failed(error);
      }
    },

    async maintain(now) {
      const held = needOpen();
      await ask(async () => {
        await drop(held, now);
        await leaveMarker(held.state, now);
        await save(held);
      });
    },

    size: async () => ({ bytes: 0, rows: needOpen().rows }),

    async close() {
      const held = open;
      held?.rollups.stop();
      await pumping;
      if (held !== undefined && failure === undefined) await save(held).catch(stop);
      open = undefined;
      door.close();
    },
  };
}

function pointsOf(
  seriesId: number,
  answer: Parameters<typeof bucketPoints>[1],
  { bucket, pointsPerSeriesMax }: ReadingQuery,
): [number, number][] {
  if (bucket !== undefined && isServerSide(bucket.fn)) return bucketPoints(bucket.fn, answer);
  const max = bucket === undefined ? pointsPerSeriesMax + 1 : GATHERED_MAX;
  const columns = rawColumns(seriesId, answer, max);
  if (bucket !== undefined) return bucketed(columns, bucket);
  return [...columns.at].map((at, row) => [at, columns.value[row] ?? 0]);
}

const isSame = (a: DeviceTags, b: DeviceTags): boolean =>
  a.asset === b.asset && a.class === b.class && a.grid === b.grid && a.street === b.street;

function explained(error: unknown): string {
  if (!(error instanceof InfluxFault)) return (error as Error).message;
  switch (error.kind) {
    case "denied":
      return `${error.message}; give the token the right to read and write the bucket`;
    case "missing":
      return `${error.message}; make the bucket, or correct its name`;
    default:
      return error.message;
  }
}
