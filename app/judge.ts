/**
 * The judge commits: what readings, the clock and the API do to alarms and cases becomes one
 * transaction each (alarm states, cases, orders, dead letters and the cursor together), one at a
 * time. What the database refuses is tried again until it takes it; what is committed is told.
 */
import { setTimeout as wallDelay } from "node:timers/promises";
import type { Alerts } from "../alerts/alerts.ts";
import type { CaseEffects, Cases } from "../cases/cases.ts";
import type { Ingest, IngestBatch, LineMemory } from "../ingest/ingest.ts";
import type { AlarmHappening } from "../model/alarm.ts";
import type { Case } from "../model/case.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Database, Migration, Sql } from "../model/database.ts";
import type { Log } from "../model/log.ts";
import type { Notice } from "../model/notice.ts";
import type { Reading } from "../model/reading.ts";
import type { Notify, Reaching } from "../notify/notify.ts";
import type { Presence } from "../registry/registry.ts";
import type { AlarmFigures } from "./alarm-figures.ts";
import { createHearing } from "./hearing.ts";
import { createMutex, inTime } from "./mutex.ts";

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

type CommandWords = Pick<
  IngestBatch,
  "carried" | "ways" | "births" | "shown" | "wayWords" | "heard"
>;

/** What devices and crews told of themselves, of commands, and of how they are set. */
type Told = Parameters<Presence["save"]>[1] & CommandWords & Pick<IngestBatch, "reports">;

export interface JudgeDeps {
  ingest: Pick<Ingest, "saveDeadLetters" | "saveMemory">;
  alerts: Alerts;
  cases: Cases;
  figures: Pick<AlarmFigures, "saveTold">;
  notify: Pick<Notify, "enqueue" | "saveNotices" | "kick">;
  reaching: Pick<Reaching, "follow" | "kick">;
  /** What devices, crews and carriers told of themselves and of commands. */
  presence: { save(tx: Sql, batch: Told): Promise<void> };
  database: Database;
  clock: Clock;
  log: Log;
  /** What the console's live stream shows. */
  watch: EngineWatch;
  /** First uplink that a frame needs which the store does not have whole; saved with the cursor. */
  openFrom(): number | undefined;
  /** What gateways remembered, as far as it is still needed; saved with the cursor. */
  memories(): readonly LineMemory[];
  isRunning(): boolean;
  /** Can devices reach the platform, and does the journal take what they say? */
  canHear(): boolean;
}

export interface EngineWatch {
  readings(readings: readonly Reading[]): void;
  alarms(happenings: readonly AlarmHappening[]): void;
  cases(changed: readonly Case[]): void;
  notices(notices: readonly Notice[]): void;
}

/**
 * Work of the API: what it answers, and what must follow once it is committed. `committed` is called
 * then, before anything else is judged: what is kept in memory is taken over there, never before.
 */
export type Work<T> = (
  tx: Sql,
  now: Instant,
) => Promise<{ value: T; effects?: CaseEffects; committed?: () => void }>;

export interface Judge {
  /** Takes up what was saved; once, before anything else. Answers a saved `openFrom`. */
  load(): Promise<number | undefined>;
  /** Position of the next uplink to judge. */
  position(): number;
  /** Judges what was decoded up to `position`; settles when it is committed. */
  judge(batch: IngestBatch, position: number): Promise<void>;
  /** Gives up positions that the journal no longer holds. */
  skipTo(position: number): void;
  /** On-delays, silence, review times, hold times and deadlines: due times are in the states. */
  tick(isCaughtUp: boolean): Promise<void>;
  write<T>(work: Work<T>): Promise<T>;
  /** Commits what is left. */
  close(): Promise<void>;
  fault(): string | undefined;
}

/** Longer than a record waits for its disk sync. */
const TICK_MARGIN_WALL_MS = 50;
const ALIVE_MS = 15_000;
const RETRY_WALL_MS_MIN = 200;
const RETRY_WALL_MS_MAX = 10_000;
/** Work of the API that has not begun by then is refused, so that its client is answered. */
const WRITE_WALL_MS_MAX = 10_000;

