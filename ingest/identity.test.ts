import fc from "fast-check";
import { expect, test } from "vitest";
import { NOON, telemetry, world } from "./doubles/world.ts";

/** What may be sent: a time within a few minutes, or none but a seq; a value of few. */
const anySent = fc.record({
  kind: fc.constantFrom("timed", "seq", "bare", "timed", "timed"),
  minute: fc.nat({ max: 12 }),
  value: fc.nat({ max: 2 }),
  deviceId: fc.constantFrom("mc-000231", "mc-000232"),
});
type Sent = { kind: string; minute: number; value: number; deviceId: string };

const anyRun = fc.array(
  fc.record({ batch: fc.array(anySent, { minLength: 1, maxLength: 12 }), restarts: fc.boolean() }),
  { minLength: 1, maxLength: 6 },
);

function payloadOf({ kind, minute, value }: Sent): object {
  const values = { tiltDeg: value };
  if (kind === "timed") return { observedAt: NOON - minute * 60_000, seq: minute, values };
  return kind === "seq" ? { seq: minute, values } : { values };
}

interface Standing {
  /** Values by device and key. */
  values: Map<string, number>;
  /** Newest time at which a reading of the device stands. */
  latest: Map<string, number>;
}

/** The law in its plainest form: a map of everything that ever stood. */
function plainVerdict({ values, latest }: Standing, sent: Sent, receivedAt: number): string {
  const { kind, minute, value, deviceId } = sent;
  const newest = latest.get(deviceId) ?? 0;
  const claimed = kind === "timed" ? NOON - minute * 60_000 : receivedAt;
  const time = kind === "bare" ? Math.max(claimed, newest + 1) : claimed;
  const key = kind === "seq" ? `${deviceId} seq ${minute}` : `${deviceId} at ${time}`;
  const known = values.get(key);
  if (known !== undefined) return known === value ? "duplicate" : "conflict";
  values.set(key, value);
  latest.set(deviceId, Math.max(time, newest));
  return "stored";
}

test("the verdicts are those of a map of everything, over any batches and restarts", async () => {
  await fc.assert(
    fc.asyncProperty(anyRun, async (run) => {
      const city = world();
      const standing: Standing = { values: new Map(), latest: new Map() };
      let receivedAt = NOON;
      for (const { batch, restarts } of run) {
        const wanted = { stored: 0, duplicate: 0, conflict: 0 };
        const uplinks = batch.map((sent) => {
          receivedAt += sent.minute % 2;
          wanted[plainVerdict(standing, sent, receivedAt) as keyof typeof wanted] += 1;
          return telemetry(sent.deviceId, payloadOf(sent), { receivedAt });
        });
        const { batch: stored, readings } = await city.send(...uplinks);
        expect(stored.ledger).toEqual({ ...wanted, journaled: batch.length, putAside: 0 });
        expect(readings.length).toBe(wanted.stored);
        if (restarts) city.restart();
      }
    }),
    { numRuns: 300 },
  );
});

test("a key at which only a clockless row stood before a restart is taken once in a batch", async () => {
  const city = world();
  const cover = "mc-000231";
  const clockless = (seq?: number, receivedAt = NOON) =>
    telemetry(
      cover,
      { ...(seq === undefined ? {} : { seq }), values: { tiltDeg: 0 } },
      { receivedAt },
    );
  const timed = telemetry(
    cover,
    { observedAt: NOON, values: { tiltDeg: 0 } },
    { receivedAt: NOON + 1 },
  );
  await city.send(clockless(0));
  city.restart();
  const { batch } = await city.send(clockless(undefined, NOON + 1), timed, timed);
  expect(batch.ledger).toMatchObject({ stored: 2, duplicate: 1 });
});

test("readings that come in the order of their times are never looked up", async () => {
  const city = world();
  for (let minute = 20; minute > 0; minute -= 1) {
    await city.send(
      telemetry("mc-000231", { observedAt: NOON - minute * 60_000, values: { tiltDeg: minute } }),
    );
  }
  expect(city.store.rows).toHaveLength(20);
  expect(city.store.asked).toEqual([]);
});

test("a repeat of the newest is known without a look, an older one is looked up once", async () => {
  const city = world();
  const at = (minute: number) =>
    telemetry("mc-000231", { observedAt: NOON + minute * 1_000, values: { tiltDeg: minute } });
  await city.send(at(1), at(2), at(3));
  const { batch } = await city.send(at(3), at(1));
  expect(batch.ledger).toMatchObject({ stored: 0, duplicate: 2 });
  expect(city.store.asked).toEqual([{ seriesId: 1, key: NOON + 1_000, isSeq: false }]);
});

