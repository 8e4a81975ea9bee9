/**
 * The store's way through the journal. Opens the store, brings it up to what has been judged by a
 * line of its own, and lets the judge take that line over once both stand at the same position:
 * from then on a batch is decoded once for both. When the store fails, or does not answer in time,
 * it falls behind alone; it is opened again and reads from the journal what it lacks.
 */
import { setTimeout as wallDelay } from "node:timers/promises";
import type { Alerts } from "../alerts/alerts.ts";
import type { Ingest, IngestBatch, IngestLine, Memories, PastReading } from "../ingest/ingest.ts";
import type {
  IdentityKey,
  Ledger,
  ReadingStore,
  StoreState,
} from "../ingest/store/reading-store.ts";
import type { Journal } from "../journal/journal.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import type { Openings } from "./openings.ts";
import { createSignal, type Signal } from "./signal.ts";

/** A line through the journal and how far it has come. */
export interface Follower {
  readonly line: IngestLine;
  /** Position of the next record that it wants. */
  next: number;
  /** The judge has a batch in hand that it decoded, of which the store knows nothing yet. */
  isJudging?: boolean;
}

export interface StoreFollowerDeps {
  journal: Journal;
  ingest: Pick<Ingest, "newLine">;
  alerts: Pick<Alerts, "setHeard" | "remember">;
  store: ReadingStore;
  log: Log;
  openings: Openings;
  memories: Pick<Memories, "at" | "storedTo">;
  stopping: Signal;
  isRunning(): boolean;
  /** Position of the next uplink to judge; the store never passes it. */
  judgedTo(): number;
}

export interface StoreFollower {
  /** Opens the store for the first time; where it cannot, `run` goes on trying. @throws JOURNAL_CORRUPT */
  open(): Promise<void>;
  /** Until it is told to stop. */
  run(): Promise<void>;
  /** Settles when what was judged is stored, or the store is away, or the time is over. */
  caughtUp(wallMsMax: number): Promise<void>;
  /**
   * The store's own follower, from now on the judge's too, where it stands at `position` or gets
   * there within one batch; else nothing.
   */
  join(position: number): Promise<Follower | undefined>;
  isJoined(follower: Follower): boolean;
  /** Takes what the joined follower has decoded and the judge has committed. */
  append(batch: IngestBatch, position: number): void;
  fail(error: Error): void;
  /** What stands where these readings stand, as far as anything does. @throws STORE_FAILED while it is away */
  standing(past: readonly PastReading[]): Promise<(number | undefined)[]>;
  /**
   * Puts them in the place of what stands; durable when it settles. Answers how many the devices
   * have no room for. @throws STORE_FAILED while it is away or behind
   */
  replace(past: readonly PastReading[]): Promise<number>;
  /**
   * Puts those at whose keys nothing stands, at most one of a key; whatever stands stays. Durable when
   * it settles. @throws STORE_FAILED while it is away or behind
   */
  add(past: readonly PastReading[]): Promise<AddedPast>;
  /** What the store held when it was opened; nothing where it was not, or when it was asked for before. */
  takeState(): StoreState | undefined;
  line(): IngestLine | undefined;
  /** Settles with everything that was handed over. */
  settled(): Promise<void>;
  stats(): { storedTo: number; ledger: Ledger; fault: string | undefined };
}

export interface AddedPast {
  /** What stood where each of them stands, as far as anything did. */
  readonly standing: readonly (number | undefined)[];
  /** Of those that were put; the devices have no room for so many of them. */
  readonly refused: number;
}

export const BATCH_RECORDS_MAX = 2_000;
export const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** Rows on their way to the store beyond which it counts as away. */
const STORE_ROWS_PENDING_MAX = 1_000_000;
/** Alarms do not wait longer for the store's word on a key. */
const LOOKUP_WALL_MS_MAX = 2_000;
const RETRY_WALL_MS_MIN = 200;
const RETRY_WALL_MS_MAX = 10_000;

const EMPTY_LEDGER: Ledger = { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 };

