/**
 * What became of orders since the last write: tried, delivered. Many are written in one
 * transaction, soon, since nobody waits for them. A mark that is lost costs a repeated order,
 * never a missing one; so the number that is kept is bounded, and what does not fit is let go.
 */
import type { Clock, Instant, Timer } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import type { Log } from "../model/log.ts";
import { markDelivered, markTried, type TakenOrder } from "./outbox.ts";

const MARKS_MAX = 20_000;
/** Of the wall: marks are not worth a disk sync each. */
const DELAY_MS = 50;
const RETRY_MS = 1_000;

export interface Marks {
  tried(orderId: string, sentAt: Instant | undefined): void;
  delivered(orderId: string, crewId: string, at: Instant): void;
  /** Acknowledged, written or not yet. */
  isDelivered(orderId: string): boolean;
  flush(): Promise<void>;
}

export interface MarksDeps {
  clock: Clock;
  log: Log;
  database: Database;
  onDelivered(order: DeliveredOrder): void;
}

interface DeliveredOrder extends TakenOrder {
  crewId: string;
  at: Instant;
}

interface Delivery {
  crewId: string;
  at: Instant;
}
interface Trial {
  tries: number;
  sentAt: Instant | undefined;
}

export function createMarks(deps: MarksDeps): Marks {
  let trials = new Map<string, Trial>();
  const deliveries = new Map<string, Delivery>();
  let writing: Promise<boolean> | undefined;
  let timer: Timer | undefined;

  async function write(): Promise<void> {
    const tried = trials;
    trials = new Map();
    const acknowledged = [...deliveries];
    const done: DeliveredOrder[] = [];
    await deps.database.transaction(async (tx) => {
      for (const [orderId, { tries, sentAt }] of tried) await markTried(tx, orderId, tries, sentAt);
      for (const [orderId, { crewId, at }] of acknowledged) {
        const taken = await markDelivered(tx, orderId, crewId, at);
        done.push(...taken.map((order) => ({ crewId, at, ...order })));
      }
    });
    for (const [orderId] of acknowledged) deliveries.delete(orderId);
    for (const order of done) deps.onDelivered(order);
  }

  const isEmpty = (): boolean => trials.size + deliveries.size === 0;

  /** Many marks share one write; nobody waits for them. */
  function later(delayMs: number): void {
    if (timer !== undefined || writing !== undefined) return;
    timer = deps.clock.after(delayMs * deps.clock.speed, () => {
      timer = undefined;
      void writeNow().then((isWritten) => {
        if (!isEmpty()) later(isWritten ? DELAY_MS : RETRY_MS);
      });
    });
  }

  function writeNow(): Promise<boolean> {
    writing ??= write()
      .then(() => true)
      .catch((error: unknown) => {
        deps.log.warn("the outbox could not be marked; it is tried again", { error });
        return false;
      })
      .finally(() => {
        writing = undefined;
      });
    return writing;
  }

  function cancelTimer(): void {
    timer?.cancel();
    timer = undefined;
  }

  return {
    tried(orderId, sentAt) {
      const before = trials.get(orderId);
      if (before === undefined && trials.size >= MARKS_MAX) return;
      trials.set(orderId, { tries: (before?.tries ?? 0) + 1, sentAt: sentAt ?? before?.sentAt });
      later(DELAY_MS);
    },
    delivered(orderId, crewId, at) {
      if (!deliveries.has(orderId) && deliveries.size >= MARKS_MAX) return;
      deliveries.set(orderId, { crewId, at });
      later(DELAY_MS);
    },
    isDelivered: (orderId) => deliveries.has(orderId),
    async flush() {
      cancelTimer();
      await writing;
      if (!isEmpty()) await writeNow();
      cancelTimer();
    },
  };
}
