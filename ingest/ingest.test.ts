import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../model/clock.ts";
import { DeviceId } from "../model/ids.ts";
import { type Flag, flagNames } from "../model/reading.ts";
import type { IngestBatch } from "./batch.ts";
import { NOON, telemetry, world } from "./doubles/world.ts";
import { type Gateway, NOTHING_DECODED } from "./gateways/gateway.ts";

const COVER = "mc-000231";

function tilt(value: number, observedAt: unknown = NOON): object {
  return { observedAt, values: { tiltDeg: value } };
}

function expectBalance({ batch }: IngestBatch): void {
  const { journaled, stored, duplicate, conflict, putAside } = batch.ledger;
  expect(stored + duplicate + conflict + putAside).toBe(journaled);
  expect(batch.columns.length).toBe(stored);
}

test("the samples are stored with their flags, in time order, and the last is one dead letter", async () => {
  const city = world();
  const text = readFileSync(new URL("gateways/native-samples.json", import.meta.url), "utf8");
  const samples = JSON.parse(text) as { topic: string; payload: unknown }[];
  const uplinks = samples.map(({ topic, payload }) => ({ ...telemetry("", payload), topic }));
  const answer = await city.send(...uplinks);
  const shown = answer.readings.map((each) => [
    each.measurement,
    each.value,
    each.observedAt - NOON,
    ...flagNames(each.flags),
  ]);
  expect(shown).toEqual([
    ["tiltDeg", 38.5, -5_000],
    ["isOpen", 1, -5_000],
    ["waterLevelCm", 4, -5_000],
    ["ch4LelPercent", 0, -5_000],
    ["batteryPercent", 87, -5_000],
    ["fillPercent", 96, -605_000],
    ["fillPercent", 97, -5_000],
    ["temperatureC", 21, -5_000],
    ["pressureKpa", 182.5, 0, "clock-absent"],
    ["ch4LelPercent", 52, 0, "clock-absent"],
  ]);
  expect(answer.deadLetters).toHaveLength(1);
  expect(answer.deadLetters[0]).toMatchObject({ reason: "VALUE_INVALID", position: 3, count: 1 });
  expect(answer.batch.ledger).toEqual({
    journaled: 11,
    stored: 10,
    duplicate: 0,
    conflict: 0,
    putAside: 1,
  });
  expect(answer.heard.map((each) => each.deviceId)).toEqual([COVER, "bin-000017", "gl-000004"]);
});

const anyPayload = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.string({ maxLength: 20 }),
  fc
    .array(
      fc.record(
        {
          observedAt: fc.constantFrom<unknown>(NOON, NOON - 60_000, 0, "x", "2026-11-22T00:00:00Z"),
          seq: fc.constantFrom<unknown>(1, 2, "3", null),
          values: fc.dictionary(
            fc.constantFrom("tiltDeg", "isOpen", "x", "__proto__", "a\u0000b"),
            fc.constantFrom<unknown>(1, 2, true, "1", null, 1e6),
          ),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 4 },
    )
    .map((elements) => JSON.stringify(elements)),
);

test("the ledger balances for whatever payloads, and what is stored is what is judged", async () => {
  const devices = fc.constantFrom(COVER, "mc-000232", "bin-000017", "nobody");
  const anyUplink = fc.tuple(devices, anyPayload, fc.constantFrom("telemetry", "status", "x"));
  await fc.assert(
    fc.asyncProperty(fc.array(anyUplink, { maxLength: 12 }), async (sent) => {
      const city = world();
      const uplinks = sent.map(([deviceId, text, leaf]) => {
        const uplink = telemetry(deviceId, Buffer.from(text));
        return { ...uplink, topic: uplink.topic.replace("telemetry", leaf) };
      });
      const half = Math.floor(uplinks.length / 2);
      for (const part of [uplinks.slice(0, half), uplinks.slice(half)]) {
        const answer = await city.send(...part);
        expectBalance(answer);
        expect(answer.readings).toHaveLength(answer.batch.ledger.stored);
        const counted = answer.deadLetters.reduce((sum, each) => sum + each.count, 0);
        expect(counted).toBe(answer.batch.ledger.putAside);
      }
    }),
    { numRuns: 300 },
  );
});

