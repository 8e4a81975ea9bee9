/**
 * Floods of orders on a real database: a crew gets digests in place of single orders, each order
 * is told once, life safety at once, and a crash changes none of it.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DatabaseDoor } from "../database/database.ts";
import { Case, type Order, type OrderKind } from "../model/case.ts";
import { HOUR_MS, type ManualClock, MINUTE_MS, manualClock } from "../model/clock.ts";
import { CaseNo, CrewId } from "../model/ids.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../model/metrics.ts";
import { createNotify, type Notify } from "../notify/notify.ts";
import { createTestDatabase } from "./support/city-database.ts";

const NOW = Date.parse("2026-11-23T09:00+08:00");
const DIGEST_MS = 2 * MINUTE_MS;
const zone = timeZone("Asia/Shanghai");

interface Message {
  crewId: string;
  at: number;
  id: string;
  kind: string;
  case: { caseNo: string };
  cases?: { caseNo: string; kinds: string[] }[];
  count?: number;
}

let folder: string;
/** Number of the database in it. */
let place = 0;
let database: DatabaseDoor;
let clock: ManualClock;
let metrics: MemoryMetrics;
let notify: Notify;
let taken: Message[];
let isDown: boolean;
let failTransactions: number;
let orderCount: number;

function makeNotify(): Notify {
  metrics = memoryMetrics();
  return createNotify({
    clock,
    log: silentLog,
    metrics,
    zone,
    database: {
      reader: database.reader,
      async transaction(work) {
        if (failTransactions === 0) return database.transaction(work);
        failTransactions -= 1;
        throw new Error("database is locked");
      },
    },
    async publish(topic, payload) {
      if (isDown) throw new Error("down");
      taken.push({ ...JSON.parse(payload), crewId: topic.split("/")[2], at: clock.now() });
    },
    view: (theCase) => theCase,
  });
}

async function open(): Promise<void> {
  database = createTestDatabase(
    { log: silentLog, metrics: memoryMetrics() },
    { file: join(folder, `city-${place}.db`) },
  );
  notify = makeNotify();
  await database.open(notify.migrations);
}

/** Neither stops nor flushes: what a crash leaves is what the database has. */
async function crash(): Promise<void> {
  await database.close();
  await open();
  await notify.start();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-storms-"));
  clock = manualClock(NOW);
  taken = [];
  isDown = false;
  failTransactions = 0;
  orderCount = 0;
  await open();
  await notify.start();
});

