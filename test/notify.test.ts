/** Notices on a real database: an order leaves the outbox only when its crew has it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DatabaseDoor } from "../database/database.ts";
import { Case, type Order } from "../model/case.ts";
import { DAY_MS, HOUR_MS, type ManualClock, manualClock } from "../model/clock.ts";
import { CaseNo, CrewId } from "../model/ids.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../model/metrics.ts";
import { createNotify, type Notify, type NotifyOptions } from "../notify/notify.ts";
import { createTestDatabase } from "./support/city-database.ts";

const NOW = Date.parse("2026-11-23T09:00+08:00");
const zone = timeZone("Asia/Shanghai");

let folder: string;
let database: DatabaseDoor;
let clock: ManualClock;
let metrics: MemoryMetrics;
let notify: Notify;
/** `crew order`, in the order in which the broker took them. */
let taken: string[];
let broker: (topic: string, payload: string) => Promise<void>;
let orderCount: number;

const idOf = (payload: string): string => (JSON.parse(payload) as { id: string }).id;

function makeNotify(options: NotifyOptions = {}): Notify {
  metrics = memoryMetrics();
  const publish = (topic: string, payload: string): Promise<void> => broker(topic, payload);
  const view = ({ caseNo }: Case): object => ({ caseNo });
  return createNotify({ clock, log: silentLog, metrics, zone, database, publish, view }, options);
}

async function open(): Promise<void> {
  database = createTestDatabase(
    { log: silentLog, metrics: memoryMetrics() },
    { file: join(folder, "city.db") },
  );
  notify = makeNotify();
  await database.open(notify.migrations);
}

/** Neither stops nor flushes: what a crash leaves is what the database has. */
async function crash(): Promise<void> {
  await database.close();
  await open();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-notify-"));
  clock = manualClock(NOW);
  taken = [];
  orderCount = 0;
  broker = async (topic, payload) => {
    taken.push(`${topic.split("/")[2]} ${idOf(payload)}`);
  };
  await open();
});

