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
  ReplaceBatch,
  Series,
  SeriesColumns,
  SeriesPoints,
  StoreBatch,
  StoreState,
} from "../reading-store.ts";
import { answerQuery } from "./answering.ts";
import { createInfluxDoor, InfluxFault, type InfluxTarget } from "./influx-door.ts";
import { type KeptState, loadState, noteIntent, noteRefused, saveNewest } from "./influx-state.ts";
import { joinColumns } from "./intents.ts";
import { type DeviceTags, NO_TAGS } from "./layout.ts";
import { type Lines, linesOf } from "./lines.ts";
import { createNewestTable, type NewestTable } from "./newest-table.ts";
import { keyAsks, keyStatement, rawColumns, rawStatement, readKeys } from "./queries.ts";
import { planReplacement, pointAsks, pointStatement } from "./replacing.ts";
import { deletion, keptBy } from "./retention.ts";
import { createRollups, type RollupReport, type Rollups } from "./rollups.ts";
import { createSeriesHeads, type FormerTags, type SeriesHeads, slugOf } from "./series-heads.ts";
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

export interface TaggedReplacement extends ReplaceBatch {
  tags: TaggedBatch["tags"];
}

export interface AppendReport {
  /** Values that were put aside; the ledger that is kept here counts them so. */
  refused: number;
  /** Of the call that wrote it. */
  seconds: number;
}

export interface InfluxCore extends Omit<ReadingStore, "open" | "append" | "replace"> {
  open(now: Instant): Promise<StoreState>;
  append(batch: TaggedBatch): Promise<AppendReport>;
  replace(batch: TaggedReplacement): Promise<void>;
  /** Rolls up what one query does, of what is due; what fails waits on. @throws STORE_FAILED */
  rollUp(now: Instant): Promise<RollupReport>;
}

const ROWS_A_WRITE = 30_000;
/** After so many rows the newest ones are saved, and the batches before them forgotten. */
const ROWS_A_SAVING = 500_000;
const STATEMENTS_A_QUERY = 50;
const REFUSED_KEPT = 10_000;
const MARKER = "gridwarden_store";

interface Waiting {
  batch: TaggedBatch;
  resolve(report: AppendReport): void;
  reject(error: Error): void;
}

/** Waits for its turn between batches. */
interface WaitingReplacement {
  replacement: TaggedReplacement;
  resolve(): void;
  reject(error: Error): void;
}

const isBatch = (one: Waiting | WaitingReplacement): one is Waiting => "batch" in one;

/** What is held while the store is open. */
interface Open {
  state: KeptState;
  newest: NewestTable;
  series: Map<number, Series>;
  heads: SeriesHeads;
  position: number;
  /** Of the newest batch that is noted; others may wait. */
  notedPosition: number;
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
  const queue: (Waiting | WaitingReplacement)[] = [];
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

  function rollupsOf(state: KeptState): Rollups {
    const zone = timeZone(zoneName);
    const rollups = createRollups({ database, log, door, zone }, state.windows);
    for (const series of state.series) {
      rollups.meet(slugOf(state.tags, series), series.measurement);
    }
    return rollups;
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
      const [next] = queue;
      if (next !== undefined && !isBatch(next)) {
        await writing;
        queue.shift();
        await replaceNow(held, next);
        continue;
      }
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
    const group: Waiting[] = [];
    for (const one of queue) {
      if (!isBatch(one)) break;
      const { length } = one.batch.columns;
      if (group.length > 0 && rows + length > ROWS_A_WRITE) break;
      rows += length;
      group.push(one);
    }
    queue.splice(0, group.length);
    return group;
  }

