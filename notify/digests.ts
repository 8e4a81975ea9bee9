/**
 * Sees to it that what floods have gathered is told in time: waits for the next due digest and
 * writes it, all that are due in one transaction. Due times lie in the outbox, so a restart finds
 * them; what the database refuses is tried again.
 */
import type { Clock, Timer } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import type { Log } from "../model/log.ts";
import { floodAt } from "./flood.ts";
import { readFlood, readFloods, recipientOf, writeFlood } from "./flood-tables.ts";
import { digestDueAt, gatheredCrews, makeDueDigest, type SettledOrder } from "./gathering.ts";

export interface Digests {
  start(): void;
  /** Orders may have been gathered. */
  wake(): void;
  /** Ends after the digests that are being written; the rest stays in the outbox. */
  stop(): Promise<void>;
  /** Orders that no digest has yet. */
  gathered(): number;
}

export interface DigestsDeps {
  clock: Clock;
  log: Log;
  database: Database;
  /** There are digests to be sent, or orders that need no telling any more. */
  onMade(settled: readonly SettledOrder[]): void;
}

const RETRY_WALL_MS = 1_000;

export function createDigests({ clock, log, database, onMade }: DigestsDeps): Digests {
  let isRunning = false;
  let shallLook = false;
  let looking: Promise<void> | undefined;
  let timer: Timer | undefined;
  let gathered = 0;
  /** Also over a restart the clock may have been set back. */
  let mayBeAhead = true;
  clock.onSetBack(() => {
    mayBeAhead = true;
    wake();
  });

  async function look(): Promise<void> {
    while (shallLook && isRunning) {
      shallLook = false;
      await followClock();
      const crews = await gatheredCrews(database.reader);
      gathered = crews.reduce((sum, { count }) => sum + count, 0);
      if (crews.length === 0) return;
      const now = clock.now();
      const dues: number[] = [];
      for (const crew of crews) {
        const flood = await readFlood(database.reader, recipientOf(crew.crewId));
        dues.push(digestDueAt(crew, flood, now) - now);
      }
      const delayMs = Math.min(...dues);
      if (delayMs > 0) waitFor(delayMs);
      else await makeDue();
    }
  }

  /** What floods know of times to come came before the clock was set back. */
  async function followClock(): Promise<void> {
    if (!mayBeAhead) return;
    const now = clock.now();
    await database.transaction(async (tx) => {
      for (const { recipient, flood } of await readFloods(tx)) {
        await writeFlood(tx, { recipient, flood: floodAt(flood, now) });
      }
    });
    mayBeAhead = false;
  }

  async function makeDue(): Promise<void> {
    const now = clock.now();
    const settled = await database.transaction(async (tx) => {
      const all: SettledOrder[] = [];
      for (const crew of await gatheredCrews(tx)) all.push(...(await makeDueDigest(tx, crew, now)));
      return all;
    });
    shallLook = true;
    onMade(settled);
  }

  function cancelTimer(): void {
    timer?.cancel();
    timer = undefined;
  }

  function waitFor(delayMs: number): void {
    cancelTimer();
    timer = clock.after(delayMs, () => {
      timer = undefined;
      wake();
    });
  }

  function wake(): void {
    shallLook = true;
    if (looking !== undefined || !isRunning) return;
    looking = look()
      .catch((error: unknown) => {
        log.error("gathered orders could not be put into a digest; it is tried again", { error });
        waitFor(RETRY_WALL_MS * clock.speed);
      })
      .finally(() => {
        looking = undefined;
        if (shallLook) wake();
      });
  }

  return {
    start() {
      isRunning = true;
      wake();
    },
    wake,
    async stop() {
      isRunning = false;
      cancelTimer();
      await looking;
      cancelTimer();
    },
    gathered: () => gathered,
  };
}
