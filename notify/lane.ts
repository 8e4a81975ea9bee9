/**
 * One crew's lane: sends its orders one after another, in the order of the outbox, and stays
 * behind a failed one until its time comes again. It keeps a place in the outbox, not the orders:
 * `rewind` goes back to the first that is not acknowledged, and everything from there is sent
 * again under its own id. A lane never waits for another one.
 */
import type { Clock, Timer } from "../model/clock.ts";
import type { Log } from "../model/log.ts";
import type { WaitingOrder } from "./outbox.ts";

export interface LaneDeps {
  clock: Clock;
  log: Log;
  waiting(afterSeq: number, max: number): Promise<WaitingOrder[]>;
  /** Settles when the broker has the message, fails when it has not. */
  send(order: WaitingOrder): Promise<void>;
}

export interface Lane {
  /** There may be new orders. */
  wake(): void;
  /** Everything that is not acknowledged goes out again. */
  rewind(): void;
  /** Ends after the order that is being sent. */
  close(): Promise<void>;
}

const PAGE_MAX = 50;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 300_000;

export function createLane(crewId: string, deps: LaneDeps): Lane {
  let afterSeq = 0;
  let failures = 0;
  let isRewound = false;
  let isAwake = false;
  let isClosed = false;
  let running: Promise<void> | undefined;
  let retry: Timer | undefined;

  async function run(): Promise<void> {
    while (isAwake && !isClosed) {
      isAwake = false;
      await sendAll();
    }
  }

  async function sendAll(): Promise<void> {
    for (;;) {
      if (isRewound) {
        isRewound = false;
        afterSeq = 0;
      }
      const orders = await deps.waiting(afterSeq, PAGE_MAX);
      if (orders.length === 0 && !isRewound) return;
      for (const order of orders) {
        if (isClosed) return;
        if (isRewound) break;
        await deps.send(order);
        failures = 0;
        afterSeq = order.seq;
      }
    }
  }

  function backOff(error: unknown): void {
    const delayMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(failures, 20));
    failures += 1;
    deps.log.warn("an order could not be sent; it stays in the outbox", {
      crewId,
      failures,
      delayMs,
      error: error instanceof Error ? error.message : String(error),
    });
    retry = deps.clock.after(delayMs, () => {
      retry = undefined;
      start();
    });
  }

  function start(): void {
    isAwake = true;
    if (running !== undefined || retry !== undefined || isClosed) return;
    running = run()
      .catch(backOff)
      .finally(() => {
        running = undefined;
        if (isAwake) start();
      });
  }

  return {
    wake: start,
    rewind() {
      isRewound = true;
      retry?.cancel();
      retry = undefined;
      start();
    },
    async close() {
      isClosed = true;
      retry?.cancel();
      retry = undefined;
      await running;
    },
  };
}
