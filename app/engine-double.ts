/**
 * The rooms around the engine as doubles that fail on demand: a journal of numbers, a store, a
 * database, and what each was given, in order. A test file calls `endEngines` after each test.
 */
import { noEffects } from "../cases/cases.ts";
import type { LineMemory } from "../ingest/ingest.ts";
import type { AlarmHappening } from "../model/alarm.ts";
import { wallClock } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createEngine, type Engine, type EngineDeps } from "./engine.ts";

export interface World {
  engine: Engine;
  /** Records of the journal; a batch ends where the array ends. */
  add(count: number, openFrom?: number): void;
  judged: number[];
  /** Positions whose records the store has, in order. */
  stored: number[];
  committed: { position: number; openFrom: number | null }[];
  kept: number[];
  /** Batches whose devices' and crews' words were saved, each with the cursor before it. */
  told: [readings: number[], committedTo: number][];
  tx: Sql | undefined;
  /** Senders, each with the position that was committed by then. */
  turnedAway: [string, number | undefined][];
  failCommits: number;
  failAppends: number;
  failReplaces: number;
  /** Values that the store puts aside of each batch that it takes. */
  putAside: number;
  failOpens: number;
  opens: number;
  /** Records for which the store is asked, and what it answered. */
  doubtful: Set<number>;
  answers: unknown[][];
  isStoreDumb: boolean;
  /** What the store says of keys of the past, where it is asked for them. */
  standing: (() => Promise<(number | undefined)[]>) | undefined;
  /** Readings of the past that were placed. */
  placed: number;
  /** Lines after the first wait for it with every batch; all wait for the `slowLine` of `begin`. */
  slowLine: Promise<void> | undefined;
  lines: number;
  /** Of each line the memory that it was given, and the first record that it read. */
  begun: [memory: number | undefined, from: number][];
  /** Told to the rules' memory without being judged. */
  remembered: number[];
  canHear: boolean;
  /** What the alerts were told of it: a tick's word, or a deaf span that is over. */
  hearing: (boolean | "deaf span")[];
  /** Conditions of closed cases that the alerts were told of, and when that was saved. */
  resets: string[];
  /** Appends that wait until they are let go. */
  held: (() => void)[] | undefined;
}

const running: Engine[] = [];

export async function endEngines(): Promise<void> {
  for (const engine of running.splice(0)) await engine.stop();
}

/** Of an engine that never stood there is nothing to end. */
export function forgetEngines(): void {
  running.splice(0);
}

/** Four of six records are judged and two stored; a frame began at 1. */
export function betweenTheTwo(): Kept {
  const cursor = { position: 4, open_from: 1, alive_at: 0 };
  return { ...fresh(), records: upTo(6), storedTo: 2, cursor };
}

export interface Kept {
  records: number[];
  openings: Map<number, number>;
  /** Positions at which it is saved what gateways remember: those saved, and those to save. */
  memories: { saved: number[]; wanted: number[] };
  storedTo: number;
  cursor: { position: number; open_from: number | null; alive_at: number } | undefined;
  /** The store is open when this settles. */
  opening?: Promise<void>;
}

export function fresh(): Kept {
  const memories = { saved: [], wanted: [] };
  return { records: [], openings: new Map(), memories, storedTo: 0, cursor: undefined };
}

const memoryAt = (position: number): LineMemory => ({ position, parts: new Map() });