test("the same batch sent three times is stored once and judged once", async () => {
  const city = world();
  const uplinks = Array.from({ length: 40 }, (_each, index) =>
    telemetry(index % 2 === 0 ? COVER : "mc-000232", tilt(index, NOON - index * 1_000)),
  );
  const ledgers = [];
  for (let time = 0; time < 3; time += 1) ledgers.push((await city.send(...uplinks)).batch.ledger);
  expect(ledgers.map((each) => [each.stored, each.duplicate])).toEqual([
    [40, 0],
    [0, 40],
    [0, 40],
  ]);
  city.restart();
  const { readings, batch } = await city.send(...uplinks);
  expect([readings.length, batch.ledger.duplicate]).toEqual([0, 40]);
});

test("readings in reverse order are all stored, and an array is judged in time order", async () => {
  const city = world();
  const elements = Array.from({ length: 300 }, (_each, index) => tilt(index % 90, NOON - index));
  const { readings } = await city.send(telemetry(COVER, elements));
  expect(readings.map((each) => each.observedAt)).toEqual(
    Array.from({ length: 300 }, (_each, index) => NOON - 299 + index),
  );
  for (const index of [1, 2, 3]) {
    await city.send(telemetry("mc-000232", tilt(index, NOON - index * MINUTE_MS)));
  }
  expect(city.store.rows).toHaveLength(303);
});

test("elements that all stand at the receipt are judged in the order of their claimed times", async () => {
  const city = world();
  const { readings } = await city.send(
    telemetry(COVER, [
      { observedAt: 3_000, seq: 3, values: { tiltDeg: 3 } },
      { observedAt: 1_000, seq: 1, values: { tiltDeg: 1 } },
      { observedAt: 2_000, seq: 2, values: { tiltDeg: 2 } },
    ]),
  );
  expect(readings.map((each) => [each.value, each.claimedAt])).toEqual([
    [1, 1_000],
    [2, 2_000],
    [3, 3_000],
  ]);
  expect(city.store.rows.map((each) => each.seq)).toEqual([1, 2, 3]);
});

test.each<[string, unknown, Flag | undefined]>([
  ["now", NOON, undefined],
  ["absent", undefined, "clock-absent"],
  ["1970", 0, "clock-past"],
  ["seconds for milliseconds", 1_795_307_400, "clock-past"],
  ["2000", "2000-01-01T00:00:00+08:00", "clock-past"],
  ["10 years ahead", NOON + 3_650 * DAY_MS, "clock-future"],
  ["microseconds for milliseconds", NOON * 1_000, "clock-future"],
  ["older than what is kept", NOON - 401 * DAY_MS, "clock-past"],
  ["an hour ago", NOON - HOUR_MS, "late"],
])("a device clock at %s", async (_title, observedAt, flag) => {
  const city = world();
  const { readings } = await city.send(
    telemetry(COVER, {
      ...(observedAt === undefined ? {} : { observedAt }),
      values: { tiltDeg: 1 },
    }),
  );
  const [reading] = readings;
  expect(reading?.receivedAt).toBe(NOON);
  expect(flagNames(reading?.flags ?? 0)).toEqual(flag === undefined ? [] : [flag]);
  const standsByClaim = flag === undefined || flag === "late";
  expect(reading?.observedAt).toBe(standsByClaim ? observedAt : NOON);
  const keepsClaim = flag === "clock-past" || flag === "clock-future";
  expect(typeof reading?.claimedAt).toBe(keepsClaim ? "number" : "undefined");
  expect(city.store.rows[0]?.claimedAt).toBe(reading?.claimedAt);
});

test("what is kept of a class can be set, and a series carries it", async () => {
  const city = world(() => ({ retentionDays: { "manhole-cover": 10 } }));
  const { readings, batch } = await city.send(telemetry(COVER, tilt(1, NOON - 11 * DAY_MS)));
  expect(flagNames(readings[0]?.flags ?? 0)).toEqual(["clock-past"]);
  expect(batch.newSeries[0]?.retentionDays).toBe(10);
});

test("a value outside its physical range is flagged and never changed", async () => {
  const city = world();
  const { readings } = await city.send(telemetry(COVER, tilt(-400.25)));
  expect(readings[0]?.value).toBe(-400.25);
  expect(flagNames(readings[0]?.flags ?? 0)).toEqual(["range"]);
});

