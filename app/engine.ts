/**
 * The engine follows the journal: decode, judge, commit, store. While the store keeps up, a batch
 * is decoded once for both; it is committed by the judge first, so the store's own position never
 * passes the judge's, and what lies between the two after a crash is stored but not judged again:
 * exactly one alarm, one case and one order.
 * Alarms do not wait for the store: while it is away, or behind, the judge goes on by a line of its
 * own, and the store reads again from the journal what it lacks (`store-follower.ts`).
 */
import { setTimeout as wallDelay } from "node:timers/promises";
import {
  createMemories,
  type Ingest,
  type IngestBatch,
  type IngestLine,
  type PastReading,
} from "../ingest/ingest.ts";
import type { Ledger, ReadingStore } from "../ingest/store/reading-store.ts";
import type { Journal } from "../journal/journal.ts";
import type { LatestReading } from "../model/case.ts";
import type { Timer } from "../model/clock.ts";
import type { Metrics } from "../model/metrics.ts";
import { createJudge, type JudgeDeps, type Work } from "./judge.ts";
import { createOpenings } from "./openings.ts";
import { recall } from "./recall.ts";
import { createSignal } from "./signal.ts";
import {
  type AddedPast,
  BATCH_BYTES_MAX,
  BATCH_RECORDS_MAX,
  createStoreFollower,
  type Follower,
  journalEnds,
} from "./store-follower.ts";

export interface EngineDeps
  extends Omit<JudgeDeps, "openFrom" | "memories" | "isRunning" | "ingest"> {
  journal: Journal;
  ingest: Ingest;
  store: ReadingStore;
  metrics: Metrics;
  /** Sends an answer to a device; what it cannot send is the device's to ask for again. */
  answer(topic: string, payload: Uint8Array): void;
  /** How devices say they are set, once it is committed. */
  reported(reports: IngestBatch["reports"]): void;
  /** Closes the connections of a sender that is not who it says. */
  turnAway(sender: string): void;
}

export interface EngineStats {
  /** Position of the next uplink to judge, and the store's own. */
  judgedTo: number;
  storedTo: number;
  ledger: Ledger;
  /** Uplinks that are durable but not yet in the store. */
  pendingUplinks: number;
  isReplayed: boolean;
  /** Newest values are those of the store and of what came since; else only of what came since the start. */
  isLatestKnown: boolean;
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
  /** What the asset's devices last told, as far as the judge knows. */
  latest(assetId: string): LatestReading[];
  /** By how much the device's clock is usually behind. */
  usualSkewMs(deviceId: string): number;
  heardAt(deviceId: string): number | undefined;
  /** A rule has changed: it may look farther back than before. Settles when it can. */
  recall(ruleId: string): Promise<void>;
  /**
   * What stands in the store where these readings of the past stand; nothing is judged by either.
   * @throws STORE_FAILED while it is away
   */
  standing(past: readonly PastReading[]): Promise<(number | undefined)[]>;
  /**
   * Puts them in the place of what stands, and has the newest readings follow; durable when it
   * settles. Answers how many the devices have no room for. @throws STORE_FAILED
   */
  replacePast(past: readonly PastReading[]): Promise<number>;
  /**
   * Puts those at whose keys nothing stands, at most one of a key, and has the newest readings follow;
   * what stands stays. Nothing is judged. @throws STORE_FAILED
   */
  addPast(past: readonly PastReading[]): Promise<AddedPast>;
  /** The line whose series the store knows by the same numbers. */
  storeLine(): IngestLine | undefined;
  stats(): EngineStats;
}

/** A batch is judged at most this often: one sync of the database serves all that came meanwhile. */
const BATCH_PERIOD_MS = 40;
const TICK_WALL_MS_MIN = 100;
const TICK_MS = 1_000;
/** At the start identity is worth so long a wait for what the store has not yet. */
const CATCH_UP_WALL_MS_MAX = 5_000;
/** For a rule's long memory alarms do not wait longer. */
const RECALL_WALL_MS_MAX = 5_000;
const STUMBLED_WALL_MS = 500;
/** What is not judged by then waits in the journal for the next start. */
const DRAIN_WALL_MS_MAX = 4_000;
/** The store may be there again though nothing comes. */
const ALONE_WALL_MS = 2_000;

const EMPTY_LEDGER: Ledger = { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 };

