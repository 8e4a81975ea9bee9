/**
 * Readings in the data folder: DuckDB in one worker thread. Answers the contract of a reading store;
 * the main thread only hands columns over. What a batch holds, its position and its ledger are one
 * commit, synced to disk before the promise settles. One process at a time may hold the directory.
 * After a failed commit nothing is taken until `open()` is called again.
 */

import path from "node:path";
import type { Worker } from "node:worker_threads";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Log } from "../../model/log.ts";
import type { Metrics } from "../../model/metrics.ts";
import { startThread } from "../../model/worker-thread.ts";
import type {
  IdentityKey,
  ReadingColumns,
  ReadingQuery,
  ReadingStore,
  ReplaceBatch,
  SeriesPoints,
  StoreBatch,
  StoreState,
} from "./reading-store.ts";
import { explain } from "./store-failure.ts";
import type {
  Conversation,
  FromWorker,
  Kind,
  LookupKeys,
  MaintainReport,
  PointColumns,
  StoreSettings,
  Totals,
} from "./store-messages.ts";
import { createStoreMetrics, type Pending } from "./store-metrics.ts";

export { openExport, type StoreExport } from "./export.ts";
export { snapshotReadings } from "./snapshot.ts";

export interface EmbeddedStoreOptions extends Partial<Omit<StoreSettings, "directory">> {
  directory: string;
  /** Rows that wait to be committed; beyond it the store fails, for its caller does not wait. */
  pendingRowsMax?: number;
  /** Queries and look-ups that wait; beyond it a query is refused. */
  pendingQueriesMax?: number;
}

const DEFAULTS: Omit<StoreSettings, "directory"> = {
  threads: 1,
  memoryBytesMax: 96 * 1024 * 1024,
  walBytesMax: 16 * 1024 * 1024,
  commitPauseMs: 40,
  commitRowsMax: 100_000,
  partRowsMax: 500_000,
  sealDelayMs: 3_600_000,
  lateRowsMin: 1_000,
  lateShareMin: 0.01,
  identityDays: LIMITS.identityDaysMin,
  queryMsMax: 30_000,
};
const PENDING_ROWS_MAX = 4_000_000;
const PENDING_QUERIES_MAX = 256;
const CLOSE_MS_MAX = 8_000;

/** DuckDB's lock does not keep two stores of one process apart. */
const held = new Set<string>();

interface Asked {
  kind: Kind;
  rows: number;
  resolve(answer: Conversation[Kind]["answer"]): void;
  reject(error: Error): void;
}

