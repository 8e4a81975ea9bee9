/** The engine against doubles that fail on demand: what is judged, stored and committed, and when. */
import { afterEach, expect, test, vi } from "vitest";
import type { AlarmHappening } from "../model/alarm.ts";
import { wallClock } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createEngine, type Engine, type EngineDeps } from "./engine.ts";

interface World {
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
  failOpens: number;
  opens: number;
  /** Records for which the store is asked, and what it answered. */
  doubtful: Set<number>;
  answers: unknown[][];
  isStoreDumb: boolean;
  /** Lines after the first wait for it with every batch. */
  slowLine: Promise<void> | undefined;
  lines: number;
  /** Told to the rules' memory without being judged. */
  remembered: number[];
  canHear: boolean;
  /** What the alerts were told of it: a tick's word, or a deaf span that is over. */
  hearing: (boolean | "deaf span")[];
  /** Appends that wait until they are let go. */
  held: (() => void)[] | undefined;
}

const noEffects = () => ({
  orders: [],
  changed: [],
  watch: [],
  unwatch: [],
  notices: [],
  settled: [],
});

const running: Engine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
});

interface Kept {
  records: number[];
  openings: Map<number, number>;
  storedTo: number;
  cursor: { position: number; open_from: number | null; alive_at: number } | undefined;
  /** The store is open when this settles. */
  opening?: Promise<void>;
}

function fresh(): Kept {
  return { records: [], openings: new Map(), storedTo: 0, cursor: undefined };
}

async function begin(kept: Kept, failOpens = 0): Promise<World> {
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
    failOpens,
    opens: 0,
    doubtful: new Set(),
    answers: [],
    isStoreDumb: false,
    slowLine: undefined,
    lines: 0,
    remembered: [],
    canHear: true,
    hearing: [],
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
      newLine: (state: { position: number }, lookup: (keys: number[]) => Promise<unknown[]>) => {
        world.lines += 1;
        const isSlow = world.lines > 1 && world.slowLine !== undefined;
        return {
          size: () => 0,
          process: async (records: Uint8Array[], from: number) => {
            if (isSlow) await world.slowLine;
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
              // Each record is a message of a sender of its own that must go.
              turnedAway: numbers.map((n) => `sender-${n}`),
              openFrom: kept.openings.get(from + records.length),
            };
          },
        };
      },
      note: () => {},
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
      save: async () => {},
      judge: (readings: number[]) => {
        world.judged.push(...readings);
        happenings = [{ kind: "raised" } as unknown as AlarmHappening];
      },
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
    },
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
        world.isStoreDumb ? new Promise(() => {}) : Promise.resolve(keys.map((n) => n + 0.5)),
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
    canHear: () => world.canHear,
    clock: wallClock(),
    log: silentLog,
    metrics: memoryMetrics(),
    answer: () => {},
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

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

test("what is journaled is judged, committed and then stored, each once and in order", async () => {
  const kept = fresh();
  const world = await begin(kept);
  world.add(3);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(3)));
  world.add(2);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(5)));
  expect(world.judged).toEqual(upTo(5));
  expect(kept.cursor?.position).toBe(5);
  expect(world.kept.at(-1)).toBe(5);
});

test("nothing is stored before it is committed, and a refused commit is tried again", async () => {
  const world = await begin(fresh());
  world.failCommits = 2;
  world.add(3);
  await vi.waitFor(() => expect(world.engine.stats().fault).toContain("database is locked"));
  expect(world.stored).toEqual([]);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(3)), 5_000);
  expect(world.judged).toEqual(upTo(3));
  expect(world.engine.stats().fault).toBeUndefined();
});

test("when the store fails it is opened again, and what it lacks is stored but not judged again", async () => {
  const kept = fresh();
  const world = await begin(kept);
  world.add(2);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(2)));
  world.failAppends = 1;
  world.add(3);
  await vi.waitFor(() => expect(world.judged).toEqual(upTo(5)));
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(6)), 5_000);
  expect(world.judged).toEqual(upTo(6));
});

test("alarms do not wait for a store that is away, and it gets what it lacks when it is back", async () => {
  const kept = fresh();
  const world = await begin(kept);
  world.add(2);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(2)));
  world.failAppends = 1;
  world.failOpens = 3;
  world.add(1);
  await vi.waitFor(() => expect(world.engine.stats().storeFault).toContain("not stored"));
  world.add(2);
  await vi.waitFor(() => expect(world.judged).toEqual(upTo(5)));
  expect(world.stored).toEqual(upTo(2));
  expect(world.engine.stats().storeFault).toContain("not stored");
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(5)), 10_000);
  expect(world.judged).toEqual(upTo(5));
  expect(world.engine.stats().storeFault).toBeUndefined();
});