test("a late reading fills history and is not the latest while a newer one is there", async () => {
  const city = world();
  await city.send(telemetry(COVER, tilt(5, NOON - MINUTE_MS)));
  const { readings } = await city.send(telemetry(COVER, tilt(99, NOON - HOUR_MS)));
  expect(flagNames(readings[0]?.flags ?? 0)).toEqual(["late"]);
  const latest = city.ingest.latest(`asset-of-${COVER}`);
  expect(latest).toEqual([
    {
      deviceId: COVER,
      measurement: "tiltDeg",
      unit: "tiltDeg unit",
      value: 5,
      observedAt: NOON - MINUTE_MS,
      receivedAt: NOON,
      flags: 0,
    },
  ]);
  city.restart();
  expect(city.ingest.latest(`asset-of-${COVER}`)).toEqual(latest);
});

test("a clock that is always an hour slow is in the end not late, also after a restart", async () => {
  const city = world();
  const send = async (receivedAt: Instant): Promise<string[]> => {
    const sent = telemetry(COVER, tilt(1, receivedAt - HOUR_MS), { receivedAt });
    return flagNames((await city.send(sent)).readings[0]?.flags ?? 0);
  };
  const slot = 10 * MINUTE_MS;
  const flags = [];
  for (let index = 0; index < 5; index += 1) flags.push(await send(NOON + index * slot));
  expect(flags).toEqual([["late"], ["late"], ["late"], [], []]);
  city.restart();
  expect(await send(NOON + 5 * slot)).toEqual([]);
});

test("a device was heard by its newest receipt, even of a late reading, and after a restart by its store", async () => {
  const city = world();
  expect(city.ingest.heardAt(COVER)).toBeUndefined();
  await city.send(telemetry(COVER, tilt(3, NOON)));
  const later = { receivedAt: NOON + MINUTE_MS };
  await city.send(telemetry(COVER, tilt(3, NOON - HOUR_MS), later));
  expect(city.ingest.heardAt(COVER)).toBe(NOON + MINUTE_MS);
  const topic = `v1/manhole-cover/${COVER}/status`;
  const said = (text: string, receivedAt: Instant) =>
    telemetry(COVER, Buffer.from(text), { topic, receivedAt });
  await city.send(said("online", NOON + 2 * MINUTE_MS), said("offline", NOON + 3 * MINUTE_MS));
  expect(city.ingest.heardAt(COVER)).toBe(NOON + 2 * MINUTE_MS);
  city.restart();
  expect(city.ingest.heardAt(COVER)).toBe(NOON);
});

test("an uplink that is put aside whole counts one, is one letter, and knocks where it is unknown", async () => {
  const city = world();
  const mismatch = { ...telemetry(COVER, tilt(1)), topic: `v1/waste-bin/${COVER}/telemetry` };
  const strange = { ...telemetry(COVER, tilt(1)), topic: "zigbee/1" };
  const unknown = telemetry("bin-9", [{ values: { a: 1, b: 2 } }], { sender: "gw-1" });
  const answer = await city.send(mismatch, strange, unknown, unknown);
  expect(answer.deadLetters.map((each) => each.reason)).toEqual([
    "CLASS_MISMATCH",
    "TOPIC_UNKNOWN",
    "DEVICE_UNKNOWN",
    "DEVICE_UNKNOWN",
  ]);
  expect(answer.batch.ledger).toMatchObject({ journaled: 4, putAside: 4 });
  expect(answer.heard).toEqual([]);
  expect(city.ingest.knocking()).toEqual([
    { format: "native", id: "bin-9", sender: "gw-1", firstAt: NOON, lastAt: NOON, count: 2 },
  ]);
});

test("those who knock are remembered up to a bound, the longest silent go first", async () => {
  const city = world(() => ({ knockingMax: 2 }));
  for (const id of ["a", "b", "a", "c"]) await city.send(telemetry(id, tilt(1)));
  expect(city.ingest.knocking().map((each) => [each.id, each.count])).toEqual([
    ["c", 1],
    ["a", 2],
  ]);
});