test("all keys of a batch are asked in one look-up", async () => {
  const city = world();
  const at = (second: number) =>
    telemetry("mc-000231", { observedAt: NOON + second * 1_000, values: { tiltDeg: 1 } });
  await city.send(at(100));
  let calls = 0;
  const { lookup } = city.store;
  city.store.lookup = (keys) => {
    calls += 1;
    return lookup(keys);
  };
  city.restart();
  await city.send(at(1), at(2), at(3), at(2));
  expect(calls).toBe(1);
  expect(city.store.rows).toHaveLength(4);
});

test("two thousand readings of one device in reverse order are all stored, once", async () => {
  const city = world();
  const uplinks = Array.from({ length: 2_000 }, (_each, index) =>
    telemetry("mc-000231", { observedAt: NOON - index * 1_000, values: { tiltDeg: index % 90 } }),
  );
  await city.send(...uplinks);
  expect(city.store.rows).toHaveLength(2_000);
  const { batch } = await city.send(...uplinks);
  expect(batch.ledger).toMatchObject({ stored: 0, duplicate: 2_000, conflict: 0 });
});

test("a seq and a time of the same number are different keys", async () => {
  const city = world();
  await city.send(telemetry("mc-000231", { seq: 7, values: { tiltDeg: 1 } }));
  const { batch } = await city.send(
    telemetry("mc-000231", { observedAt: NOON, values: { tiltDeg: 2 } }),
    telemetry("mc-000231", { seq: 7, values: { tiltDeg: 1 } }, { receivedAt: NOON + 9_000 }),
    telemetry("mc-000231", { seq: 7, values: { tiltDeg: 3 } }, { receivedAt: NOON + 9_000 }),
  );
  expect(batch.ledger).toMatchObject({ stored: 1, duplicate: 1, conflict: 1 });
});

const COVER = "mc-000231";
const bare = (tiltDeg: number, receivedAt = NOON) =>
  telemetry(COVER, { values: { tiltDeg } }, { receivedAt });
const seqAt = (seq: number, tiltDeg: number, receivedAt = NOON) =>
  telemetry(COVER, { seq, values: { tiltDeg } }, { receivedAt });
const timedAt = (observedAt: number, tiltDeg: number) =>
  telemetry(COVER, { observedAt, values: { tiltDeg } });

test("a burst without clock and seq is stored and judged whole, a millisecond apart", async () => {
  const city = world();
  const { batch, readings } = await city.send(bare(1), bare(2), bare(2), bare(31.5));
  expect(batch.ledger).toMatchObject({ stored: 4, duplicate: 0, conflict: 0 });
  const standing = [1, 2, 2, 31.5].map((value, index) => ({
    value,
    observedAt: NOON + index,
    receivedAt: NOON,
  }));
  expect(readings).toMatchObject(standing);
  expect(city.store.rows).toMatchObject(standing);
  expect(city.ingest.latestOfDevice(COVER)).toMatchObject([{ value: 31.5, observedAt: NOON + 3 }]);
});

test("elements of one message without clock and seq are all stored, in their order", async () => {
  const city = world();
  const elements = [1, 2, 31.5].map((tiltDeg) => ({ values: { tiltDeg } }));
  const wrongClock = [40, 41].map((tiltDeg) => ({ observedAt: 1_000, values: { tiltDeg } }));
  const { batch, readings } = await city.send(
    telemetry(COVER, elements),
    telemetry(COVER, wrongClock),
  );
  expect(batch.ledger).toMatchObject({ stored: 5, conflict: 0 });
  expect(readings.map(({ value, observedAt }) => [value, observedAt - NOON])).toEqual([
    [1, 0],
    [2, 1],
    [31.5, 2],
    [40, 3],
    [41, 4],
  ]);
  expect(readings[4]?.claimedAt).toBe(1_000);
});

test("a reading that stands by its receipt is never looked up, whatever stands already", async () => {
  const city = world();
  await city.send(timedAt(NOON + 60_000, 5), seqAt(7, 6, NOON + 90_000));
  city.restart();
  await city.send(bare(1), bare(2, NOON - 60_000), bare(3, NOON + 90_000));
  expect(city.store.asked).toEqual([]);
  expect(city.store.rows.slice(2).map(({ observedAt }) => observedAt - NOON)).toEqual([
    90_001, 90_002, 90_003,
  ]);
});

