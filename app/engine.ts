/**
 * The engine follows the journal: decode, judge, commit, store. A batch of uplinks becomes one
 * transaction of the judge and then one batch of the reading store, whose own position never
 * passes the judge's. After a restart what lies between the two is stored again but not judged
 * again, so a crash at any point gives exactly one alarm, one case and one order.
 * Alarms do not wait for the store: while it is away they are judged alone, and what it lacks is
 * read again from the journal when it is back.
 */
import { setTimeout as wallDelay } from "node:timers/promises";
import type { Ingest, IngestBatch } from "../ingest/ingest.ts";
import type { Ledger, ReadingStore, StoreState } from "../ingest/store/reading-store.ts";
import type { Journal } from "../journal/journal.ts";
import type { Timer } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Metrics } from "../model/metrics.ts";
import { createJudge, type JudgeDeps, type Work } from "./judge.ts";
import { createSignal } from "./mutex.ts";

export interface EngineDeps extends Omit<JudgeDeps, "openFrom" | "isRunning" | "ingest"> {
  journal: Journal;
  ingest: Ingest;
  store: ReadingStore;
  metrics: Metrics;
  /** Sends an answer to a device; what it cannot send is the device's to ask for again. */
  answer(topic: string, payload: Uint8Array): void;
}

export interface EngineStats {
  /** Position of the next uplink to judge, and the store's own. */
  judgedTo: number;
  storedTo: number;
  ledger: Ledger;
  /** Uplinks that are durable but not yet in the store. */
  pendingUplinks: number;
  isReplayed: boolean;
  /** The database does not take what is judged. */
  fault: string | undefined;
  /** The store of readings does not take what is judged. */
  storeFault: string | undefined;
}

export interface Engine {
  /** Settles when the store is open, or known to be away. @throws JOURNAL_CORRUPT */
  start(): Promise<void>;
  /** Stops after the batch in hand; everything judged is committed and stored. */
  stop(): Promise<void>;
  /** Runs `work` between batches, in one transaction with whatever alarms it causes. */
  write<T>(work: Work<T>): Promise<T>;
  /** While it is, nobody can be asked what stands at a key. */
  isStoreAway(): boolean;
  stats(): EngineStats;
}

/** A batch is judged at most this often: one sync of the database serves all that came meanwhile. */
const BATCH_PERIOD_MS = 40;
const BATCH_RECORDS_MAX = 2_000;
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** Rows on their way to the store beyond which it counts as away. */
const STORE_ROWS_PENDING_MAX = 1_000_000;
const TICK_WALL_MS_MIN = 100;
const TICK_MS = 1_000;
const RETRY_WALL_MS_MIN = 200;
const RETRY_WALL_MS_MAX = 10_000;
/** What is not judged by then waits in the journal for the next start. */
const DRAIN_WALL_MS_MAX = 4_000;

const OPENINGS_MAX = 1_000;

/** What is done with decoded records. */
type Step = "rebuild-frames" | "store" | "judge" | "judge-and-store";

/** After the uplinks before `position`, a frame that began at `openFrom` was still open. */
interface Opening {
  position: number;
  openFrom: number;
}

const EMPTY_LEDGER: Ledger = { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 };

