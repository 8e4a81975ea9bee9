/**
 * The worker thread of the embedded store. Batches that wait are committed together, in the order
 * in which they came; look-ups run between commits; queries and sealing run beside them. After a
 * commit that failed nothing more is committed until the store is opened again, so that no batch
 * ever overtakes another.
 */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { parentPort, type Transferable } from "node:worker_threads";
import { type Catalog, rowsIn, sealedDaysIn } from "./catalog.ts";
import { type Duck, openDuck } from "./duck.ts";
import { createKeyLookup, type KeyLookup } from "./key-lookup.ts";
import { createLane } from "./lane.ts";
import { createRangeQuery } from "./range-query.ts";
import type { ReadingQuery, ReplaceBatch, StoreBatch } from "./reading-store.ts";
import { replaceRows } from "./replacing.ts";
import { createRowWriter, type RowWriter } from "./row-writer.ts";
import { maintainDays } from "./sealing.ts";
import {
  bytesIn,
  createLogKeeper,
  DATABASE_FILE,
  loadCatalog,
  prepareTables,
  readState,
  upgrade,
} from "./store-file.ts";
import type {
  Conversation,
  FromWorker,
  Kind,
  LookupKeys,
  MaintainReport,
  StoreSettings,
  Totals,
  ToWorker,
} from "./store-messages.ts";

interface OpenStore {
  settings: StoreSettings;
  duck: Duck;
  catalog: Catalog;
  writer: RowWriter;
  lookup: KeyLookup;
  /** Makes a commit's log survive a power cut. */
  keepLog(): Promise<void>;
}

interface Waiting {
  id: number;
  batch: StoreBatch;
}

const port = parentPort;
if (port === null) throw new Error("this file runs as a worker thread of the store");

const writing = createLane();
const querying = createLane();
const sealing = createLane();
let store: OpenStore | undefined;
let waiting: Waiting[] = [];
let commitTimer: NodeJS.Timeout | undefined;
let commitBeganMs = -Infinity;
let failure: string | undefined;
let isClosing = false;

port.on("message", (message: ToWorker) => {
  if (message.kind === "append") append(message.id, message.ask);
  else void answer(message);
});

function send(message: FromWorker, transfer: Transferable[] = []): void {
  port?.postMessage(message, transfer);
}

async function answer(message: Exclude<ToWorker, { kind: "append" }>): Promise<void> {
  try {
    const { value, transfer } = await work(message);
    send({ kind: "answered", id: message.id, answer: value }, transfer);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    send({ kind: "refused", ids: [message.id], text, isFatal: failure !== undefined });
  }
}

interface Answer {
  value: Conversation[Kind]["answer"];
  transfer?: Transferable[];
}

async function work(message: Exclude<ToWorker, { kind: "append" }>): Promise<Answer> {
  switch (message.kind) {
    case "open":
      return { value: await open(message.ask) };
    case "replace":
      return { value: await sealing.run(() => replace(message.ask)) };
    case "lookup":
      return findKeys(message.ask);
    case "query":
      return answerQuery(message.ask);
    case "maintain":
      return { value: await sealing.run(() => maintain(message.ask)) };
    case "size":
      return { value: await totals(opened()) };
    case "close":
      return { value: await close() };
  }
}

function opened(): OpenStore {
  if (failure !== undefined) throw new Error(failure);
  if (store === undefined || isClosing) throw new Error("the store is closed");
  return store;
}

async function open(settings: StoreSettings): Promise<Conversation["open"]["answer"]> {
  await mkdir(settings.directory, { recursive: true });
  const duck = await openDuck(path.join(settings.directory, DATABASE_FILE), settings);
  try {
    await prepareTables(duck.writer);
    const catalog = await loadCatalog(duck.writer, settings.directory, (text, about) =>
      send({ kind: "log", level: "error", text, about }),
    );
    await upgrade(duck.writer, catalog);
    const state = await readState(duck.writer, catalog);
    const writer = await createRowWriter(duck, catalog, state);
    const { identityDays } = settings;
    const lookup = createKeyLookup(duck, catalog, { identityDays, betweenCommits });
    const keepLog = createLogKeeper(settings.directory);
    store = { settings, duck, catalog, writer, lookup, keepLog };
    return { state, totals: await totals(store) };
  } catch (error) {
    duck.close();
    throw error;
  }
}

function append(id: number, batch: StoreBatch): void {
  if (store === undefined || failure !== undefined || isClosing) {
    const text = failure ?? "the store is closed";
    send({ kind: "refused", ids: [id], text, isFatal: true });
    return;
  }
  waiting.push({ id, batch });
  if (commitTimer !== undefined) return;
  const pauseMs = commitBeganMs + store.settings.commitPauseMs - performance.now();
  commitTimer = setTimeout(() => void commitWaiting(), Math.max(0, pauseMs));
}