test("measurements that the class does not name are kept up to a bound, also over a restart", async () => {
  const city = world(() => ({ extraMeasurementsPerDeviceMax: 2 }));
  const first = await city.send(telemetry(COVER, { values: { a: 1, b: 2, c: 3, tiltDeg: 4 } }));
  expect(first.readings.map((each) => each.measurement)).toEqual(["a", "b", "tiltDeg"]);
  expect(first.deadLetters[0]).toMatchObject({ reason: "TOO_MANY_MEASUREMENTS", count: 1 });
  city.restart();
  const second = await city.send(
    telemetry(COVER, { values: { a: 5, d: 6, isOpen: true } }, { receivedAt: NOON + 1 }),
  );
  expect(second.readings.map((each) => each.measurement)).toEqual(["a", "isOpen"]);
  expectBalance(second);
});

test.each([["__proto__"], ["constructor"], ["a\u0000b"], ["\ud800"], ["x".repeat(65)], [""]])(
  "%j is no name of a measurement and is put aside alone",
  async (name) => {
    const city = world();
    const values = `{${JSON.stringify(name)}:1,"tiltDeg":2}`;
    const answer = await city.send(telemetry(COVER, Buffer.from(`{"values":${values}}`)));
    expect(answer.readings.map((each) => each.measurement)).toEqual(["tiltDeg"]);
    expect(answer.deadLetters[0]).toMatchObject({ reason: "VALUE_INVALID", count: 1 });
  },
);

test("series are numbered densely from 1 by their first readings, and again so on a replay", async () => {
  const city = world();
  const answer = await city.send(
    telemetry(COVER, tilt(1)),
    telemetry("mc-000232", { observedAt: NOON, values: { isOpen: false, tiltDeg: 1 } }),
  );
  const ids = answer.batch.newSeries.map((each) => [
    each.seriesId,
    each.deviceId,
    each.measurement,
  ]);
  expect(ids).toEqual([
    [1, COVER, "tiltDeg"],
    [2, "mc-000232", "isOpen"],
    [3, "mc-000232", "tiltDeg"],
  ]);
  const again = world();
  again.journal.push(...city.journal);
  const replayed = await again.replay(0);
  expect(replayed.batch).toEqual(answer.batch);
  expect(replayed.readings).toEqual(answer.readings);
});

test("a device whose asset changes its class is judged by the new class at once", async () => {
  const city = world();
  await city.send(telemetry(COVER, tilt(1)));
  city.registry.move(COVER, "waste-bin");
  const topic = `v1/waste-bin/${COVER}/telemetry`;
  const values = { fillPercent: 300, tiltDeg: 400 };
  const sent = { ...telemetry(COVER, { observedAt: NOON + 1, values }), topic };
  const { readings } = await city.send(sent);
  expect(readings.map((each) => flagNames(each.flags))).toEqual([["range"], []]);
  expect(
    city.ingest.seriesOf({ deviceId: COVER }).map((each) => [each.seriesId, each.unit]),
  ).toEqual([
    [1, ""],
    [2, "fillPercent unit"],
  ]);
});

test("a name that the new class knows takes no room among those that no class names", async () => {
  const city = world(() => ({ extraMeasurementsPerDeviceMax: 1 }));
  await city.send(telemetry(COVER, { values: { fillPercent: 1 } }));
  city.registry.move(COVER, "waste-bin");
  const topic = `v1/waste-bin/${COVER}/telemetry`;
  const { readings } = await city.send({ ...telemetry(COVER, { values: { other: 1 } }), topic });
  expect(readings.map((each) => each.measurement)).toEqual(["other"]);
});

test("series are found by device, by asset, by measurement and by period", async () => {
  const city = world();
  await city.send(telemetry(COVER, { observedAt: NOON, values: { tiltDeg: 1, isOpen: true } }));
  const assetId = `asset-of-${COVER}`;
  expect(city.ingest.seriesOf({ assetId }).map((each) => each.seriesId)).toEqual([1, 2]);
  const filter = { assetId, measurement: "isOpen", period: "instant" as const };
  expect(city.ingest.seriesOf(filter)).toEqual([
    {
      seriesId: 2,
      deviceId: COVER,
      measurement: "isOpen",
      period: "instant",
      retentionDays: 400,
      unit: "isOpen unit",
    },
  ]);
  expect(city.ingest.seriesOf({ assetId, period: "hour" })).toEqual([]);
  expect(city.ingest.seriesOf({ deviceId: "nobody" })).toEqual([]);
});