test("after the wall clock was set back every reading is stored and judged once", async () => {
  const city = world();
  await city.send(bare(1), bare(2, NOON + 1_000));
  city.restart();
  const back = [3, 4, 5].map((value) => bare(value, NOON - 3_600_000 + value));
  const { readings } = await city.send(...back);
  expect(readings.map(({ value, observedAt }) => [value, observedAt - NOON])).toEqual([
    [3, 1_001],
    [4, 1_002],
    [5, 1_003],
  ]);
  const { batch } = await city.send(bare(6, NOON + 5_000));
  expect(batch.ledger.stored).toBe(1);
  expect(city.store.rows.at(-1)?.observedAt).toBe(NOON + 5_000);
});

test("a repeat of a reading with a time is known also between those that stand by receipts", async () => {
  const city = world();
  const { batch } = await city.send(
    bare(1),
    bare(2),
    timedAt(NOON - 1_000, 3),
    bare(4),
    timedAt(NOON - 1_000, 3),
    timedAt(NOON - 1_000, 9),
  );
  expect(batch.ledger).toMatchObject({ stored: 4, duplicate: 1, conflict: 1 });
});

test("what was judged and then lost in a crash is stored at the times at which it was judged", async () => {
  const city = world();
  await city.send(seqAt(3, 0), bare(1), bare(2));
  const burst = [bare(3), seqAt(4, 4), bare(5)];
  const from = city.journal.length;
  for (const each of burst) city.journal.push(Buffer.concat(city.ingest.encodeUplink(each)));
  const judged = await city.ingest.process(city.journal.slice(from), from);
  city.restart();
  const stored = await city.replay(from);
  expect(stored.readings).toEqual(judged.readings);
  expect(stored.readings.map(({ value }) => value)).toEqual([3, 4, 5]);
});

/** Where the journal is cut into batches, and where the process dies in between. */
const anyCuts = fc.array(
  fc.record({ records: fc.integer({ min: 1, max: 5 }), dies: fc.boolean() }),
);

test("the same records give the same rows, wherever batches end and the process dies", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ sent: anySent, stepMs: fc.constantFrom(0, 0, 0, 1, -2) })),
      anyCuts,
      async (all, cuts) => {
        let receivedAt = NOON;
        const uplinks = all.map(({ sent, stepMs }) => {
          receivedAt += stepMs;
          return telemetry(sent.deviceId, payloadOf(sent), { receivedAt });
        });
        const whole = world();
        await whole.send(...uplinks);
        const cut = world();
        let next = 0;
        for (const { records, dies } of cuts) {
          const some = uplinks.slice(next, next + records);
          next += some.length;
          await cut.send(...some);
          if (dies) cut.restart();
        }
        await cut.send(...uplinks.slice(next));
        expect(cut.store.rows).toEqual(whole.store.rows);
        expect(cut.store.ledger).toEqual(whole.store.ledger);
      },
    ),
    { numRuns: 300 },
  );
});

test("after a restart a seq past all before it is new without a look, another is looked up", async () => {
  const city = world();
  await city.send(seqAt(5, 1), seqAt(9, 2, NOON + 1), bare(3, NOON + 2));
  city.restart();
  await city.send(seqAt(10, 4, NOON + 3), seqAt(11, 5, NOON + 4));
  expect(city.store.asked).toEqual([]);
  const { batch } = await city.send(
    seqAt(9, 2, NOON + 5),
    seqAt(5, 8, NOON + 6),
    seqAt(7, 9, NOON + 7),
  );
  expect(batch.ledger).toMatchObject({ stored: 1, duplicate: 1, conflict: 1 });
  expect(city.store.asked.map(({ key, isSeq }) => [key, isSeq])).toEqual([
    [9, true],
    [5, true],
    [7, true],
  ]);
});

test("a series without any seq takes its first ones without a look, also after a restart", async () => {
  const city = world();
  await city.send(timedAt(NOON - 1, 1));
  city.restart();
  const { batch } = await city.send(seqAt(0, 2), seqAt(1, 3));
  expect(batch.ledger.stored).toBe(2);
  expect(city.store.asked).toEqual([]);
});