afterEach(async () => {
  await notify.stop();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

interface Made {
  caseNumber?: number;
  kind?: OrderKind;
  lifeSafety?: boolean;
  crewId?: string;
}

function order({ caseNumber, kind = "dispatched", lifeSafety = false, crewId }: Made = {}): Order {
  orderCount += 1;
  const caseNo = CaseNo.parse(`41152420261123${String(caseNumber ?? orderCount).padStart(5, "0")}`);
  return {
    orderId: `o-${orderCount}`,
    kind,
    crewId: CrewId.parse(crewId ?? "crew-1"),
    caseNo,
    case: Case.parse({
      caseNo,
      kind: "component",
      categoryCode: "0137",
      conditionId: "lamp-off",
      state: "DISPATCHED",
      version: 4,
      source: "sensor",
      lifeSafety,
      class: "streetlight",
      lon: 114.7,
      lat: 32.1,
      limit: { value: 2, unit: "working-day" },
      openedAt: clock.now(),
      reworkCount: 0,
    }),
    hazards: [],
    createdAt: clock.now(),
  };
}

const many = (count: number, made: Made = {}): Order[] =>
  Array.from({ length: count }, () => order(made));

async function commit(...orders: Order[]): Promise<void> {
  await database.transaction((tx) => notify.enqueue(tx, orders));
  notify.kick();
}

function acknowledge({ id, crewId }: { id: string; crewId: string }): void {
  notify.delivered({
    username: crewId,
    topic: `v1/crews/${crewId}/cases`,
    payload: Buffer.from(JSON.stringify({ id })),
  });
}

/** Lets everything run that waits for the database alone; time stands still. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    // One that is asked over a network takes its time, and writes go one behind another.
    await database.reader.all("select 1 as one");
    await database.transaction(async () => {});
  }
}

/** Moves time on in steps, so that what falls due on the way has its own time. */
async function pass(durationMs: number): Promise<void> {
  const until = clock.now() + durationMs;
  while (clock.now() < until) {
    clock.advance(Math.min(10_000, until - clock.now()));
    await settled();
  }
}

const ids = (): string[] => taken.map(({ id }) => id);
const digests = (): Message[] => taken.filter(({ kind }) => kind === "digest");
const waiting = async (): Promise<number> =>
  Number(
    (await database.reader.get("select count(*) as n from outbox where delivered_at is null"))?.n,
  );

test("ten orders go out singly; what comes beyond is one digest after two minutes", async () => {
  await commit(...many(10));
  await settled();
  expect(ids()).toHaveLength(10);
  await commit(...many(4));
  await pass(DIGEST_MS - 1);
  expect(ids()).toHaveLength(10);
  expect(notify.stats().waiting).toBe(14);
  await pass(1);
  expect(taken).toHaveLength(11);
  expect(digests()[0]).toMatchObject({ id: "digest-crew-1-14", count: 4, crewId: "crew-1" });
  expect(digests()[0]?.cases?.map(({ caseNo }) => Number(caseNo.slice(-5)))).toEqual([
    11, 12, 13, 14,
  ]);
  expect(metrics.value("gridwarden_notify_crews_in_flood")).toBe(1);
  expect(metrics.value("gridwarden_notify_digests_total")).toBe(1);
});

test("life safety goes out singly and at once, in the middle of a flood", async () => {
  await commit(...many(12));
  await settled();
  await commit(order({ lifeSafety: true }));
  await settled();
  expect(ids().at(-1)).toBe("o-13");
  expect(clock.now()).toBe(NOW);
});

test("an order counts as told when its digest is delivered, and not before", async () => {
  await commit(...many(13));
  await pass(DIGEST_MS);
  for (const message of taken.filter(({ kind }) => kind !== "digest")) acknowledge(message);
  await pass(1_000);
  expect(await waiting()).toBe(4);
  expect(notify.stats()).toMatchObject({ waiting: 3, delivered: 10 });
  acknowledge(digests()[0] as Message);
  await pass(1_000);
  expect(await waiting()).toBe(0);
  expect(notify.stats()).toMatchObject({ waiting: 0, delivered: 13 });
  expect(metrics.value("gridwarden_notify_orders_delivered_total")).toBe(13);
});

test("the end of a flood sends what is gathered at once, and the next order goes singly", async () => {
  await commit(...many(11));
  // Keeps the flood up for another nine minutes, then leaves it with four in ten.
  await pass(9 * MINUTE_MS);
  expect(digests()).toHaveLength(1);
  await commit(order());
  await pass(MINUTE_MS);
  expect(digests()).toHaveLength(2);
  expect(digests()[1]).toMatchObject({ count: 1, at: NOW + 10 * MINUTE_MS });
  await commit(order());
  await settled();
  expect(ids().at(-1)).toBe("o-13");
  expect(metrics.value("gridwarden_notify_crews_in_flood")).toBe(0);
});

test("the first order after a flood never overtakes what the flood has gathered", async () => {
  await commit(...many(12));
  await settled();
  await notify.stop();
  clock.advance(HOUR_MS);
  await commit(order({ caseNumber: 12, kind: "urged" }));
  await notify.start();
  await pass(1_000);
  const last = ids().slice(-2);
  expect(last).toEqual(["digest-crew-1-12", "o-13"]);
  expect(digests()[0]?.cases).toHaveLength(2);
});

test("an order that is withdrawn before its digest is told by none, and waits for nobody", async () => {
  await commit(...many(11));
  await settled();
  await commit(order({ caseNumber: 11, kind: "withdrawn" }));
  await pass(DIGEST_MS);
  expect(digests()).toEqual([]);
  for (const message of taken) acknowledge(message);
  await pass(1_000);
  expect(await waiting()).toBe(0);
  expect(notify.stats()).toMatchObject({ waiting: 0 });
});

test("one crew's flood is no other's, but the centre's", async () => {
  await commit(...many(8), ...many(8, { crewId: "crew-2" }));
  await settled();
  expect(ids()).toHaveLength(16);
  expect(await notify.floods()).toEqual([
    { state: "flood", since: NOW, per10Min: 16, gathered: 0 },
    { crewId: "crew-1", state: "calm", per10Min: 8, gathered: 0 },
    { crewId: "crew-2", state: "calm", per10Min: 8, gathered: 0 },
  ]);
  expect(metrics.value("gridwarden_notify_centre_in_flood")).toBe(1);
});

test("the same orders written again are counted once, also where the transaction failed first", async () => {
  const orders = many(6);
  const failing = database.transaction(async (tx) => {
    await notify.enqueue(tx, orders);
    throw new Error("power cut");
  });
  await expect(failing).rejects.toThrow("power cut");
  await commit(...orders);
  await commit(...orders);
  expect((await notify.floods()).map(({ state, per10Min }) => [state, per10Min])).toEqual([
    ["calm", 6],
    ["calm", 6],
  ]);
});

test("a flood, what it has gathered and when that is due survive a crash", async () => {
  await commit(...many(12));
  await pass(MINUTE_MS);
  await crash();
  await commit(order());
  await pass(MINUTE_MS - 1);
  expect(digests()).toEqual([]);
  await pass(1);
  expect(digests()).toMatchObject([{ count: 3, at: NOW + DIGEST_MS }]);
});

test("a digest is sent again under its id until the crew has it", async () => {
  await commit(...many(12));
  isDown = true;
  await pass(DIGEST_MS);
  await crash();
  isDown = false;
  await pass(MINUTE_MS);
  notify.crewSubscribed("crew-1");
  await settled();
  expect(digests().map(({ id }) => id)).toEqual(["digest-crew-1-12", "digest-crew-1-12"]);
  acknowledge(digests()[0] as Message);
  await pass(1_000);
  notify.crewSubscribed("crew-1");
  await settled();
  expect(digests()).toHaveLength(2);
});

test("a database that refuses the digest is asked again", async () => {
  await commit(...many(12));
  await settled();
  await pass(DIGEST_MS - 1_000);
  failTransactions = 2;
  await pass(MINUTE_MS);
  expect(digests()).toHaveLength(1);
});

test("a clock that is set back by hours holds no digest back for hours", async () => {
  await commit(...many(12));
  await settled();
  clock.setBack(5 * HOUR_MS);
  await settled();
  expect(digests()).toHaveLength(1);
  await pass(11 * MINUTE_MS);
  expect((await notify.floods()).map(({ state }) => state)).toEqual(["calm", "calm"]);
});

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("orders" as const),
        count: fc.integer({ min: 1, max: 8 }),
        lifeSafety: fc.boolean(),
        crewId: fc.constantFrom("crew-1", "crew-2"),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("over" as const),
        pick: fc.nat(100),
        orderKind: fc.constantFrom("urged" as const, "withdrawn" as const, "closed" as const),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("pass" as const),
        ms: fc.integer({ min: 1_000, max: 5 * MINUTE_MS }),
      }),
    },
    fc.record({ kind: fc.constantFrom("crash" as const, "down" as const, "up" as const) }),
  ),
  { minLength: 4, maxLength: 25 },
);

