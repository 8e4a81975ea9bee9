/**
 * Readings in InfluxDB, or in what speaks its write call. Answers the contract of a reading store; a thread
 * of its own writes and asks, so that the main thread does nothing a value but hand columns over.
 */
import type { Worker } from "node:worker_threads";
import type { Clock } from "../../../model/clock.ts";
import { GridwardenError } from "../../../model/errors.ts";
import type { Log } from "../../../model/log.ts";
import type { Metrics } from "../../../model/metrics.ts";
import type { ReadingColumns, ReadingStore, ReplaceBatch, Series } from "../reading-store.ts";
import { createStoreMetrics, type Pending } from "../store-metrics.ts";
import type { AppendReport, InfluxCore } from "./influx-core.ts";
import type { FromThread } from "./influx-thread.ts";
import type { DeviceTags } from "./layout.ts";
import { createRollupTicks } from "./rollup-ticks.ts";

export { finishCarried, forgetCarried, loadRefused } from "./carried-notes.ts";
export { type CarryProgress, createCarrier } from "./carry.ts";
export { type Balance, compareSample, countBalance, type Sample } from "./carry-balance.ts";
export { createInfluxCore, type InfluxStoreOptions } from "./influx-core.ts";
export { createInfluxDoor, type InfluxDoor, type InfluxTarget } from "./influx-door.ts";
export { influxMigrations } from "./influx-state.ts";
export { logBy, serveCore } from "./influx-thread.ts";
export { type DeviceTags, NO_TAGS } from "./layout.ts";
export { type Point, pointLine } from "./points.ts";
export { writeTexts } from "./write-texts.ts";

export interface InfluxStoreDeps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** A thread in which `serveCore` answers. */
  startThread(): Worker;
  /** Whose the device's readings are now; the same object while they are the same. */
  tagsOf(deviceId: string): DeviceTags;
}

const CLOSE_MS_MAX = 8_000;

interface Asked {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export function createInfluxStore(deps: InfluxStoreDeps): ReadingStore {
  const { clock } = deps;
  const log = deps.log.of("store");
  const totals = { rows: 0, bytes: 0, sealedDays: 0 };
  const pending: Pending = { batches: 0, rows: 0, queries: 0 };
  const counts = createStoreMetrics(deps.metrics, totals, pending);
  const refusedValues = deps.metrics.counter(
    "gridwarden_store_refused_values_total",
    "Values that InfluxDB refused; kept aside with the reason.",
  );
  const asked = new Map<number, Asked>();
  let lastId = 0;
  let thread: Worker | undefined;
  let failure: GridwardenError | undefined;
  /** By series: its device, and the tags that the thread has of it. */
  let known: { deviceId: string; sent: DeviceTags | undefined }[] = [];

  const failed = (text: string): GridwardenError => new GridwardenError("STORE_FAILED", text);

  /** Without its thread the store answers nothing until it is opened again. */
  function fail(error: GridwardenError): void {
    log.error(error.message);
    failure = error;
    for (const [, { reject }] of asked) reject(error);
    asked.clear();
  }

  function hear(message: FromThread): void {
    if (message.kind === "log") {
      log[message.level](message.text, { ...message.about });
      return;
    }
    const one = asked.get(message.id);
    asked.delete(message.id);
    if (message.kind === "answered") one?.resolve(message.answer);
    else one?.reject(failed(message.text));
  }

  function begin(): Worker {
    const begun = deps.startThread();
    begun.on("message", (message: FromThread) => {
      if (begun === thread) hear(message);
    });
    begun.once("error", (error) => {
      if (begun === thread) fail(failed(`the store's thread: ${error.message}`));
    });
    begun.once("exit", (code) => {
      if (begun === thread) fail(failed(`the store's thread ended with ${code}`));
    });
    return begun;
  }

  function ask<K extends keyof InfluxCore>(
    kind: K,
    ask: Parameters<InfluxCore[K]>,
    transfer: ArrayBuffer[] = [],
  ): ReturnType<InfluxCore[K]> {
    const answer = new Promise<unknown>((resolve, reject) => {
      if (failure !== undefined) throw failure;
      if (thread === undefined) throw failed("the store is not open");
      lastId += 1;
      asked.set(lastId, { resolve, reject });
      thread.postMessage({ kind, id: lastId, ask }, transfer);
    });
    return answer as ReturnType<InfluxCore[K]>;
  }

  function query<K extends "lookup" | "query" | "queryColumns">(
    kind: K,
    question: Parameters<InfluxCore[K]>,
  ): ReturnType<InfluxCore[K]> {
    pending.queries += 1;
    const answer = ask(kind, question);
    const settled = (): void => {
      pending.queries -= 1;
    };
    answer.then(settled, settled);
    return answer;
  }

  /** Of the devices of these rows whose tags the thread has not, or has others of. */
  function tagsOf({ newSeries, columns }: ReplaceBatch): Map<string, DeviceTags> {
    for (const series of newSeries) know(series);
    const changed = new Map<string, DeviceTags>();
    const { length, seriesId } = columns;
    let before = "";
    for (let row = 0; row < length; row += 1) {
      const series = known[seriesId[row] ?? 0];
      if (series === undefined || series.deviceId === before) continue;
      before = series.deviceId;
      const tags = deps.tagsOf(before);
      if (series.sent === tags) continue;
      series.sent = tags;
      changed.set(before, tags);
    }
    return changed;
  }

  function know({ seriesId, deviceId }: Series): void {
    known[seriesId] = { deviceId, sent: undefined };
  }

  function count(rows: number, { refused, seconds }: AppendReport): void {
    totals.rows += rows - refused;
    counts.stored.add(rows - refused);
    counts.commitSeconds.observe(seconds);
    if (refused > 0) refusedValues.add(refused);
  }

  const rollups = createRollupTicks({
    ...{ clock, log, metrics: deps.metrics },
    rollUp: (now) => ask("rollUp", [now]),
  });

  async function end(): Promise<void> {
    rollups.stop();
    const ending = thread;
    if (ending === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS_MAX);
    });
    await Promise.race([ask("close", []).catch(() => {}), late]);
    clearTimeout(timer);
    thread = undefined;
    for (const [, { reject }] of asked) reject(failed("the store is closed"));
    asked.clear();
    await ending.terminate();
  }

  return {
    async open() {
      await end();
      failure = undefined;
      known = [];
      thread = begin();
      const state = await ask("open", [clock.now()]);
      for (const series of state.series) know(series);
      totals.rows = (await ask("size", [])).rows;
      rollups.start();
      return state;
    },
    async append(batch) {
      const { columns } = batch;
      const rows = columns.length;
      const tags = tagsOf(batch);
      const transfer = memoryOf(columns);
      pending.batches += 1;
      pending.rows += rows;
      try {
        const report = await ask("append", [{ ...batch, tags }], transfer);
        count(rows, report);
        return report.refused;
      } catch (error) {
        counts.failures.add(1);
        throw error;
      } finally {
        pending.batches -= 1;
        pending.rows -= rows;
      }
    },
    replace: (batch) =>
      ask("replace", [{ ...batch, tags: tagsOf(batch) }], memoryOf(batch.columns)),
    lookup: (keys) => query("lookup", [keys]),
    query: (question) => query("query", [question]),
    queryColumns: (question) => query("queryColumns", [question]),
    maintain: (now) => ask("maintain", [now]),
    size: () => ask("size", []),
    close: end,
  };
}

const memoryOf = (columns: ReadingColumns): ArrayBuffer[] =>
  Object.values(columns).flatMap((part) =>
    ArrayBuffer.isView(part) ? [part.buffer as ArrayBuffer] : [],
  );
