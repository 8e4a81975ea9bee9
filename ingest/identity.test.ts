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

/** The law in its plainest form: a map of everything that ever stood. */
function plainVerdict(standing: Map<string, number>, sent: Sent, receivedAt: number): string {
  const { kind, minute, value, deviceId } = sent;
  const time = kind === "timed" ? NOON - minute * 60_000 : receivedAt;
  const key = kind === "seq" ? `${deviceId} seq ${minute}` : `${deviceId} at ${time}`;
  const known = standing.get(key);
  if (known === undefined) standing.set(key, value);
  if (known === undefined) return "stored";
  return known === value ? "duplicate" : "conflict";
}

test("the verdicts are those of a map of everything, over any batches and restarts", async () => {
  await fc.assert(
    fc.asyncProperty(anyRun, async (run) => {
      const city = world();
      const standing = new Map<string, number>();
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