export function createEngine(deps: EngineDeps): Engine {
  const { journal, ingest, alerts, store, clock, log } = deps;
  const stopping = createSignal();
  let isRunning = false;
  let drainUntil = 0;
  let running: Promise<void> = Promise.resolve();
  let timer: Timer | undefined;
  let isReplayed = false;
  let isAway = false;
  let storeFault: string | undefined;
  let storedTo = 0;
  let rowsPending = 0;
  let appendFault: Error | undefined;
  let appends: Promise<unknown> = Promise.resolve();
  let ledger: Ledger = { ...EMPTY_LEDGER };
  /** Where frames that the store does not have whole begin, by the position it was seen at. */
  let openings: Opening[] = [];
  const judge = createJudge({ ...deps, openFrom, isRunning: () => isRunning });

  deps.metrics.gaugeBy(
    "gridwarden_ledger_values",
    "values by what became of them; journaled is the sum of the others",
    "fate",
    () => ({ ...ledger }),
  );
  deps.metrics.gauge(
    "gridwarden_ledger_pending_uplinks",
    "uplinks that are journaled and not yet in the store",
    () => journal.end() - storedTo,
  );

  /** First uplink that is needed to decode again from the store's position on. */
  function openFrom(): number | undefined {
    if (openings.length === 0) return undefined;
    return Math.min(...openings.map((opening) => opening.openFrom));
  }

  function addOpening(opening: Opening): void {
    openings.push(opening);
    if (openings.length <= OPENINGS_MAX) return;
    // A store that is long away: the first of them is what the journal must keep.
    openings = [{ position: opening.position, openFrom: openFrom() ?? opening.openFrom }];
  }

  function append(batch: IngestBatch, position: number): void {
    const rows = batch.batch.columns.length;
    rowsPending += rows;
    for (const fate of Object.keys(ledger) as (keyof Ledger)[]) {
      ledger[fate] += batch.batch.ledger[fate];
    }
    appends = store.append({ ...batch.batch, position }).then(
      () => {
        rowsPending -= rows;
        storedTo = position;
        openings = openings.filter((opening) => opening.position >= storedTo);
        journal.keepFrom("engine", Math.min(storedTo, openFrom() ?? storedTo));
      },
      (error: Error) => {
        appendFault ??= error;
      },
    );
  }

  /** Takes the records from `from` on up to `until`; answers the position after them. */
  async function step(from: number, until: number, what: Step): Promise<number> {
    const wanted = Math.min(BATCH_RECORDS_MAX, until - from);
    const { from: first, records } = await journal.read(from, {
      records: wanted,
      bytes: BATCH_BYTES_MAX,
    });
    if (records.length === 0) return from;
    const batch = await ingest.process(records, first);
    const position = first + records.length;
    if (batch.openFrom !== undefined) addOpening({ position, openFrom: batch.openFrom });
    if (what === "rebuild-frames") return position;
    if (what === "store") {
      for (const { deviceId, at } of batch.heard) alerts.setHeard(deviceId, at);
    } else {
      await judge.judge(batch, position);
      for (const { topic, payload } of batch.answers) deps.answer(topic, payload);
      if (batch.readings.length > 0) deps.watch.readings(batch.readings);
    }
    if (what !== "judge") append(batch, position);
    return position;
  }

  /** A step over records that must be there. */
  async function stepOn(from: number, until: number, what: Step): Promise<number> {
    const next = await step(from, until, what);
    if (next === from) throw isBehind("what was judged", until);
    return next;
  }

  /** Positions would be given twice, and new readings taken for old ones. */
  function isBehind(what: string, position: number): GridwardenError {
    return new GridwardenError(
      "JOURNAL_CORRUPT",
      `the journal ends at position ${journal.end()}, but ${what} goes up to ${position}: journal files are gone or are of another time; bring them back, or run 'gridwarden journal repair --continue-at ${position}'`,
    );
  }

  /** Waits so that one sync of the database serves all that came meanwhile. */
  async function pace(begunAt: number): Promise<void> {
    const restMs = BATCH_PERIOD_MS - (performance.now() - begunAt);
    if (restMs > 1 && isRunning) await stopping.orAfter(wallDelay(restMs));
  }

  /** Follows the journal with a store that is there, until it must stop or the store fails. */
  async function follow(state: StoreState): Promise<void> {
    takeUp(state);
    const until = judge.position();
    let next = Math.max(journal.stats().first, Math.min(storedTo, openFrom() ?? until));
    while (isRunning && next < storedTo) next = await stepOn(next, storedTo, "rebuild-frames");
    while (isRunning && next < until) {
      next = await stepOn(next, until, "store");
      if (rowsPending > STORE_ROWS_PENDING_MAX) await appends;
      if (appendFault !== undefined) throw appendFault;
    }
    // Told to stop on the way: what comes next has been judged before.
    if (next < until) return;
    isReplayed = true;
    isAway = false;
    if (storeFault !== undefined) log.info("the store of readings has what it lacked");
    storeFault = undefined;
    const isWanted = (): boolean =>
      isRunning || (next < journal.end() && performance.now() < drainUntil);
    while (isWanted()) {
      await stopping.orAfter(journal.waitFor(next));
      const begunAt = performance.now();
      next = await step(next, Number.MAX_SAFE_INTEGER, "judge-and-store");
      if (appendFault !== undefined) throw appendFault;
      if (rowsPending > STORE_ROWS_PENDING_MAX) {
        throw new Error(`${rowsPending} rows wait for it: it is slower than what comes`);
      }
      await pace(begunAt);
    }
  }

  function takeUp(state: StoreState): void {
    appendFault = undefined;
    rowsPending = 0;
    storedTo = state.position;
    ledger = { ...state.ledger };
    ingest.start(state);
    for (const series of state.series) {
      if (series.observedAt > 0) alerts.setHeard(series.deviceId, series.receivedAt);
    }
    const { first } = journal.stats();
    if (storedTo < first) {
      log.warn("the store is behind what the journal still holds; the gap cannot be filled", {
        storedTo,
        first,
      });
      storedTo = first;
    }
    judge.skipTo(first);
  }

  /** Judges alone while the store is being opened; identity is what memory knows. */
  async function judgeUntil(opened: Promise<StoreState | undefined>): Promise<void> {
    let isOpened = false;
    const settled = opened.then(() => {
      isOpened = true;
    });
    isReplayed = true;
    while (isRunning && !isOpened) {
      await stopping.orAfter(Promise.race([journal.waitFor(judge.position()), settled]));
      if (isOpened || !isRunning) return;
      const begunAt = performance.now();
      await step(judge.position(), Number.MAX_SAFE_INTEGER, "judge");
      await pace(begunAt);
    }
  }

  /** The first time without a store: nothing is known of what stands, frames are rebuilt. */
  async function beginAlone(): Promise<void> {
    if (isReplayed) return;
    const position = judge.position();
    ingest.start({ position, ledger: { ...EMPTY_LEDGER }, series: [] });
    for (let next = openFrom() ?? position; isRunning && next < position; ) {
      next = await stepOn(next, position, "rebuild-frames");
    }
  }

  async function open(delayMs: number): Promise<StoreState | undefined> {
    if (isAway) {
      await stopping.orAfter(wallDelay(delayMs));
      if (!isRunning) return undefined;
      await store.close().catch(() => {});
    }
    return store.open().catch((error: Error) => {
      setAway(error);
      return undefined;
    });
  }

  function setAway(error: Error): void {
    isAway = true;
    storeFault = `readings are kept in the journal and judged, but not stored: ${error.message}`;
    log.error(storeFault);
  }

  /** Loads what was judged and opens the store once. @throws JOURNAL_CORRUPT */
  async function begin(): Promise<StoreState | undefined> {
    const savedOpenFrom = await judge.load();
    const position = judge.position();
    if (savedOpenFrom !== undefined) addOpening({ position, openFrom: savedOpenFrom });
    if (position > journal.end()) throw isBehind("what was judged", position);
    const state = await open(0);
    if (state === undefined || state.position <= journal.end()) return state;
    throw isBehind("the store of readings", state.position);
  }

  async function run(first: StoreState | undefined): Promise<void> {
    let opened = Promise.resolve(first);
    for (let delayMs = RETRY_WALL_MS_MIN; isRunning; ) {
      const before = storedTo;
      try {
        if (isAway) await judgeUntil(opened);
      } catch (error) {
        log.error("the judge stumbled and goes on", { error: String(error) });
      }
      const state = await opened;
      try {
        if (state !== undefined) await follow(state);
        else await beginAlone();
      } catch (error) {
        setAway(error as Error);
      }
      const hasStored = storedTo > before;
      delayMs = hasStored ? RETRY_WALL_MS_MIN : Math.min(delayMs * 2, RETRY_WALL_MS_MAX);
      if (isRunning) opened = open(delayMs);
    }
  }

  async function onTick(): Promise<void> {
    if (isReplayed) await judge.tick(judge.position() >= journal.end());
  }

  return {
    async start() {
      isRunning = true;
      running = run(await begin());
      timer = clock.every(Math.max(TICK_MS, TICK_WALL_MS_MIN * clock.speed), () => {
        onTick().catch((error) =>
          log.error("a tick failed and is tried again", { error: String(error) }),
        );
      });
    },
    async stop() {
      isRunning = false;
      drainUntil = performance.now() + DRAIN_WALL_MS_MAX;
      stopping.send();
      timer?.cancel();
      await running;
      await appends;
      await judge.close();
      await store.close();
    },
    write: (work) => judge.write(work),
    isStoreAway: () => isAway,
    stats: () => ({
      judgedTo: judge.position(),
      storedTo,
      ledger: { ...ledger },
      pendingUplinks: journal.end() - storedTo,
      isReplayed,
      fault: judge.fault(),
      storeFault,
    }),
  };
}