export function createStoreFollower(deps: StoreFollowerDeps): StoreFollower {
  const { journal, store, log, openings, memories, stopping, isRunning, judgedTo } = deps;
  let follower: Follower | undefined;
  let opened: StoreState | undefined;
  let isStateWanted = true;
  let isJoined = false;
  /** The judge waits for the line. */
  let isJoining = false;
  let isStepping = false;
  let storedTo = 0;
  let rowsPending = 0;
  /** Series that have their number from the line and are named to the store. */
  let seriesNamed = 0;
  let appends: Promise<unknown> = Promise.resolve();
  let ledger: Ledger = { ...EMPTY_LEDGER };
  /** Why the store has not what was judged; nothing while it is open. */
  let fault: string | undefined;
  let failing = createSignal();

  function fail(error: Error): void {
    if (follower === undefined) return;
    follower = undefined;
    isJoined = false;
    fault = `readings are kept in the journal and judged, but not stored: ${error.message}`;
    log.error(fault);
    failing.send();
  }

  /** First uplink that the store lacks, or of which it lacks a part. */
  function neededFrom(): number {
    return Math.min(storedTo, openings.first() ?? storedTo);
  }

  function takeUp(state: StoreState): Follower {
    const { first } = journal.stats();
    storedTo = state.position;
    ledger = { ...state.ledger };
    rowsPending = 0;
    for (const series of state.series) {
      if (series.observedAt <= 0) continue;
      deps.alerts.setHeard(series.deviceId, series.receivedAt, series.measurement);
    }
    if (storedTo < first) {
      log.error("the journal no longer holds what the store lacks; the gap stays", {
        storedTo,
        first,
      });
      storedTo = first;
    }
    const memory = memories.at(neededFrom());
    const line = deps.ingest.newLine({ ...state, position: storedTo, memory }, (keys) =>
      lookup(made, keys),
    );
    const made: Follower = { line, next: Math.max(first, memory?.position ?? neededFrom()) };
    seriesNamed = made.line.size();
    if (isStateWanted) opened = state;
    follower = made;
    failing = createSignal();
    fault = undefined;
    return made;
  }

  /** A line whose store is away takes what memory does not know for new. */
  async function lookup(asking: Follower, keys: IdentityKey[]): Promise<(number | undefined)[]> {
    // The store writes what was handed over before, which may take its time while it catches up.
    if (asking === follower && !isJoined && !isJoining) await appends;
    if (asking !== follower) return keys.map(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const text = `the store did not answer within ${LOOKUP_WALL_MS_MAX} ms`;
      timer = setTimeout(() => reject(new Error(text)), LOOKUP_WALL_MS_MAX);
    });
    try {
      return await Promise.race([store.lookup(keys), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  function append({ batch }: IngestBatch, position: number): void {
    const mine = follower;
    const rows = batch.columns.length;
    seriesNamed = mine?.line.size() ?? 0;
    rowsPending += rows;
    for (const fate of Object.keys(ledger) as (keyof Ledger)[]) ledger[fate] += batch.ledger[fate];
    appends = store.append({ ...batch, position }).then(
      (putAside) => {
        // An append of a store that was opened again since counts no more.
        if (mine !== follower) return;
        ledger.stored -= putAside;
        ledger.putAside += putAside;
        rowsPending -= rows;
        storedTo = position;
        openings.storedTo(storedTo);
        memories.storedTo(neededFrom());
        journal.keepFrom("engine", memories.at(neededFrom())?.position ?? neededFrom());
      },
      (error: Error) => {
        if (mine === follower) fail(error);
      },
    );
    if (rowsPending > STORE_ROWS_PENDING_MAX && isJoined) {
      fail(new Error(`${rowsPending} rows wait for it: it is slower than what comes`));
    }
  }

  function needFollower(): Follower {
    if (follower !== undefined) return follower;
    throw new GridwardenError("STORE_FAILED", fault ?? "the store of readings is not open");
  }

  async function standing(past: readonly PastReading[]): Promise<(number | undefined)[]> {
    const found = needFollower().line.keysOfPast(past);
    const keys = found.filter((key) => key !== undefined);
    const values = keys.length === 0 ? [] : await store.lookup(keys);
    const next = values.values();
    return found.map((key) => (key === undefined ? undefined : next.next().value));
  }

  /** Between two batches: what the line has numbered must be named to the store in its order. */
  async function stillFollower(): Promise<Follower> {
    const mine = needFollower();
    while (isMoving(mine)) {
      await stopping.orAfter(wallDelay(LOOK_AGAIN_WALL_MS));
      if (mine !== needFollower() || !isRunning()) throw openedAgain();
    }
    return mine;
  }

  function isMoving({ line, isJudging = false }: Follower): boolean {
    return isJudging || !line.isIdle() || line.size() !== seriesNamed;
  }

  async function replace(past: readonly PastReading[]): Promise<number> {
    return put(await stillFollower(), past);
  }

  async function add(past: readonly PastReading[]): Promise<AddedPast> {
    for (;;) {
      const mine = await stillFollower();
      const position = mine.next;
      const found = await standing(past);
      if (mine !== follower) throw openedAgain();
      // What came while the store was asked may stand where they would.
      if (mine.next !== position || isMoving(mine)) continue;
      const missing = past.filter((_each, index) => found[index] === undefined);
      return { standing: found, refused: missing.length === 0 ? 0 : await put(mine, missing) };
    }
  }

  async function put(mine: Follower, past: readonly PastReading[]): Promise<number> {
    const { batch, refused } = mine.line.placePast(past);
    seriesNamed = mine.line.size();
    try {
      await store.replace(batch);
    } catch (error) {
      // It may lack series that the line has numbered: opened again, both begin with the same.
      if (mine === follower) fail(error as Error);
      throw error;
    }
    return refused;
  }

  function openedAgain(): GridwardenError {
    return new GridwardenError("STORE_FAILED", "the store of readings was opened again");
  }

  /** One at a time. */
  async function stepAlone(mine: Follower, until: number): Promise<void> {
    isStepping = true;
    try {
      await step(mine, until);
    } finally {
      isStepping = false;
    }
  }

  /** Takes the store's own line on, at most to `until`; nothing of it is judged. */
  async function step(mine: Follower, until: number): Promise<void> {
    const isRebuilding = mine.next < storedTo;
    const end = isRebuilding ? storedTo : until;
    const { from, records } = await journal.read(mine.next, {
      records: Math.min(BATCH_RECORDS_MAX, end - mine.next),
      bytes: BATCH_BYTES_MAX,
    });
    if (records.length === 0) throw journalEnds(journal, "what was judged", end);
    if (from >= end) {
      mine.next = from;
      return;
    }
    const batch = await mine.line.process(records.slice(0, end - from), from);
    mine.next = from + batch.count;
    if (batch.openFrom !== undefined) {
      openings.add({ position: mine.next, openFrom: batch.openFrom });
    }
    if (isRebuilding || mine !== follower) return;
    for (const { deviceId, at } of batch.heard) deps.alerts.setHeard(deviceId, at);
    deps.alerts.remember(batch.readings);
    append(batch, mine.next);
  }

  async function follow(mine: Follower): Promise<void> {
    while (isRunning() && mine === follower && !isJoined) {
      if (mine.next < judgedTo()) {
        // The judge may be taking it over just now.
        if (isStepping) await wallDelay(LOOK_AGAIN_WALL_MS);
        else await stepAlone(mine, judgedTo());
        if (rowsPending > STORE_ROWS_PENDING_MAX) await appends;
      } else {
        // The judge takes it over when the next uplink comes.
        await stopping.orAfter(failing.orAfter(journal.waitFor(mine.next)));
        await stopping.orAfter(wallDelay(LOOK_AGAIN_WALL_MS));
      }
    }
    if (mine === follower) await stopping.orAfter(failing.sent());
  }

  async function reopen(delayMs: number): Promise<StoreState | undefined> {
    await stopping.orAfter(wallDelay(delayMs));
    if (!isRunning()) return undefined;
    await store.close().catch(() => {});
    return openOnce();
  }

  async function openOnce(): Promise<StoreState | undefined> {
    try {
      const state = await store.open();
      if (state.position <= journal.end()) return state;
      throw journalEnds(journal, "the store of readings", state.position);
    } catch (error) {
      const text = `readings are kept in the journal and judged, but not stored: ${(error as Error).message}`;
      if (text !== fault) log.error(text);
      fault = text;
      if (error instanceof GridwardenError && error.code === "JOURNAL_CORRUPT") throw error;
      return undefined;
    }
  }

  return {
    async open() {
      const state = await openOnce();
      if (state !== undefined) takeUp(state);
    },
    async run() {
      for (let delayMs = RETRY_WALL_MS_MIN; isRunning(); ) {
        const before = storedTo;
        if (follower !== undefined) {
          await follow(follower).catch(fail);
          delayMs = storedTo > before ? RETRY_WALL_MS_MIN : delayMs;
        } else {
          const state = await reopen(delayMs).catch(() => undefined);
          if (state !== undefined) takeUp(state);
          delayMs = Math.min(delayMs * 2, RETRY_WALL_MS_MAX);
        }
      }
    },
    async caughtUp(wallMsMax) {
      const begunAt = performance.now();
      while (isRunning() && follower !== undefined && follower.next < judgedTo()) {
        if (performance.now() - begunAt > wallMsMax) return;
        await stopping.orAfter(wallDelay(LOOK_AGAIN_WALL_MS));
      }
    },
    async join(position) {
      const mine = follower;
      // Never waits for a step that is under way: the judge comes by again with the next batch.
      if (mine === undefined || isJoined || isStepping || !isNear(mine, position)) return undefined;
      isJoining = true;
      try {
        while (mine === follower && mine.next < position) await stepAlone(mine, position);
      } catch (error) {
        fail(error as Error);
      } finally {
        isJoining = false;
      }
      if (mine !== follower || mine.next !== position) return undefined;
      isJoined = true;
      return mine;
    },
    isJoined: (given) => isJoined && given === follower,
    append,
    fail,
    standing,
    replace,
    add,
    takeState() {
      // Much for a county, and wanted at the start alone.
      const state = opened;
      opened = undefined;
      isStateWanted = false;
      return state;
    },
    line: () => follower?.line,
    async settled() {
      await appends;
    },
    stats: () => ({ storedTo, ledger: { ...ledger }, fault }),
  };
}

const LOOK_AGAIN_WALL_MS = 10;

const isNear = ({ next }: Follower, position: number): boolean =>
  next <= position && position - next <= BATCH_RECORDS_MAX;

/** Positions would be given twice, and new readings taken for old ones. */
export function journalEnds(
  journal: Pick<Journal, "end">,
  what: string,
  position: number,
): GridwardenError {
  return new GridwardenError(
    "JOURNAL_CORRUPT",
    `the journal ends at position ${journal.end()}, but ${what} goes up to ${position}: journal files are gone or are of another time; bring them back, or run 'gridwarden journal repair --continue-at ${position}'`,
  );
}