test("whatever comes, each order is told once, singly or in a digest, and life safety at once", async () => {
  await notify.stop();
  await fc.assert(
    fc.asyncProperty(steps, async (path) => {
      taken = [];
      isDown = false;
      await database.close();
      place += 1;
      await open();
      await notify.start();
      const made: Order[] = [];
      const urgent: { id: string; at: number }[] = [];
      for (const step of path) {
        if (step.kind === "orders") {
          const { count, lifeSafety, crewId } = step;
          const orders = many(count, { lifeSafety, crewId });
          made.push(...orders);
          await commit(...orders);
          await settled();
          if (lifeSafety && !isDown) {
            urgent.push(...orders.map(({ orderId }) => ({ id: orderId, at: clock.now() })));
          }
        }
        if (step.kind === "over") {
          const earlier = made[step.pick % Math.max(1, made.length)];
          if (earlier === undefined) continue;
          const next = order({
            caseNumber: Number(earlier.caseNo.slice(-5)),
            kind: step.orderKind,
            lifeSafety: earlier.case.lifeSafety,
            crewId: earlier.crewId,
          });
          made.push(next);
          await commit(next);
          await settled();
        }
        if (step.kind === "pass") await pass(step.ms);
        if (step.kind === "down") isDown = true;
        if (step.kind === "crash") await crash();
        if (step.kind === "up") isDown = false;
      }
      isDown = false;
      notify.crewSubscribed("crew-1");
      notify.crewSubscribed("crew-2");
      await pass(15 * MINUTE_MS);
      await checkTold(made, urgent);
      for (const message of taken) acknowledge(message);
      await pass(1_000);
      expect(await waiting()).toBe(0);
      expect(notify.stats().waiting).toBe(0);
      await notify.stop();
    }),
    { numRuns: 20 },
  );
}, 180_000);

async function checkTold(
  made: readonly Order[],
  urgent: readonly { id: string; at: number }[],
): Promise<void> {
  const sent = new Map(taken.map((message) => [message.id, message]));
  for (const { id, at } of urgent) expect(taken.find((each) => each.id === id)?.at).toBe(at);
  const rows = await database.reader.all<{ id: string; digest: string | null; gathered: number }>(
    `select order_id as id, digest_id as digest, gathered from outbox where kind <> 'digest'`,
  );
  expect(rows.map(({ id }) => id).sort()).toEqual(made.map(({ orderId }) => orderId).sort());
  for (const { id, digest, gathered } of rows) {
    const { caseNo, case: theCase } = made.find(({ orderId }) => orderId === id) as Order;
    expect(sent.has(id)).toBe(gathered !== 1);
    if (gathered !== 1) continue;
    expect(theCase.lifeSafety).toBe(false);
    expect(digest).not.toBeNull();
    const mates = made.filter(
      (each) =>
        each.caseNo === caseNo && rows.find((row) => row.id === each.orderId)?.digest === digest,
    );
    const isGone =
      mates[0]?.kind === "dispatched" && ["withdrawn", "closed"].includes(mates.at(-1)?.kind ?? "");
    const isNamed = sent.get(digest ?? "")?.cases?.some((each) => each.caseNo === caseNo) ?? false;
    const isCounted = (sent.get(digest ?? "")?.count ?? 0) > 30;
    expect(isNamed || (isCounted && !isGone)).toBe(!isGone);
  }
}