  /** On our own disk when it settles. */
  async function prepare(held: Open, group: readonly Waiting[]) {
    const columns = joinColumns(group.map(({ batch }) => batch.columns));
    const newSeries = group.flatMap(({ batch }) => batch.newSeries);
    for (const series of newSeries) held.series.set(series.seriesId, series);
    const tags = held.heads.change(group.map(({ batch }) => batch.tags));
    for (const { batch } of group) {
      for (const name of Object.keys(ledger) as (keyof Ledger)[])
        ledger[name] += batch.ledger[name];
    }
    held.seq += 1;
    held.rows += columns.length;
    const { seq, confirmedSeq, rows } = held;
    const position = group.at(-1)?.batch.position ?? held.notedPosition;
    held.notedPosition = position;
    const windows = held.rollups.touch(seq, columns, (id) => held.heads.of(id)?.slug ?? "");
    await noteIntent(database, {
      ...{ seq, columns, newSeries, tags, position, confirmedSeq, rows, windows },
      // As it stands now: what is put aside meanwhile belongs to a later number.
      ledger: { ...ledger },
    });
    held.newest.take(columns);
    held.unsavedRows += columns.length;
    return { seq, lines: linesOf(columns, held.heads.of) };
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

  async function replaceNow(held: Open, waiting: WaitingReplacement): Promise<void> {
    try {
      if (failure !== undefined) throw failure;
      const { seq, deletions, lines } = await prepareReplacement(held, waiting.replacement);
      for (const each of deletions) await door.query([each]);
      const refused = await writeAll(lines);
      held.confirmedSeq = seq;
      held.rollups.confirm(seq);
      held.rows -= refused;
      waiting.resolve();
    } catch (error) {
      // A point may be gone and not written again, and series and tags may be known here that are not noted:
      // a start does the one, and is told the other.
      stop(error);
      waiting.reject(failure ?? failed(error));
    }
  }

  /** Noted on our own disk when it settles: the rows, and what else stood in points that go. */
  async function prepareReplacement(
    held: Open,
    { newSeries, columns: rows, tags: told }: TaggedReplacement,
  ) {
    for (const series of newSeries) held.series.set(series.seriesId, series);
    const tags = held.heads.change([told]);
    const asks = pointAsks(rows, (id) => held.series.get(id));
    const devices = new Map<string, Series[]>(asks.map(({ deviceId }) => [deviceId, []]));
    for (const series of held.series.values()) devices.get(series.deviceId)?.push(series);
    const { columns, deletions, added } = planReplacement(
      rows,
      asks,
      await askAll(asks.map(pointStatement)),
      {
        seriesOf: (id) => held.series.get(id),
        seriesOfDevice: (deviceId) => devices.get(deviceId) ?? [],
        tagsOf: (deviceId) => held.state.tags.get(deviceId) ?? NO_TAGS,
      },
    );
    held.seq += 1;
    held.rows += added;
    const { seq, confirmedSeq, notedPosition: position } = held;
    const windows = held.rollups.touch(seq, columns, (id) => held.heads.of(id)?.slug ?? "");
    await noteIntent(database, {
      ...{ seq, columns, deletions, newSeries, tags, position, confirmedSeq, windows },
      ...{ ledger: { ...ledger }, rows: held.rows },
    });
    held.newest.take(columns);
    held.unsavedRows += columns.length;
    return { seq, deletions, lines: linesOf(columns, held.heads.of) };
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
    const classOf = (deviceId: string): string => held.state.tags.get(deviceId)?.class ?? "";
    const kept = keptBy(held.series.values(), classOf, now);
    await held.rollups.forget(kept, async () => {
      for (const each of kept) await door.query([deletion(each)]);
    });
    held.droppedAt = now;
  }

  /**
   * What was noted and perhaps not confirmed is written again as it was, with the tags that it had; points in
   * whose place it comes go first.
   */
  async function redo(held: Open): Promise<void> {
    const unconfirmed = held.state.intents.filter(({ seq }) => seq > held.confirmedSeq);
    const again: FormerTags[] = [];
    for (const { formerTags } of unconfirmed.toReversed()) {
      again.unshift(held.heads.exchange(formerTags));
    }
    for (const [n, { seq, columns, deletions }] of unconfirmed.entries()) {
      held.heads.exchange(again[n] ?? new Map());
      await redoDeletions(deletions);
      const lines = linesOf(columns, held.heads.of);
      takeConfirmed(held, seq, await writeAll(lines));
    }
  }

  /** A server that is there and will not delete holds nothing up. */
  async function redoDeletions(deletions: readonly string[]): Promise<void> {
    try {
      for (const each of deletions) await door.query([each]);
    } catch (error) {
      await door.prepare();
      log.error(`${where}: values that were replaced may stand beside those in their place`, {
        error: explained(error),
      });
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
        const series = new Map(state.series.map((each) => [each.seriesId, each]));
        const rollups = rollupsOf(state);
        const { tags } = state;
        const heads = createSeriesHeads({ series, tags, seriesMax, onMet: rollups.meet });
        heads.know(state.series);
        const held: Open = {
          ...{ state, newest, position, notedPosition: position, confirmedSeq, unsavedRows: 0 },
          // Batches without rows take a number and leave no intent.
          seq: Math.max(confirmedSeq, state.intents.at(-1)?.seq ?? 0),
          ...{ series, heads, rollups },
          ...{ rows: state.rowCount, droppedAt: Number.NEGATIVE_INFINITY },
        };
        await redo(held);
        await save(held);
        state.intents = [];
        state.newest = [];
        state.windows = [];
        open = held;
        const told = state.series.map((each) => ({ ...each, ...newest.of(each.seriesId) }));
        return { position, ledger: { ...ledger }, series: told };
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

    async replace(replacement) {
      needOpen();
      const replaced = new Promise<void>((resolve, reject) => {
        queue.push({ replacement, resolve, reject });
      });
      newestAppend = replaced.catch(() => {});
      startPump();
      await replaced;
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
      ask(
        ({ series }): Promise<SeriesPoints[]> =>
          answerQuery({ askAll, seriesOf: (id) => series.get(id) }, query),
      ),

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
