/**
 * The engine follows the journal: decode, judge, commit, store. A batch of uplinks becomes one
 * transaction (alarm states, cases, orders, dead letters and the cursor together) and then one
 * batch of the reading store, whose own position never passes the cursor. After a restart what
 * lies between the two is stored again but not judged again, so a crash at any point gives
 * exactly one alarm, one case and one order.
 * Everything that changes alarms or cases runs through here, one at a time.
 */
import { setTimeout as wallDelay } from "node:timers/promises";
import type { Alerts } from "../alerts/alerts.ts";
import type { CaseEffects, Cases } from "../cases/cases.ts";
import type { Ingest, IngestBatch } from "../ingest/ingest.ts";
import type { Ledger, ReadingStore } from "../ingest/store/reading-store.ts";
import type { Journal } from "../journal/journal.ts";
import type { AlarmHappening } from "../model/alarm.ts";
import type { Case } from "../model/case.ts";
import type { Clock, Instant, Timer } from "../model/clock.ts";
import type { Database, Migration, Sql } from "../model/database.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Reading } from "../model/reading.ts";
import type { Notify } from "../notify/notify.ts";
import { createMutex, createSignal, inTime } from "./mutex.ts";

export const engineMigrations: readonly Migration[] = [
  {
    id: "app-0001-engine-cursor",
    statements: [
      `create table engine_cursor (
         id integer primary key check (id = 1),
         position integer not null,
         open_from integer,
         alive_at integer not null
       )`,
    ],
  },
];

export interface EngineDeps {
  journal: Journal;
  ingest: Ingest;
  alerts: Alerts;
  cases: Cases;
  notify: Notify;
  store: ReadingStore;
  database: Database;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** Sends an answer to a device; what it cannot send is the device's to ask for again. */
  answer(topic: string, payload: Uint8Array): void;
  /** What the console's live stream shows. */
  watch: EngineWatch;
}

export interface EngineWatch {
  readings(readings: readonly Reading[]): void;
  alarms(happenings: readonly AlarmHappening[]): void;
  cases(changed: readonly Case[]): void;
}

export interface EngineStats {
  /** Position of the next uplink to judge, and the store's own. */
  judgedTo: number;
  storedTo: number;
  ledger: Ledger;
  /** Uplinks that are durable but not yet in the store. */
  pendingUplinks: number;
  isReplayed: boolean;
  fault: string | undefined;
}

export interface Engine {
  start(): Promise<void>;
  /** Stops after the batch in hand; everything judged is committed and stored. */
  stop(): Promise<void>;
  /** Runs `work` between batches, in one transaction with whatever alarms it causes. */
  write<T>(
    work: (tx: Sql, now: Instant) => Promise<{ value: T; effects?: CaseEffects }>,
  ): Promise<T>;
  stats(): EngineStats;
}

/** A batch is judged at most this often: one sync of the database serves all that came meanwhile. */
const BATCH_PERIOD_MS = 40;
const BATCH_RECORDS_MAX = 2_000;
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** Rows on their way to the store beyond which the next batch waits. */
const STORE_ROWS_PENDING_MAX = 1_000_000;
const TICK_WALL_MS_MIN = 100;
const TICK_MS = 1_000;
/** Longer than a record waits for its disk sync. */
const TICK_MARGIN_WALL_MS = 50;
const ALIVE_MS = 15_000;
const RETRY_WALL_MS_MIN = 200;
const RETRY_WALL_MS_MAX = 10_000;
/** Work of the API that has not begun by then is refused, so that its client is answered. */
const WRITE_WALL_MS_MAX = 10_000;
/** What is not judged by then waits in the journal for the next start. */
const DRAIN_WALL_MS_MAX = 4_000;

/** After the uplinks before `position`, a frame that began at `openFrom` was still open. */
interface Opening {
  position: number;
  openFrom: number;
}