export function createEngine(deps: EngineDeps): Engine {
  const { journal, ingest, clock, log } = deps;
  const stopping = createSignal();
  const openings = createOpenings();
  const memories = createMemories();
  let isRunning = false;
  let drainUntil = 0;
  let running: Promise<unknown> = Promise.resolve();
  let timer: Timer | undefined;
  let isReplayed = false;
  let isLatestKnown = false;
  let judging: Follower | undefined;
  const judge = createJudge({
    ...deps,
    openFrom: openings.first,
    memories: memories.kept,
    isRunning: () => isRunning,
  });
  const storing = createStoreFollower({
    ...deps,
    openings,
    memories,
    stopping,
    isRunning: () => isRunning,
    judgedTo: () => judge.position(),
  });
  const pendingUplinks = (): number => journal.end() - storing.stats().storedTo;
  declareGauges();

  function declareGauges(): void {
    deps.metrics.gaugeBy(
      "gridwarden_ledger_values",
      "values by what became of them; journaled is the sum of the others",
      "fate",
      () => ({ ...storing.stats().ledger }),
    );
    deps.metrics.gauge(
      "gridwarden_ledger_pending_uplinks",
      "uplinks that are journaled and not yet in the store",
      pendingUplinks,
    );
    deps.metrics.gauge(
      "gridwarden_ingest_series",
      "Series with readings",
      () => judging?.line.size() ?? 0,
    );
  }

  /** The judge's own line from where it stands; what frames there need is read again. */
  async function beginAlone(): Promise<Follower> {
    const position = judge.position();
    const state = storing.takeState();
    const isBehind = state !== undefined && state.position <= position;
    if (state !== undefined && !isBehind) {
      log.error(
        "the database is older than the store of readings: what lies between is judged now",
        {
          judgedTo: position,
          storedTo: state.position,
        },
      );
    }
    const series = isBehind ? state.series : [];
    isLatestKnown = isBehind;
    const from = Math.min(openings.first() ?? position, position);
    const memory = memories.at(from);
    const line = ingest.newLine(
      { position, ledger: { ...EMPTY_LEDGER }, series, memory },
      // Nobody can be asked what stands at a key: what memory does not know counts as new.
      async (keys) => keys.map(() => undefined),
    );
    const alone: Follower = { line, next: memory?.position ?? from };
    alone.next = Math.max(alone.next, journal.stats().first);
    while (isRunning && alone.next < position) {
      const { from, records } = await journal.read(alone.next, {
        records: Math.min(BATCH_RECORDS_MAX, position - alone.next),
        bytes: BATCH_BYTES_MAX,
      });
      if (records.length === 0 || from >= position) break;
      const { count } = await line.process(records.slice(0, position - from), from);
      alone.next = from + count;
    }
    if (isRunning) alone.next = position;
    return alone;
  }

  /** Best effort, and only so long: alarms at once are worth more than a rule's long memory. */
  async function recallPast(ruleId?: string): Promise<void> {
    const line = storing.line();
    if (line === undefined) return;
    try {
      const about = { alerts: deps.alerts, store: deps.store, line, isRunning: () => isRunning };
      const found = await recall(about, clock.now(), ruleId);
      log.info("rules that look back know their series' recent past", found);
    } catch (error) {
      log.error("rules that look back begin without a past", { error: String(error) });
    }
  }

  async function beginJudging(): Promise<Follower> {
    await stopping.orAfter(Promise.race([recallPast(), wallDelay(RECALL_WALL_MS_MAX)]));
    await storing.caughtUp(CATCH_UP_WALL_MS_MAX);
    const joined = await storing.join(judge.position());
    if (joined === undefined) return beginAlone();
    isLatestKnown = true;
    storing.takeState();
    return joined;
  }

  async function step(mine: Follower): Promise<void> {
    const { from, records } = await journal.read(mine.next, {
      records: BATCH_RECORDS_MAX,
      bytes: BATCH_BYTES_MAX,
    });
    if (records.length === 0) return;
    if (from > mine.next) {
      log.error("the journal has given positions up; what they held is judged by nobody", {
        from: mine.next,
        to: from,
      });
    }
    mine.isJudging = true;
    try {
      await take(mine, records, from);
    } finally {
      mine.isJudging = false;
    }
  }

  async function take(mine: Follower, records: readonly Uint8Array[], from: number): Promise<void> {
    const batch = await mine.line.process(records, from);
    const position = from + batch.count;
    if (batch.openFrom !== undefined) openings.add({ position, openFrom: batch.openFrom });
    if (batch.memory !== undefined) memories.add(batch.memory);
    await judge.judge(batch, position);
    mine.next = position;
    tell(batch);
    if (storing.isJoined(mine)) storing.append(batch, position);
  }

  /** What follows once a batch is committed. */
  function tell(batch: IngestBatch): void {
    ingest.note(batch);
    for (const { topic, payload } of batch.answers) deps.answer(topic, payload);
    for (const sender of batch.turnedAway) deps.turnAway(sender);
    if (batch.readings.length > 0) deps.watch.readings(batch.readings);
    if (batch.reports.length > 0) deps.reported(batch.reports);
  }

  /** Waits so that one sync of the database serves all that came meanwhile. */
  async function pace(begunAt: number): Promise<void> {
    const restMs = BATCH_PERIOD_MS - (performance.now() - begunAt);
    if (restMs > 1 && isRunning) await stopping.orAfter(wallDelay(restMs));
  }

  /** An uplink; or, while newest values are not known, the time to ask for the store's line again. */
  function comes(position: number): Promise<unknown> {
    const uplink = journal.waitFor(position);
    return isLatestKnown ? uplink : Promise.race([uplink, wallDelay(ALONE_WALL_MS)]);
  }

  async function follow(): Promise<void> {
    judging = await beginJudging();
    // Told to stop on the way: the next start goes on from here.
    if (!isRunning && judging.next < judge.position()) return;
    isReplayed = true;
    const isWanted = (mine: Follower): boolean =>
      isRunning || (mine.next < journal.end() && performance.now() < drainUntil);
    while (isWanted(judging)) {
      await stopping.orAfter(comes(judging.next));
      const begunAt = performance.now();
      const joined = await storing.join(judging.next);
      isLatestKnown ||= joined !== undefined;
      judging = joined ?? judging;
      try {
        await step(judging);
      } catch (error) {
        await stumble(judging, error as Error);
        if (!isRunning) return;
      }
      await pace(begunAt);
    }
  }

  /** With the store beside it, it was the store's fault as a rule: the judge goes on alone. */
  async function stumble(mine: Follower, error: Error): Promise<void> {
    if (!isRunning) {
      log.info("what could not be judged any more waits in the journal", { error: String(error) });
      return;
    }
    if (storing.isJoined(mine)) return storing.fail(error);
    log.error("the judge stumbled and tries again", { error: String(error) });
    await stopping.orAfter(wallDelay(STUMBLED_WALL_MS));
  }

  /** Loads what was judged and opens the store once. @throws JOURNAL_CORRUPT */
  async function begin(): Promise<void> {
    const savedOpenFrom = await judge.load();
    for (const memory of await ingest.loadMemories(deps.database.reader)) memories.add(memory);
    const position = judge.position();
    if (savedOpenFrom !== undefined) openings.add({ position, openFrom: savedOpenFrom });
    if (position > journal.end()) throw journalEnds(journal, "what was judged", position);
    const { first } = journal.stats();
    if (position < first && position > 0) {
      log.error("the journal no longer holds what was not judged yet", {
        judgedTo: position,
        first,
      });
    }
    judge.skipTo(first);
    await storing.open();
  }

  /** While the judge goes by a line of its own, its newest readings follow, too. */
  function followPast(past: readonly PastReading[]): void {
    if (judging !== undefined && judging.line !== storing.line()) judging.line.placePast(past);
  }

  async function onTick(): Promise<void> {
    if (isReplayed) await judge.tick(judge.position() >= journal.end());
  }

  return {
    async start() {
      isRunning = true;
      try {
        await begin();
      } catch (error) {
        isRunning = false;
        throw error;
      }
      running = Promise.all([follow(), storing.run()]);
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
      await storing.settled();
      await judge.close();
      await deps.store.close();
    },
    write: (work) => judge.write(work),
    // Until the judge has a line, the store's own says what it holds.
    latest: (assetId) => (judging?.line ?? storing.line())?.latest(assetId) ?? [],
    usualSkewMs: (deviceId) => (judging?.line ?? storing.line())?.usualSkewMs(deviceId) ?? 0,
    heardAt: (deviceId) => (judging?.line ?? storing.line())?.heardAt(deviceId),
    recall: recallPast,
    standing: storing.standing,
    async replacePast(past) {
      const refused = await storing.replace(past);
      followPast(past);
      return refused;
    },
    async addPast(past) {
      const added = await storing.add(past);
      followPast(past.filter((_each, index) => added.standing[index] === undefined));
      return added;
    },
    storeLine: () => storing.line(),
    stats() {
      const { storedTo, ledger, fault } = storing.stats();
      return {
        judgedTo: judge.position(),
        storedTo,
        ledger,
        pendingUplinks: journal.end() - storedTo,
        ...{ isReplayed, isLatestKnown: isReplayed && isLatestKnown },
        fault: judge.fault(),
        storeFault: fault,
      };
    },
  };
}