test("a batch that the store did not answer for can be processed again, with nothing lost", async () => {
  const city = world();
  await city.send(telemetry(COVER, tilt(1, NOON)));
  city.store.fault = new Error("the store is away");
  const from = city.journal.length;
  const sent = telemetry(COVER, tilt(2, NOON - 1_000));
  await expect(city.send(sent)).rejects.toThrow("the store is away");
  // What came meanwhile waits for its own turn: the same records are taken again, and no more.
  const later = Buffer.concat(city.ingest.encodeUplink(telemetry(COVER, tilt(3, NOON + 1_000))));
  city.journal.push(later);
  const { batch, count } = await city.replay(from);
  expect(batch.ledger).toMatchObject({ journaled: 1, stored: 1 });
  expect(count).toBe(1);
  expect((await city.replay(from + count)).batch.ledger).toMatchObject({ journaled: 1, stored: 1 });
});

test("a batch while another is under way is refused", async () => {
  const city = world();
  await city.send(telemetry(COVER, tilt(1)));
  const first = city.send(telemetry(COVER, tilt(1, NOON - 1)));
  await expect(city.ingest.process([], 0)).rejects.toThrow("under way");
  await first;
});

test("uplinks, verdicts, reasons and flags are counted", async () => {
  const city = world();
  await city.send(
    telemetry(COVER, tilt(1)),
    telemetry(COVER, tilt(1)),
    telemetry(COVER, tilt(2)),
    telemetry(COVER, { values: { tiltDeg: 500 } }, { receivedAt: NOON + 1 }),
    telemetry(COVER, []),
  );
  const value = (name: string, labels: Record<string, string>): number =>
    city.metrics.value(`gridwarden_ingest_${name}`, labels);
  expect(value("uplinks_total", { format: "native" })).toBe(5);
  expect(value("values_total", { verdict: "new" })).toBe(2);
  expect(value("values_total", { verdict: "duplicate" })).toBe(1);
  expect(value("values_total", { verdict: "conflict" })).toBe(1);
  expect(value("put_aside_total", { reason: "EMPTY" })).toBe(1);
  expect(value("flags_total", { flag: "range" })).toBe(1);
  expect(value("flags_total", { flag: "clock-absent" })).toBe(1);
  expect(city.ingest.size()).toBe(1);
});

test("a clock that is usually behind is known by how much, one that nobody has heard by nothing", async () => {
  const city = world();
  for (const minutes of [0, 15, 30]) {
    const receivedAt = NOON + minutes * 60_000;
    const said = { observedAt: receivedAt - 8 * 3_600_000, values: { tiltDeg: minutes } };
    await city.send(telemetry("mc-000231", said, { receivedAt }));
  }
  expect(city.ingest.usualSkewMs("mc-000231")).toBe(8 * 3_600_000);
  expect(city.ingest.usualSkewMs("mc-000232")).toBe(0);
});

test("a status or an answer whose platform's clock cannot be believed stands at its receipt", async () => {
  const deviceId = DeviceId.parse(COVER);
  const said = [NOON + 3_650 * DAY_MS, NOON + MINUTE_MS, 0, NOON - HOUR_MS];
  const platform = (): Gateway => ({
    ...{ format: "platform", firstLevels: ["platform"] },
    decode: () => ({
      ...NOTHING_DECODED,
      statuses: said.map((at) => ({ deviceId, status: "offline", at })),
      acks: said.map((at) => ({ deviceId, id: "c-1", isOk: true, at })),
    }),
  });
  const city = world(() => ({ gateways: [platform] }));
  const { statuses, acks } = await city.send({ ...telemetry(COVER, {}), topic: "platform/a" });
  const wanted = [NOON, NOON, NOON, NOON - HOUR_MS];
  expect([statuses, acks].map((all) => all.map(({ at }) => at))).toEqual([wanted, wanted]);
});

test("a gateway that cannot say what it remembers costs no reading of the batch", async () => {
  const forgetful = (): Gateway => ({
    ...{ format: "forgetful", firstLevels: ["forgetful"] },
    decode: () => NOTHING_DECODED,
    memory: {
      save() {
        throw new RangeError("Invalid string length");
      },
      restore: () => {},
    },
  });
  const city = world(() => ({ gateways: [forgetful] }));
  const { readings, memory } = await city.send(telemetry(COVER, { values: { tiltDeg: 3 } }));
  expect(readings.map(({ value }) => value)).toEqual([3]);
  expect(memory).toBeUndefined();
});