test("a store that is away from the start keeps nobody from judging", async () => {
  const kept = fresh();
  kept.records = upTo(3);
  kept.storedTo = 1;
  kept.cursor = { position: 2, open_from: null, alive_at: 0 };
  const world = await begin(kept, 2);
  await vi.waitFor(() => expect(world.judged).toEqual([2]));
  await vi.waitFor(() => expect(world.stored).toEqual([1, 2]), 10_000);
  expect(world.judged).toEqual([2]);
});

test("a store that does not answer in time holds up no alarm, and is asked no more", async () => {
  const world = await begin(fresh());
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual([0]));
  world.doubtful = new Set([1, 3]);
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(2)));
  expect(world.answers).toEqual([[1.5]]);
  world.isStoreDumb = true;
  world.failOpens = 100;
  world.add(2);
  await vi.waitFor(() => expect(world.judged).toEqual(upTo(4)), 5_000);
  expect(world.answers).toEqual([[1.5], [undefined]]);
  expect(world.engine.stats().storeFault).toContain("did not answer within 2000 ms");
  world.add(1);
  await vi.waitFor(() => expect(world.judged).toEqual(upTo(5)));
  expect(world.stored).toEqual(upTo(2));
});

test("judging goes on while the store catches up, which asks the store for what it doubts", async () => {
  const world = await begin(fresh());
  world.add(2);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(2)));
  let go = (): void => {};
  world.slowLine = new Promise((resolve) => {
    go = resolve;
  });
  world.failAppends = 1;
  world.add(1);
  await vi.waitFor(() => expect(world.opens).toBe(2), 5_000);
  world.doubtful = new Set([3]);
  world.add(2);
  await vi.waitFor(() => expect(world.judged).toEqual(upTo(5)));
  expect(world.answers).toEqual([[undefined]]);
  expect(world.stored).toEqual(upTo(2));
  go();
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(6)), 5_000);
  expect(world.judged).toEqual(upTo(6));
  expect(world.answers).toEqual([[undefined], [3.5]]);
});

test("a database older than the store judges what lies between, and stores it once", async () => {
  const kept = fresh();
  kept.records = upTo(6);
  kept.storedTo = 5;
  kept.cursor = { position: 2, open_from: null, alive_at: 0 };
  const world = await begin(kept);
  await vi.waitFor(() => expect(world.judged).toEqual([2, 3, 4, 5]));
  world.add(1);
  await vi.waitFor(() => expect(world.judged).toEqual([2, 3, 4, 5, 6]));
  await vi.waitFor(() => expect(world.stored).toEqual([5, 6]), 5_000);
});

test.each([
  ["what was judged", { cursor: { position: 9, open_from: null, alive_at: 0 }, storedTo: 3 }],
  ["the store of readings", { cursor: undefined, storedTo: 9 }],
])("a journal that ends before %s is refused with the cure", async (what, more) => {
  const kept: Kept = { ...fresh(), records: upTo(5), ...more };
  await expect(begin(kept)).rejects.toThrow(
    `ends at position 5, but ${what} goes up to 9: journal files are gone`,
  );
  running.splice(0);
});

test("a stop opens the store no second time and finds no fault in it", async () => {
  const world = await begin(fresh());
  world.add(2);
  await vi.waitFor(() => expect(world.stored).toEqual(upTo(2)));
  await world.engine.stop();
  expect(world.opens).toBe(1);
  expect(world.engine.stats().storeFault).toBeUndefined();
});

test("after a crash between commit and store the rest is stored and not judged", async () => {
  const kept = fresh();
  kept.records = upTo(8);
  kept.storedTo = 3;
  kept.cursor = { position: 6, open_from: null, alive_at: 0 };
  const world = await begin(kept);
  await vi.waitFor(() => expect(world.stored).toEqual([3, 4, 5, 6, 7]));
  expect(world.judged).toEqual([6, 7]);
  expect(world.remembered).toEqual([3, 4, 5]);
});