function commitWaiting(): Promise<void> {
  clearTimeout(commitTimer);
  commitTimer = undefined;
  return writing.run(async () => {
    while (store !== undefined && waiting.length > 0 && failure === undefined) {
      await commitGroup(store, takeGroup(store.settings.commitRowsMax));
    }
  });
}

function takeGroup(rowsMax: number): Waiting[] {
  let rows = 0;
  let count = 0;
  for (const { batch } of waiting) {
    rows += batch.columns.length;
    if (count > 0 && rows > rowsMax) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

async function commitGroup(
  { writer, keepLog }: OpenStore,
  group: readonly Waiting[],
): Promise<void> {
  commitBeganMs = performance.now();
  try {
    await writer.commit(group.map(({ batch }) => batch));
    await keepLog();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    failure = text;
    const ids = [...group, ...waiting].map(({ id }) => id);
    waiting = [];
    send({ kind: "refused", ids, text, isFatal: true });
    return;
  }
  send({
    kind: "committed",
    ids: group.map(({ id }) => id),
    rows: group.reduce((total, { batch }) => total + batch.columns.length, 0),
    seconds: (performance.now() - commitBeganMs) / 1000,
  });
}

function betweenCommits<T>(work: () => Promise<T>): Promise<T> {
  return writing.run(async () => {
    opened();
    return await work();
  });
}

async function findKeys(keys: LookupKeys): Promise<Answer> {
  if (waiting.length > 0) void commitWaiting();
  const value = await opened().lookup.find(keys);
  return { value, transfer: [value.buffer] };
}

async function answerQuery(query: ReadingQuery): Promise<Answer> {
  await commitWaiting();
  const { duck, catalog, settings } = opened();
  const range = createRangeQuery(duck, catalog, query);
  const overMs = performance.now() + settings.queryMsMax;
  const step = async (): Promise<boolean> => {
    opened();
    const leftMs = Math.max(0, overMs - performance.now());
    let isOver = leftMs === 0;
    const timer = setTimeout(() => {
      isOver = true;
      duck.reader.interrupt();
    }, leftMs);
    try {
      const isMore = !isOver && (await range.step());
      if (!isOver) return isMore;
    } catch (error) {
      if (!isOver) throw error;
    } finally {
      clearTimeout(timer);
    }
    throw new Error(
      `a query ran longer than ${settings.queryMsMax} ms; ask for fewer series or a shorter range`,
    );
  };
  while (await querying.run(step));
  const value = range.points();
  const transfer = value.flatMap(({ at, value: values, flags }) => [
    at.buffer,
    values.buffer,
    flags.buffer,
  ]);
  return { value, transfer };
}

async function maintain(now: number): Promise<MaintainReport> {
  const { duck, catalog, writer, settings } = opened();
  const beganMs = performance.now();
  const report = await maintainDays(
    {
      duck,
      catalog,
      writer,
      settings,
      betweenCommits,
      alone: (work) => querying.run(() => betweenCommits(work)),
      readersDone: () => querying.idle(),
    },
    now,
  );
  const sealedSeconds = (performance.now() - beganMs) / 1000;
  return { ...report, sealedSeconds, ...(await totals(opened())) };
}

/** Beside no sealing; what it cannot commit stops the store as a batch would. */
async function replace(batch: ReplaceBatch): Promise<undefined> {
  await commitWaiting();
  const { duck, catalog, writer, keepLog } = opened();
  const readersDone = (): Promise<void> => querying.idle();
  await replaceRows({ duck, catalog, writer, keepLog, betweenCommits, readersDone }, batch).catch(
    (error: unknown) => {
      failure ??= error instanceof Error ? error.message : String(error);
      throw error;
    },
  );
  return undefined;
}

async function totals({ catalog, settings }: OpenStore): Promise<Totals> {
  return {
    rows: rowsIn(catalog),
    bytes: await bytesIn(settings.directory, catalog),
    sealedDays: sealedDaysIn(catalog),
  };
}

/** Commits what waits, gives up what reads or seals, and lets the file go. */
async function close(): Promise<undefined> {
  if (store === undefined) return undefined;
  const { duck } = store;
  const committed = commitWaiting();
  isClosing = true;
  duck.sealer.interrupt();
  duck.reader.interrupt();
  await committed;
  await Promise.all([sealing.idle(), querying.idle()]);
  await writing.idle();
  store = undefined;
  duck.close();
  return undefined;
}