export function createEngine(deps: EngineDeps): Engine {
  const { journal, ingest, alerts, cases, notify, store, database, clock, log } = deps;
  const mutex = createMutex();
  const stopping = createSignal();
  let drainUntil = 0;
  let isTickQueued = false;
  let isRunning = false;
  let isReplayed = false;
  let fault: string | undefined;
  let running: Promise<void> = Promise.resolve();
  let tick: Timer | undefined;
  let judgedTo = 0;
  /** Receipt of the newest uplink that was judged. */
  let judgedUntil: Instant = 0;
  /** Where frames that the store does not have whole begin, by the position it was seen at. */
  let openings: Opening[] = [];
  let aliveAt: Instant = 0;
  let isAlarmsLoaded = false;
  let storedTo = 0;
  let storeFault: Error | undefined;
  let rowsPending = 0;
  let appends: Promise<unknown> = Promise.resolve();
  let ledger: Ledger = { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 };

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

  /** One transaction for everything that has happened; retried by the caller, harmless twice. */
  async function commit(
    position: number,
    batch: IngestBatch | undefined,
    more?: (tx: Sql, now: Instant) => Promise<CaseEffects | undefined>,
  ): Promise<void> {
    const now = clock.now();
    const effects: CaseEffects[] = [];
    let happenings: readonly AlarmHappening[] = [];
    await database.transaction(async (tx) => {
      effects.length = 0;
      // What it does to alarms is saved with it.
      const extra = await more?.(tx, now);
      if (extra !== undefined) effects.push(extra);
      happenings = [...alerts.pending()];
      await alerts.save(tx);
      effects.push(await cases.onAlarms(tx, happenings, now));
      await notify.enqueue(
        tx,
        effects.flatMap((effect) => effect.orders),
      );
      if (batch !== undefined) await ingest.saveDeadLetters(tx, batch.deadLetters);
      await tx.run(
        `insert into engine_cursor (id, position, open_from, alive_at) values (1, ?, ?, ?)
         on conflict (id) do update set position = excluded.position,
           open_from = excluded.open_from, alive_at = excluded.alive_at`,
        [position, openFrom() ?? null, now],
      );
    });
    judgedTo = position;
    aliveAt = now;
    alerts.committed();
    settle(happenings, effects);
  }

  /** What follows a commit and may be lost in a crash, since it is found again at the start. */
  function settle(happenings: readonly AlarmHappening[], effects: readonly CaseEffects[]): void {
    for (const effect of effects) {
      for (const gone of effect.unwatch) alerts.unwatch(gone.assetId, gone.conditionId);
      for (const wanted of effect.watch) {
        alerts.watch(wanted.assetId, wanted.conditionId, wanted.since);
      }
      if (effect.changed.length > 0) deps.watch.cases(effect.changed);
    }
    if (happenings.length > 0) deps.watch.alarms(happenings);
    if (effects.some((effect) => effect.orders.length > 0)) notify.kick();
  }

  /** First uplink that is needed to decode again from the store's position on. */
  function openFrom(): number | undefined {
    if (openings.length === 0) return undefined;
    return Math.min(...openings.map((opening) => opening.openFrom));
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
        storeFault ??= error;
      },
    );
  }

  /** Takes the records from `from` on up to `until`; answers the position after them. */
  async function step(from: number, until: number, isJudging: boolean, isStoring: boolean) {
    const wanted = Math.min(BATCH_RECORDS_MAX, until - from);
    const { from: first, records } = await journal.read(from, {
      records: wanted,
      bytes: BATCH_BYTES_MAX,
    });
    if (records.length === 0) return from;
    const batch = await ingest.process(records, first);
    const position = first + records.length;
    if (batch.openFrom !== undefined) openings.push({ position, openFrom: batch.openFrom });
    if (!isStoring) return position;
    if (isJudging) {
      await mutex.run(async () => {
        for (const { deviceId, at } of batch.heard) {
          alerts.heard(deviceId, at);
          judgedUntil = Math.max(judgedUntil, at);
        }
        alerts.judge(batch.readings);
        await commitSurely(position, batch);
      });
      for (const { topic, payload } of batch.answers) deps.answer(topic, payload);
      if (batch.readings.length > 0) deps.watch.readings(batch.readings);
    } else {
      for (const { deviceId, at } of batch.heard) alerts.setHeard(deviceId, at);
    }
    append(batch, position);
    return position;
  }

  /** The journal keeps what comes meanwhile; nothing goes on until the database has taken this. */
  async function commitSurely(position: number, batch: IngestBatch): Promise<void> {
    for (let delayMs = RETRY_WALL_MS_MIN; ; delayMs = Math.min(delayMs * 2, RETRY_WALL_MS_MAX)) {
      try {
        await commit(position, batch);
        if (fault !== undefined) log.info("the database takes transactions again");
        fault = undefined;
        return;
      } catch (error) {
        fault = `the database refuses a transaction: ${(error as Error).message}`;
        log.error(fault, { position });
        if (!isRunning) throw error;
        await wallDelay(delayMs);
      }
    }
  }

  /** Opens the store, loads what the rooms keep, and follows the journal until it must stop. */
  async function follow(): Promise<void> {
    await mutex.run(loadAlarms);
    const state = await store.open();
    storeFault = undefined;
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
    judgedTo = Math.max(judgedTo, first);
    let next = Math.max(first, Math.min(storedTo, openFrom() ?? judgedTo));
    const until = judgedTo;
    while (isRunning && next < storedTo) next = await step(next, storedTo, false, false);
    while (isRunning && next < until) {
      next = await step(next, until, false, true);
      await roomInStore();
    }
    // Told to stop on the way: what comes next has been judged before.
    if (next < until) return;
    isReplayed = true;
    fault = undefined;
    const isWanted = (): boolean =>
      isRunning || (next < journal.end() && performance.now() < drainUntil);
    while (isWanted()) {
      await stopping.orAfter(journal.waitFor(next));
      const begunAt = performance.now();
      next = await step(next, Number.MAX_SAFE_INTEGER, true, true);
      await roomInStore();
      const restMs = BATCH_PERIOD_MS - (performance.now() - begunAt);
      if (restMs > 1 && isRunning) await stopping.orAfter(wallDelay(restMs));
    }
  }

  async function roomInStore(): Promise<void> {
    if (rowsPending > STORE_ROWS_PENDING_MAX) await appends;
    if (storeFault !== undefined) throw storeFault;
  }

  /** Once in a process: afterwards memory is ahead of the database, never behind it. */
  async function loadAlarms(): Promise<void> {
    if (isAlarmsLoaded) return;
    const now = clock.now();
    const row = await database.reader.get<{
      position: number;
      open_from: number | null;
      alive_at: number;
    }>("select position, open_from, alive_at from engine_cursor where id = 1");
    if (row !== undefined) {
      judgedTo = row.position;
      if (row.open_from !== null) {
        openings = [{ position: row.position, openFrom: row.open_from }];
      }
      aliveAt = row.alive_at;
    }
    await alerts.load(database.reader, {
      now,
      ...(row !== undefined && row.alive_at < now ? { downSince: row.alive_at } : {}),
    });
    for (const watch of await cases.watches(database.reader)) {
      alerts.watch(watch.assetId, watch.conditionId, watch.since);
    }
    isAlarmsLoaded = true;
  }

  async function run(): Promise<void> {
    for (let delayMs = RETRY_WALL_MS_MIN; isRunning; delayMs *= 2) {
      try {
        await follow();
      } catch (error) {
        fault = `readings are not stored: ${(error as Error).message}`;
        log.error(fault, { error: String(error) });
        if (!isRunning) return;
        await store.close().catch(() => {});
        await wallDelay(Math.min(delayMs, RETRY_WALL_MS_MAX));
      }
    }
  }

  /** On-delays, silence, review times, hold times and deadlines: due times are in the states. */
  async function onTick(): Promise<void> {
    // One tick waits for its turn; more would only say the same.
    if (!isReplayed || isTickQueued) return;
    isTickQueued = true;
    await mutex.run(async () => {
      isTickQueued = false;
      const now = clock.now();
      const isCaughtUp = judgedTo >= journal.end();
      // Delays never run ahead of readings that are still on their way to the judge.
      alerts.tick(isCaughtUp ? now - TICK_MARGIN_WALL_MS * clock.speed : judgedUntil);
      const dueAt = await cases.nextDue(database.reader);
      const isDue = dueAt !== undefined && dueAt <= now;
      const isQuiet = alerts.pending().length === 0 && !isDue;
      if (isQuiet && now - aliveAt < ALIVE_MS * clock.speed) return;
      await commit(judgedTo, undefined, (tx, at) => cases.tick(tx, at));
    });
  }

  return {
    async start() {
      isRunning = true;
      running = run();
      const tickMs = Math.max(TICK_MS, TICK_WALL_MS_MIN * clock.speed);
      tick = clock.every(tickMs, () => {
        onTick().catch((error) =>
          log.error("a tick failed and is tried again", { error: String(error) }),
        );
      });
    },
    async stop() {
      isRunning = false;
      drainUntil = performance.now() + DRAIN_WALL_MS_MAX;
      stopping.send();
      tick?.cancel();
      await running;
      await appends;
      await mutex.run(async () => {
        if (isAlarmsLoaded) await commit(judgedTo, undefined);
      });
      await store.close();
    },
    write: (work) =>
      inTime(WRITE_WALL_MS_MAX, mutex, async () => {
        // The API may ask before the store is open; what it commits carries the cursor, too.
        await loadAlarms();
        let value: Awaited<ReturnType<typeof work>> | undefined;
        await commit(judgedTo, undefined, async (tx, now) => {
          value = await work(tx, now);
          return value.effects;
        });
        if (value === undefined) throw new Error("a transaction ended without its work");
        return value.value;
      }),
    stats: () => ({
      judgedTo,
      storedTo,
      ledger: { ...ledger },
      pendingUplinks: journal.end() - storedTo,
      isReplayed,
      fault,
    }),
  };
}