export function createEmbeddedStore(
  deps: { log: Log; metrics: Metrics },
  options: EmbeddedStoreOptions,
): ReadingStore {
  const { directory: given, pendingRowsMax, pendingQueriesMax, ...changed } = options;
  const directory = path.resolve(given);
  const settings: StoreSettings = { ...DEFAULTS, ...changed, directory };
  const rowsMax = pendingRowsMax ?? PENDING_ROWS_MAX;
  const queriesMax = pendingQueriesMax ?? PENDING_QUERIES_MAX;
  const log = deps.log.of("store");
  const asked = new Map<number, Asked>();
  const totals: Totals = { rows: 0, bytes: 0, sealedDays: 0 };
  const pending: Pending = { batches: 0, rows: 0, queries: 0 };
  const counts = createStoreMetrics(deps.metrics, totals, pending);
  let worker: Worker | undefined;
  let isClosing = false;
  let failure: GridwardenError | undefined;
  let position = 0;
  let lastId = 0;

  const failed = (text: string, cause?: unknown): GridwardenError =>
    new GridwardenError("STORE_FAILED", explain(text, directory), {
      details: { directory },
      cause,
    });

  const settle = (id: number, how: (one: Asked) => void): void => {
    const one = asked.get(id);
    if (one === undefined) return;
    asked.delete(id);
    if (one.kind === "append") {
      pending.batches -= 1;
      pending.rows -= one.rows;
    } else if (one.kind === "query") pending.queries -= 1;
    how(one);
  };

  const fail = (error: GridwardenError): void => {
    if (failure === undefined) {
      counts.failures.add(1);
      log.error(error.message, { directory });
    }
    failure = error;
    for (const id of [...asked.keys()]) {
      if (asked.get(id)?.kind !== "close") settle(id, (one) => one.reject(error));
    }
  };

  const hear = (message: FromWorker): void => {
    switch (message.kind) {
      case "answered":
        settle(message.id, (one) => one.resolve(message.answer));
        break;
      case "committed":
        totals.rows += message.rows;
        counts.stored.add(message.rows);
        counts.commitSeconds.observe(message.seconds);
        for (const id of message.ids) settle(id, (one) => one.resolve(undefined));
        break;
      case "refused": {
        const error = failed(message.text);
        for (const id of message.ids) settle(id, (one) => one.reject(error));
        if (message.isFatal && !isClosing) fail(error);
        break;
      }
      case "log":
        log[message.level](message.text, message.about);
        break;
    }
  };

  const ask = <K extends Kind>(
    kind: K,
    question: Conversation[K]["ask"],
    transfer: ArrayBuffer[] = [],
    rows = 0,
  ): Promise<Conversation[K]["answer"]> => {
    const to = worker;
    if (to === undefined) return Promise.reject(failure ?? failed("the store is not open"));
    return new Promise((resolve, reject) => {
      lastId += 1;
      asked.set(lastId, { kind, rows, reject, resolve: resolve as Asked["resolve"] });
      if (kind === "append") {
        pending.batches += 1;
        pending.rows += rows;
      } else if (kind === "query") pending.queries += 1;
      to.postMessage({ kind, id: lastId, ask: question }, transfer);
    });
  };

  const askQuery = async (query: ReadingQuery): Promise<PointColumns[]> => {
    if (failure !== undefined) throw failure;
    if (pending.queries >= queriesMax) {
      throw failed(`${pending.queries} queries wait already, ${queriesMax} may; ask again later`);
    }
    return ask("query", query);
  };

  const discard = async (): Promise<void> => {
    const old = worker;
    if (old === undefined) return;
    isClosing = true;
    await Promise.race([ask("close", undefined).catch(() => undefined), timeout(CLOSE_MS_MAX)]);
    worker = undefined;
    await old.terminate();
    held.delete(directory);
    for (const id of [...asked.keys()]) {
      settle(id, (one) => one.reject(failed("the store was closed")));
    }
  };

  const start = (): void => {
    if (held.has(directory)) throw failed("this process has the store open already");
    const begun = startThread("./store-worker", import.meta.url, { name: "store" });
    held.add(directory);
    worker = begun;
    failure = undefined;
    isClosing = false;
    begun.on("message", hear);
    begun.on("error", (error) => fail(failed(`the worker broke: ${error.message}`, error)));
    begun.on("exit", (code) => {
      if (worker !== begun) return;
      worker = undefined;
      held.delete(directory);
      if (!isClosing) fail(failed(`the worker ended with code ${code}`));
    });
  };

  return {
    async open(): Promise<StoreState> {
      if (/[*?[\]]/.test(directory)) {
        throw failed("the directory's name has one of * ? [ ], which stand for patterns");
      }
      if (worker !== undefined && failure === undefined) throw failed("the store is open already");
      await discard();
      start();
      try {
        const { state, totals: found } = await ask("open", settings);
        Object.assign(totals, found);
        position = state.position;
        log.info("store of readings opened", { position, ...found, series: state.series.length });
        return state;
      } catch (error) {
        await discard();
        throw error;
      }
    },

    async append(batch: StoreBatch): Promise<number> {
      if (failure !== undefined) throw failure;
      if (batch.position < position) {
        throw failed(`a batch at position ${batch.position} comes after one at ${position}`);
      }
      const rows = batch.columns.length;
      if (pending.rows > 0 && pending.rows + rows > rowsMax) {
        fail(failed(`${pending.rows} rows wait to be committed, ${rowsMax} may`));
      }
      if (failure !== undefined) throw failure;
      position = batch.position;
      await ask("append", batch, buffersOf(batch.columns), rows);
      return 0;
    },

    async replace({ newSeries, columns }: ReplaceBatch): Promise<void> {
      if (failure !== undefined) throw failure;
      // In the order of the batches: the next of them may have rows of these, and does not wait for sealed days.
      const named =
        newSeries.length > 0 && ask("append", { ...NOTHING, newSeries, position }, [], 0);
      const replaced = ask("replace", { newSeries: [], columns }, buffersOf(columns));
      await Promise.all([named, replaced]);
    },

    async lookup(keys: IdentityKey[]): Promise<(number | undefined)[]> {
      if (failure !== undefined) throw failure;
      if (keys.length === 0) return [];
      const found = await ask("lookup", keyColumns(keys));
      return Array.from(found, (value) => (Number.isNaN(value) ? undefined : value));
    },

    query: async (query) => (await askQuery(query)).map(asPairs),
    queryColumns: (query) => askQuery({ ...query, goodOnly: false }),

    async maintain(now: number): Promise<void> {
      if (failure !== undefined) throw failure;
      try {
        const report = await ask("maintain", now);
        note(report);
      } catch (error) {
        if (!isClosing) counts.failures.add(1);
        throw error;
      }
    },

    async size(): Promise<{ bytes: number; rows: number }> {
      if (failure !== undefined) throw failure;
      Object.assign(totals, await ask("size", undefined));
      return { bytes: totals.bytes, rows: totals.rows };
    },

    close: discard,
  };

  function note(report: MaintainReport): void {
    const { rows, bytes, sealedDays, sealedRows, sealedSeconds, duplicates, droppedRows } = report;
    Object.assign(totals, { rows, bytes, sealedDays });
    counts.duplicates.add(duplicates);
    counts.dropped.add(droppedRows);
    if (sealedRows > 0) {
      counts.sealSeconds.observe(sealedSeconds);
      log.info("sealed days that are over", { sealedRows, sealedSeconds, bytes, sealedDays });
    }
    if (duplicates > 0) {
      log.warn("readings were stored twice; the first ones were kept", { duplicates });
    }
  }
}

/** The columns' memory, each piece once. */
const NOTHING: Pick<StoreBatch, "columns" | "ledger"> = {
  columns: {
    length: 0,
    seriesId: new Int32Array(),
    observedAt: new Float64Array(),
    receivedAt: new Float64Array(),
    value: new Float64Array(),
    flags: new Uint16Array(),
  },
  ledger: { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 },
};

function buffersOf(columns: ReadingColumns): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const column of Object.values(columns)) {
    if (ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer) {
      buffers.add(column.buffer);
    }
  }
  return [...buffers];
}

function keyColumns(keys: readonly IdentityKey[]): LookupKeys {
  return {
    seriesId: Int32Array.from(keys, (key) => key.seriesId),
    key: Float64Array.from(keys, (key) => key.key),
    isSeq: Uint8Array.from(keys, (key) => Number(key.isSeq)),
  };
}

function asPairs({ seriesId, at, value, truncated }: PointColumns): SeriesPoints {
  const points = Array.from(at, (ms, index): [number, number] => [ms, value[index] ?? 0]);
  return { seriesId, points, truncated };
}

async function timeout(delayMs: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, delayMs).unref();
  });
}