export async function begin(kept: Kept, failOpens = 0, slowLine?: Promise<void>): Promise<World> {
  let wake = (): void => {};
  const world: World = {
    engine: undefined as unknown as Engine,
    add(count, openFrom) {
      for (let n = 0; n < count; n += 1) kept.records.push(kept.records.length);
      if (openFrom !== undefined) kept.openings.set(kept.records.length, openFrom);
      wake();
    },
    judged: [],
    stored: [],
    committed: [],
    kept: [],
    told: [],
    tx: undefined,
    turnedAway: [],
    failCommits: 0,
    failAppends: 0,
    failReplaces: 0,
    putAside: 0,
    failOpens,
    opens: 0,
    doubtful: new Set(),
    answers: [],
    isStoreDumb: false,
    standing: undefined,
    placed: 0,
    slowLine: undefined,
    lines: 0,
    begun: [],
    remembered: [],
    canHear: true,
    hearing: [],
    resets: [],
    held: undefined,
  };
  let happenings: AlarmHappening[] = [];
  const ledger = { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 };
  const deps = {
    journal: {
      end: () => kept.records.length,
      stats: () => ({ first: 0 }),
      read: async (from: number, max: { records: number }) => ({
        from,
        records: kept.records.slice(from, from + max.records).map((n) => Uint8Array.of(n)),
      }),
      waitFor: (position: number) =>
        new Promise<void>((resolve) => {
          const look = (): void => void (kept.records.length > position && resolve());
          wake = look;
          look();
        }),
      keepFrom: (_consumer: string, position: number) => world.kept.push(position),
    },
    ingest: {
      newLine: (
        state: { position: number; memory?: LineMemory },
        lookup: (keys: number[]) => Promise<unknown[]>,
      ) => {
        world.lines += 1;
        let isBegun = false;
        const isSlow = slowLine !== undefined || (world.lines > 1 && world.slowLine !== undefined);
        return {
          size: () => 0,
          latest: () => ["known to the line"],
          isIdle: () => true,
          keysOfPast: (past: unknown[]) => past.map((_each, n) => n),
          placePast: (past: unknown[]) => {
            world.placed += past.length;
            return { batch: {}, refused: 0 };
          },
          process: async (records: Uint8Array[], from: number) => {
            if (!isBegun) world.begun.push([state.memory?.position, from]);
            isBegun = true;
            if (isSlow) await (slowLine ?? world.slowLine);
            const numbers = records.map(([n]) => n ?? -1);
            const asked = numbers.filter((n) => n >= state.position && world.doubtful.has(n));
            if (asked.length > 0) world.answers.push(await lookup(asked));
            return {
              count: records.length,
              readings: numbers,
              batch: {
                columns: { length: records.length },
                newSeries: [],
                ledger: { ...ledger, journaled: records.length, stored: records.length },
                positions: numbers,
              },
              deadLetters: [],
              heard: [],
              statuses: [],
              answers: [],
              reports: [],
              // Each record is a message of a sender of its own that must go.
              turnedAway: numbers.map((n) => `sender-${n}`),
              openFrom: kept.openings.get(from + records.length),
              ...(kept.memories.wanted.includes(from + records.length)
                ? { memory: memoryAt(from + records.length) }
                : {}),
            };
          },
        };
      },
      note: () => {},
      loadMemories: async () => kept.memories.saved.map(memoryAt),
      saveMemory: async (_tx: Sql, _memory: LineMemory, all: readonly LineMemory[]) => {
        kept.memories.saved = all.map(({ position }) => position);
      },
      saveDeadLetters: async () => {},
    },
    alerts: {
      load: async () => {},
      setHeard: () => {},
      lookBacks: () => [],
      remember: (readings: number[]) => world.remembered.push(...readings),
      heard: () => {},
      tick: (_now: number, words: { canHear: boolean }) => world.hearing.push(words.canHear),
      deaf: () => world.hearing.push("deaf span"),
      save: async () => {
        if (world.resets.length > 0) world.resets.push("saved");
      },
      reset: (assetId: string, conditionId: string) =>
        world.resets.push(`${assetId} ${conditionId}`),
      judge: (readings: number[]) => {
        world.judged.push(...readings);
        happenings = [{ kind: "raised" } as unknown as AlarmHappening];
      },
      hasUnsavedAlarms: () => false,
      pending: () => happenings,
      committed: () => {
        happenings = [];
      },
      watch: () => {},
      unwatch: () => {},
    },
    cases: {
      onAlarms: async () => noEffects(),
      tick: async () => noEffects(),
      nextDue: async () => undefined,
      watches: async () => [],
      sources: { follow: async () => {} },
    },
    figures: { saveTold: async () => {} },
    notify: { enqueue: async () => {}, saveNotices: async () => {}, kick: () => {} },
    store: {
      open: async () => {
        world.opens += 1;
        await kept.opening;
        if (world.failOpens > 0) {
          world.failOpens -= 1;
          throw new Error("the file is locked");
        }
        return { position: kept.storedTo, ledger, series: [] };
      },
      close: async () => {},
      lookup: (keys: number[]) =>
        world.standing?.() ??
        (world.isStoreDumb ? new Promise(() => {}) : Promise.resolve(keys.map((n) => n + 0.5))),
      replace: async () => {
        if (world.failReplaces === 0) return;
        world.failReplaces -= 1;
        throw new Error("the disk is full");
      },
      append: async (batch: { position: number; positions: number[] }) => {
        if (world.held !== undefined) {
          await new Promise<void>((resolve) => world.held?.push(resolve));
        }
        if (world.failAppends > 0) {
          world.failAppends -= 1;
          throw new Error("the disk is full");
        }
        world.stored.push(...batch.positions);
        kept.storedTo = batch.position;
        return world.putAside;
      },
    },
    database: {
      reader: { get: async () => kept.cursor },
      transaction: async <T>(work: (tx: Sql) => Promise<T>) => {
        if (world.failCommits > 0) {
          world.failCommits -= 1;
          throw new Error("database is locked");
        }
        const run = async (_sql: string, values: readonly unknown[] = []) => {
          const [position = 0, openFrom = null] = values as number[];
          kept.cursor = { position, open_from: openFrom, alive_at: 0 };
          world.committed.push({ position, openFrom });
          return { changes: 1 };
        };
        world.tx = { run } as unknown as Sql;
        return work(world.tx);
      },
    },
    reaching: { follow: async () => {}, kick: () => {} },
    canHear: () => world.canHear,
    clock: wallClock(),
    log: silentLog,
    metrics: memoryMetrics(),
    answer: () => {},
    reported: () => {},
    presence: {
      save: async (tx: Sql, batch: { readings: number[] }) => {
        // Only the transaction's own SQL will do, and only before the cursor.
        if (tx === world.tx) world.told.push([batch.readings, kept.cursor?.position ?? 0]);
      },
    },
    turnAway: (sender: string) => world.turnedAway.push([sender, kept.cursor?.position]),
    watch: { readings: () => {}, alarms: () => {}, cases: () => {}, notices: () => {} },
  };
  world.engine = createEngine(deps as unknown as EngineDeps);
  running.push(world.engine);
  const started = world.engine.start();
  // A store that is held back holds the start back, too.
  if (kept.opening === undefined) await started;
  return world;
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