afterEach(async () => {
  await notify.stop();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

function order(crewId = "crew-1", orderId = `o-${++orderCount}`): Order {
  const caseNo = CaseNo.parse("4115242026112300001");
  return {
    orderId,
    kind: "dispatched",
    crewId: CrewId.parse(crewId),
    caseNo,
    case: Case.parse({
      caseNo,
      kind: "component",
      categoryCode: "0102",
      conditionId: "cover-open",
      state: "DISPATCHED",
      version: 4,
      source: "sensor",
      lifeSafety: true,
      lon: 114.7,
      lat: 32.1,
      limit: { value: 2, unit: "urgent-hour" },
      openedAt: NOW,
      reworkCount: 0,
    }),
    hazards: [],
    createdAt: clock.now(),
  };
}

async function commit(...orders: Order[]): Promise<void> {
  await database.transaction((tx) => notify.enqueue(tx, orders));
  notify.kick();
}

function acknowledge(orderId: string, crewId = "crew-1", username = crewId): void {
  notify.delivered({
    username,
    topic: `v1/crews/${crewId}/cases`,
    payload: Buffer.from(JSON.stringify({ id: orderId })),
  });
}

/** Moves time a little at every look, so that delayed writes happen. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) {
    if (await holds()) return;
    clock.advance(10);
    await new Promise((resolve) => setImmediate(resolve));
    // A database that is asked over a network takes its time.
    await database.reader.all("select 1 as one");
  }
  expect.fail(`it never came to hold; the broker took ${taken.join(", ") || "nothing"}`);
}

const waitingRows = async (): Promise<string[]> =>
  (
    await database.reader.all<{ id: string }>(
      "select order_id as id from outbox where delivered_at is null order by seq",
    )
  ).map(({ id }) => id);

test("an order goes out after its commit and leaves the outbox when its crew has it", async () => {
  await notify.start();
  await commit(order());
  await until(() => taken.length === 1);
  expect(taken).toEqual(["crew-1 o-1"]);
  expect(notify.stats()).toMatchObject({ waiting: 1, sent: 1, delivered: 0 });
  acknowledge("o-1");
  await until(() => notify.stats().waiting === 0);
  expect(await waitingRows()).toEqual([]);
  expect(metrics.value("gridwarden_notify_orders_delivered_total")).toBe(1);
  const row = await database.reader.get("select sent_at, delivered_at, tries from outbox");
  expect(row).toMatchObject({ sent_at: expect.any(Number), tries: 1 });
});

test("what was rolled back is never sent, what was enqueued twice is there once", async () => {
  await notify.start();
  const failing = database.transaction(async (tx) => {
    await notify.enqueue(tx, [order("crew-1", "lost")]);
    throw new Error("power cut");
  });
  await expect(failing).rejects.toThrow("power cut");
  notify.kick();
  const twice = order("crew-1", "kept");
  await commit(twice);
  await commit(twice);
  await commit(order("crew-1", "last"));
  await until(() => taken.includes("crew-1 last"));
  expect(taken).toEqual(["crew-1 kept", "crew-1 last"]);
});

test("nothing but a session of the crew itself takes an order off the outbox", async () => {
  await notify.start();
  await commit(order());
  await until(() => taken.length === 1);
  acknowledge("o-1", "crew-1", "watcher");
  acknowledge("o-1", "crew-2");
  notify.delivered({
    username: "crew-1",
    topic: "v1/crews/crew-1/position",
    payload: Buffer.from("{}"),
  });
  notify.delivered({
    username: "crew-1",
    topic: "v1/crews/crew-1/cases",
    payload: Buffer.from("?"),
  });
  acknowledge("other");
  await notify.stop();
  expect(await waitingRows()).toEqual(["o-1"]);
});

test("a crew that subscribes gets again what it has not acknowledged, under the same id", async () => {
  await notify.start();
  await commit(order(), order(), order("crew-2"));
  await until(() => taken.length === 3);
  acknowledge("o-1");
  await until(() => notify.stats().delivered === 1);
  taken.length = 0;
  notify.crewSubscribed("crew-1");
  notify.crewSubscribed("crew-without-orders");
  await until(() => taken.length === 1);
  expect(taken).toEqual(["crew-1 o-2"]);
});

test("after a crash everything not acknowledged goes out again, in order", async () => {
  await notify.start();
  await commit(order(), order(), order());
  await until(() => taken.length === 3);
  acknowledge("o-2");
  await until(() => notify.stats().delivered === 1);
  await crash();
  taken.length = 0;
  await notify.start();
  await until(() => taken.length === 2);
  expect(taken).toEqual(["crew-1 o-1", "crew-1 o-3"]);
  expect(notify.stats()).toMatchObject({ waiting: 2, crewsWaiting: 1 });
});

test("orders committed while it was not started wait for the start", async () => {
  await commit(order());
  await crash();
  expect(taken).toEqual([]);
  await notify.start();
  await until(() => taken.length === 1);
});

test("a broker that refuses gets the order later, in order, and other crews do not wait", async () => {
  let isDown = true;
  const take = broker;
  broker = async (topic, payload) => {
    if (isDown && topic.includes("crew-1")) throw new Error("closed");
    await take(topic, payload);
  };
  await notify.start();
  await commit(order(), order(), order("crew-2"));
  await until(() => taken.length === 1);
  expect(taken).toEqual(["crew-2 o-3"]);
  isDown = false;
  await until(() => taken.length === 3);
  expect(taken.slice(1)).toEqual(["crew-1 o-1", "crew-1 o-2"]);
  expect(metrics.value("gridwarden_notify_sends_failed_total")).toBeGreaterThan(0);
});

test("a broker that never answers is a broker that failed", async () => {
  const take = broker;
  let isAsked = false;
  broker = () => {
    isAsked = true;
    return new Promise(() => {});
  };
  await notify.start();
  await commit(order());
  await until(() => isAsked);
  broker = take;
  expect(metrics.value("gridwarden_notify_sends_failed_total")).toBe(0);
  clock.advance(5_000);
  await until(() => metrics.value("gridwarden_notify_sends_failed_total") === 1);
  await until(() => taken.length === 1);
});

test("orders that pile up for one crew are told of once", async () => {
  await notify.stop();
  notify = makeNotify({ warnPerCrew: 3 });
  await notify.start();
  for (let n = 0; n < 6; n += 1) await commit(order());
  await until(() => notify.stats().waiting === 6);
  expect(metrics.value("gridwarden_notify_backlog_warnings_total")).toBe(1);
});

test("delivered orders are forgotten after their time, the newest and the waiting ones never", async () => {
  await notify.start();
  await commit(order(), order("crew-2"), order());
  await until(() => taken.length === 3);
  acknowledge("o-1");
  acknowledge("o-3");
  await until(() => notify.stats().delivered === 2);
  clock.advance(31 * DAY_MS + HOUR_MS);
  const rows = async (): Promise<number> =>
    (await database.reader.all("select seq from outbox")).length;
  await until(async () => (await rows()) === 2);
  await commit(order());
  await until(() => taken.includes("crew-1 o-4"));
});

test("stop and start are safe to repeat, and marks are written by the stop", async () => {
  await notify.start();
  await notify.start();
  await commit(order());
  await until(() => taken.length === 1);
  acknowledge("o-1");
  await notify.stop();
  await notify.stop();
  expect(await waitingRows()).toEqual([]);
});

test("however brokers fail and crews come and go, each crew gets each order, first sent in order", async () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("order" as const), crew: fc.constantFrom("crew-1", "crew-2") }),
      fc.record({ kind: fc.constantFrom("fail", "heal", "rejoin", "crash", "acknowledge") }),
    ),
    { minLength: 1, maxLength: 25 },
  );
  const take = broker;
  await fc.assert(
    fc.asyncProperty(steps, async (path) => {
      taken.length = 0;
      const made: string[] = [];
      let isDown = false;
      broker = async (topic, payload) => {
        if (isDown) throw new Error("down");
        await take(topic, payload);
      };
      await notify.start();
      for (const step of path) {
        if (step.kind === "order" && "crew" in step) {
          const next = order(step.crew);
          made.push(`${step.crew} ${next.orderId}`);
          await commit(next);
        }
        if (step.kind === "fail") isDown = true;
        if (step.kind === "heal") isDown = false;
        if (step.kind === "rejoin") notify.crewSubscribed("crew-1");
        if (step.kind === "acknowledge") {
          const [crewId, orderId] = taken.at(-1)?.split(" ") ?? [];
          if (crewId !== undefined && orderId !== undefined) acknowledge(orderId, crewId);
        }
        if (step.kind === "crash") {
          await crash();
          await notify.start();
        }
        clock.advance(100);
      }
      isDown = false;
      await until(() => {
        clock.advance(60_000);
        return made.every((each) => taken.includes(each));
      });
      for (const crew of ["crew-1", "crew-2"]) {
        const firsts = [...new Set(taken)].filter((each) => each.startsWith(crew));
        expect(firsts).toEqual(made.filter((each) => each.startsWith(crew)));
      }
      for (const each of made) {
        const [crewId = "", orderId = ""] = each.split(" ");
        acknowledge(orderId, crewId);
      }
      await until(() => notify.stats().waiting === 0);
      await notify.stop();
    }),
    { numRuns: 25 },
  );
});
