import { expect, test } from "vitest";
import { manualClock } from "../model/clock.ts";
import { silentLog } from "../model/log.ts";
import { createLane, type Lane } from "./lane.ts";

interface Bench {
  lane: Lane;
  sent: string[];
  orders: string[];
  /** Fails the next so many sendings. */
  fail(count: number): void;
  /** Runs between two orders. */
  during(orderId: string, call: () => void): void;
  clock: ReturnType<typeof manualClock>;
}

function bench(): Bench {
  const clock = manualClock(0);
  const sent: string[] = [];
  const orders: string[] = [];
  const calls = new Map<string, () => void>();
  let failing = 0;
  const lane = createLane("crew-1", {
    clock,
    log: silentLog,
    async waiting(afterSeq, max) {
      return orders
        .map((orderId, index) => ({ seq: index + 1, orderId, payload: "" }))
        .filter(({ seq }) => seq > afterSeq)
        .slice(0, max);
    },
    async send({ orderId }) {
      calls.get(orderId)?.();
      calls.delete(orderId);
      if (failing > 0) {
        failing -= 1;
        throw new Error("no broker");
      }
      sent.push(orderId);
    },
  });
  return {
    lane,
    sent,
    orders,
    clock,
    fail: (count) => {
      failing = count;
    },
    during: (orderId, call) => calls.set(orderId, call),
  };
}

/** Lets everything run that waits for nothing but itself. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
};

test("orders go out in their order, once", async () => {
  const { lane, orders, sent } = bench();
  orders.push(...Array.from({ length: 120 }, (_none, index) => `o-${index}`));
  lane.wake();
  lane.wake();
  for (let round = 0; round < 10; round += 1) await settled();
  expect(sent).toEqual(orders);
  orders.push("later");
  lane.wake();
  await settled();
  expect(sent).toEqual(orders);
});

test("an order that comes while another is sent is not forgotten", async () => {
  const { lane, orders, sent, during } = bench();
  orders.push("a");
  during("a", () => {
    orders.push("b");
    lane.wake();
  });
  lane.wake();
  await settled();
  expect(sent).toEqual(["a", "b"]);
});

test("a failed order holds back the ones behind it, and waits longer each time", async () => {
  const { lane, orders, sent, fail, clock } = bench();
  orders.push("a", "b");
  fail(3);
  lane.wake();
  await settled();
  const waits = [1_000, 2_000, 4_000];
  for (const waitMs of waits) {
    clock.advance(waitMs - 1);
    lane.wake();
    await settled();
    expect(sent).toEqual([]);
    clock.advance(1);
    await settled();
  }
  expect(sent).toEqual(["a", "b"]);
});

test("rewind sends all that waits again, also in the middle and also out of a backoff", async () => {
  const { lane, orders, sent, during, fail } = bench();
  orders.push("a", "b", "c");
  during("b", () => lane.rewind());
  lane.wake();
  await settled();
  expect(sent).toEqual(["a", "b", "a", "b", "c"]);
  fail(1);
  orders.push("d");
  lane.wake();
  await settled();
  lane.rewind();
  await settled();
  expect(sent.slice(5)).toEqual(["a", "b", "c", "d"]);
});

test("a closed lane ends after the order in hand", async () => {
  const { lane, orders, sent, during } = bench();
  orders.push("a", "b");
  let closing: Promise<void> | undefined;
  during("a", () => {
    closing = lane.close();
  });
  lane.wake();
  await settled();
  await closing;
  lane.wake();
  await settled();
  expect(sent).toEqual(["a"]);
});