export function createJudge(deps: JudgeDeps): Judge {
  const { ingest, alerts, cases, figures, notify, reaching, presence, database, clock, log } = deps;
  const mutex = createMutex();
  const hearing = createHearing(deps);
  let judgedTo = 0;
  /** Receipt of the newest uplink that was judged. */
  let judgedUntil: Instant = 0;
  let aliveAt: Instant = 0;
  let loading: Promise<number | undefined> | undefined;
  let isTickQueued = false;
  /** What is judged lies ahead of what the database has taken; only its own batch may bring it there. */
  let isAhead = false;
  let fault: string | undefined;

  /** One transaction for everything that has happened; harmless twice. */
  async function commit(
    position: number,
    batch: IngestBatch | undefined,
    more?: (tx: Sql, now: Instant) => Promise<CaseEffects | undefined>,
  ): Promise<void> {
    // Saved with the cursor of before, what is ahead would be judged a second time.
    if (isAhead && batch === undefined) throw new Error("a judged batch waits to be committed");
    const now = clock.now();
    const effects: CaseEffects[] = [];
    let happenings: readonly AlarmHappening[] = [];
    await database.transaction(async (tx) => {
      effects.length = 0;
      // What it does to alarms is saved with it.
      const extra = await more?.(tx, now);
      if (extra !== undefined) {
        effects.push(extra);
        resetAlarms(extra, now);
      }
      happenings = [...alerts.pending()];
      await alerts.save(tx);
      await figures.saveTold(tx, happenings);
      effects.push(await cases.onAlarms(tx, happenings, now));
      const changed = effects.flatMap((effect) => effect.changed);
      await cases.sources.follow(tx, changed, now);
      const orders = effects.flatMap((effect) => effect.orders);
      await notify.enqueue(tx, orders);
      await notify.saveNotices(
        tx,
        effects.flatMap((effect) => effect.notices),
        effects.flatMap((effect) => effect.settled),
      );
      await reaching.follow(tx, changed, orders, now);
      if (batch !== undefined) {
        await ingest.saveDeadLetters(tx, batch.deadLetters);
        if (batch.memory !== undefined) await ingest.saveMemory(tx, batch.memory, deps.memories());
        await presence.save(tx, batch);
      }
      await tx.run(
        `insert into engine_cursor (id, position, open_from, alive_at) values (1, ?, ?, ?)
         on conflict (id) do update set position = excluded.position,
           open_from = excluded.open_from, alive_at = excluded.alive_at`,
        // After a restart what it has not heard until then counts as downtime.
        [position, deps.openFrom() ?? null, hearing.heardUntil()],
      );
    });
    judgedTo = position;
    aliveAt = now;
    alerts.committed();
    settle(happenings, effects);
  }

  /** Done again after a failed transaction it changes nothing. */
  function resetAlarms({ changed }: CaseEffects, now: Instant): void {
    for (const { state, assetId, conditionId, isDrill = false } of changed) {
      if (isDrill) continue;
      const isClosed = state === "CLOSED" || state === "FORCE_CLOSED" || state === "VOIDED";
      if (isClosed && assetId !== undefined) alerts.reset(assetId, conditionId, now);
    }
  }

  /** What follows a commit and may be lost in a crash, since it is found again at the start. */
  function settle(happenings: readonly AlarmHappening[], effects: readonly CaseEffects[]): void {
    for (const effect of effects) {
      for (const gone of effect.unwatch) alerts.unwatch(gone.assetId, gone.conditionId);
      for (const wanted of effect.watch) {
        alerts.watch(wanted.assetId, wanted.conditionId, wanted.since);
      }
      if (effect.changed.length > 0) deps.watch.cases(effect.changed);
      if (effect.notices.length > 0) deps.watch.notices(effect.notices);
    }
    if (happenings.length > 0) deps.watch.alarms(happenings);
    if (effects.some((effect) => effect.orders.length > 0)) notify.kick();
    if (effects.some((effect) => effect.changed.length > 0)) reaching.kick();
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
        if (!deps.isRunning()) throw error;
        await wallDelay(delayMs);
        // Devices are heard meanwhile, though nothing is judged.
        listen();
      }
    }
  }

  /** A deaf span that is over is told before what came after it is judged. */
  function listen(): void {
    const span = hearing.look();
    if (span === undefined) return;
    log.info("nothing could be heard for a while; no device is silent for it", { ...span });
    alerts.deaf(span.since, span.until);
  }

  async function loadOnce(): Promise<number | undefined> {
    const now = clock.now();
    const row = await database.reader.get<{
      position: number;
      open_from: number | null;
      alive_at: number;
    }>("select position, open_from, alive_at from engine_cursor where id = 1");
    judgedTo = row?.position ?? 0;
    aliveAt = row?.alive_at ?? 0;
    await alerts.load(database.reader, {
      now,
      ...(row !== undefined && row.alive_at < now ? { downSince: row.alive_at } : {}),
    });
    for (const watch of await cases.watches(database.reader)) {
      alerts.watch(watch.assetId, watch.conditionId, watch.since);
    }
    // From here on what is not heard is deafness, also while nothing listens yet.
    hearing.look();
    return row?.open_from ?? undefined;
  }

  /** Afterwards memory is ahead of the database, never behind it. */
  function load(): Promise<number | undefined> {
    loading ??= loadOnce().catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  return {
    load: () => mutex.run(load),
    position: () => judgedTo,
    skipTo(position) {
      judgedTo = Math.max(judgedTo, position);
    },
    judge: (batch, position) =>
      mutex.run(async () => {
        listen();
        let newest = 0;
        for (const { deviceId, at } of batch.heard) {
          alerts.heard(deviceId, at);
          newest = Math.max(newest, at);
        }
        if (newest > 0) judgedUntil = newest;
        alerts.judge(batch.readings);
        isAhead = true;
        await commitSurely(position, batch);
        isAhead = false;
      }),
    async tick(isCaughtUp) {
      // One tick waits for its turn; more would only say the same.
      if (isTickQueued) return;
      isTickQueued = true;
      await mutex.run(async () => {
        isTickQueued = false;
        listen();
        const now = clock.now();
        const words = { canHear: !hearing.isDeaf() };
        // Delays never run ahead of readings that are still on their way to the judge.
        // Of a clock that was set back, receipts may lie ahead.
        if (!isCaughtUp) alerts.tick(Math.min(judgedUntil, now), words);
        else alerts.tick(now - TICK_MARGIN_WALL_MS * clock.speed, { ...words, clockAt: now });
        const dueAt = await cases.nextDue(database.reader);
        const isDue = dueAt !== undefined && dueAt <= now;
        const isQuiet = alerts.pending().length === 0 && !alerts.hasUnsavedAlarms() && !isDue;
        if (isQuiet && Math.abs(now - aliveAt) < ALIVE_MS * clock.speed) return;
        await commit(judgedTo, undefined, (tx, at) => cases.tick(tx, at));
      });
    },
    write: (work) =>
      inTime(WRITE_WALL_MS_MAX, mutex, async () => {
        // The API may ask before all is loaded; what it commits carries the cursor, too.
        await load();
        let value: Awaited<ReturnType<typeof work>> | undefined;
        await commit(judgedTo, undefined, async (tx, now) => {
          value = await work(tx, now);
          return value.effects;
        });
        if (value === undefined) throw new Error("a transaction ended without its work");
        value.committed?.();
        return value.value;
      }),
    close: () =>
      mutex.run(async () => {
        if (loading !== undefined && !isAhead) await commit(judgedTo, undefined);
      }),
    fault: () => fault,
  };
}