test("a frame that began before what is stored is decoded from its beginning", async () => {
  const kept = fresh();
  kept.records = upTo(4);
  kept.storedTo = 3;
  kept.cursor = { position: 3, open_from: 1, alive_at: 0 };
  const world = await begin(kept);
  await vi.waitFor(() => expect(world.judged).toEqual([3]));
  expect(world.stored).toEqual([3]);
});

test("the journal keeps the beginning of a frame until the store has all of it", async () => {
  const kept = fresh();
  const world = await begin(kept);
  world.held = [];
  world.add(2, 1);
  await vi.waitFor(() => expect(world.held).toHaveLength(1));
  world.add(2);
  await vi.waitFor(() => expect(world.held).toHaveLength(2));
  // The frame is whole by now, but the store has neither half.
  expect(world.committed.at(-1)).toEqual({ position: 4, openFrom: 1 });
  const [first, second] = world.held;
  first?.();
  await vi.waitFor(() => expect(world.kept).toEqual([1]));
  second?.();
  await vi.waitFor(() => expect(world.kept).toEqual([1, 4]));
  world.held = undefined;
});

test("what devices and crews told is saved with the cursor of their batch, and not when read again", async () => {
  const kept = fresh();
  kept.records = upTo(6);
  kept.storedTo = 2;
  kept.cursor = { position: 4, open_from: 1, alive_at: 0 };
  const world = await begin(kept);
  await vi.waitFor(() => expect(world.stored).toEqual([2, 3, 4, 5]));
  await world.engine.write(async () => ({ value: 7 }));
  world.add(1);
  await vi.waitFor(() => expect(world.judged).toEqual([4, 5, 6]));
  await vi.waitFor(() => expect(kept.cursor?.position).toBe(7));
  expect(world.told).toEqual([
    [[4, 5], 4],
    [[6], 6],
  ]);
});

test("a sender is turned away once its message is judged, not when it is read again", async () => {
  const kept = fresh();
  kept.records = upTo(6);
  kept.storedTo = 2;
  kept.cursor = { position: 4, open_from: 1, alive_at: 0 };
  const world = await begin(kept);
  await vi.waitFor(() => expect(world.stored).toEqual([2, 3, 4, 5]));
  expect(world.turnedAway).toEqual([
    ["sender-4", 6],
    ["sender-5", 6],
  ]);
});

test("what the platform cannot hear is told to the alerts, before anything that comes afterwards", async () => {
  const world = await begin(fresh());
  await vi.waitFor(() => expect(world.hearing).toEqual([true]), 3_000);
  world.canHear = false;
  await vi.waitFor(() => expect(world.hearing).toEqual([true, false]), 3_000);
  world.canHear = true;
  world.add(1);
  await vi.waitFor(() => expect(world.judged).toEqual([0]));
  expect(world.hearing).toEqual([true, false, "deaf span"]);
  await vi.waitFor(() => expect(world.hearing.at(-1)).toBe(true), 3_000);
});

test("work of the API runs between batches in one transaction, and its error is its own", async () => {
  const world = await begin(fresh());
  const answer = await world.engine.write(async () => ({ value: 7 }));
  expect(answer).toBe(7);
  const refused = world.engine.write(async () => {
    throw new Error("no such case");
  });
  await expect(refused).rejects.toThrow("no such case");
  world.add(1);
  await vi.waitFor(() => expect(world.stored).toEqual([0]));
});

/** Eight records, six of them judged, three stored, and a store that opens when it is told to. */
function slowToOpen(): { kept: Kept; open: () => void } {
  let open = (): void => {};
  const opening = new Promise<void>((resolve) => {
    open = resolve;
  });
  const cursor = { position: 6, open_from: null, alive_at: 0 };
  return {
    kept: { ...fresh(), records: upTo(8), storedTo: 3, cursor, opening },
    open: () => open(),
  };
}

test("a write that comes before the store is open leaves the cursor where it was", async () => {
  const { kept, open } = slowToOpen();
  const world = await begin(kept);
  await world.engine.write(async () => ({ value: 7 }));
  expect(kept.cursor?.position).toBe(6);
  open();
  await vi.waitFor(() => expect(world.stored).toEqual([3, 4, 5, 6, 7]));
  expect(world.judged).toEqual([6, 7]);
});

test("a stop before everything is stored again judges nothing twice", async () => {
  const { kept, open } = slowToOpen();
  const world = await begin(kept);
  const stopped = world.engine.stop();
  open();
  await stopped;
  expect(world.judged).toEqual([]);
  expect(kept.cursor?.position).toBe(6);
});
