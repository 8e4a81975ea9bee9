import { expect, test } from "vitest";
import type { DeviceId } from "../model/ids.ts";
import { FLAG_BITS, type Reading } from "../model/reading.ts";
import { NOON, telemetry, world } from "./doubles/world.ts";
import type { PastReading } from "./past-readings.ts";

const COVER = "mc-000231" as DeviceId;
const tilt = (value: number, at: number) =>
  telemetry(COVER, { observedAt: at, values: { tiltDeg: value } });

function past(value: number, at: number, more: Partial<Reading> = {}): PastReading {
  const reading: Reading = {
    ...{ deviceId: COVER, measurement: "tiltDeg", period: "instant", value, flags: 0 },
    ...{ observedAt: at, receivedAt: at + 5, ...more },
  };
  return { reading, seq: undefined };
}

const NOTHING = { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 };

const latest = (city: ReturnType<typeof world>) =>
  city.ingest
    .latestOfDevice(COVER)
    .map(({ measurement, value, flags }) => [measurement, value, flags]);

test("the newest reading follows where it is the one that is replaced, and else stays", async () => {
  const city = world();
  await city.send(tilt(10, NOON - 2_000), tilt(20, NOON - 1_000));
  const older = city.ingest.placePast([past(11, NOON - 2_000)]);
  expect(latest(city)).toEqual([["tiltDeg", 20, 0]]);
  const { batch, refused } = city.ingest.placePast([past(21, NOON - 1_000, { flags: 1 })]);
  expect(latest(city)).toEqual([["tiltDeg", 21, 1]]);
  expect([older.batch.newSeries, batch.newSeries, refused]).toEqual([[], [], 0]);
  expect([...batch.columns.seriesId, ...batch.columns.observedAt]).toEqual([1, NOON - 1_000]);
  expect([...batch.columns.value, ...batch.columns.receivedAt]).toEqual([21, NOON - 995]);
});

test("a live repeat of what was replaced is a duplicate of the new value", async () => {
  const city = world();
  await city.send(tilt(20, NOON - 1_000));
  city.ingest.placePast([past(21, NOON - 1_000)]);
  const { batch } = await city.send(tilt(21, NOON - 1_000), tilt(20, NOON - 1_000));
  expect(batch.ledger).toMatchObject({ stored: 0, duplicate: 1, conflict: 1 });
});

test("a measurement that is new is numbered once, and live readings go on in it", async () => {
  const city = world();
  await city.send(tilt(20, NOON - 1_000));
  const more = { measurement: "bodyC" };
  const { batch } = city.ingest.placePast([
    past(7, NOON - 9_000, more),
    past(8, NOON - 8_000, { ...more, min: 6, flags: FLAG_BITS.late }),
  ]);
  expect(batch.newSeries).toMatchObject([{ seriesId: 2, deviceId: COVER, measurement: "bodyC" }]);
  expect([...batch.columns.seriesId, ...batch.columns.flags]).toEqual([2, 2, 0, FLAG_BITS.late]);
  expect([...(batch.columns.min ?? [])]).toEqual([Number.NaN, 6]);
  expect(batch.columns.max).toBeUndefined();
  city.store.append({ ...batch, ledger: NOTHING }, 1);
  const live = { observedAt: NOON, values: { bodyC: 9 } };
  const answer = await city.send(telemetry(COVER, live));
  expect(answer.batch.newSeries).toEqual([]);
  expect([...answer.batch.columns.seriesId.subarray(0, answer.batch.columns.length)]).toEqual([2]);
});

test("keys are those of series that have readings; a seq is a key of its own", async () => {
  const city = world();
  await city.send(tilt(20, NOON - 1_000));
  const seq: PastReading = { ...past(1, NOON), seq: 4 };
  const other = past(1, NOON, { measurement: "isOpen" });
  expect(city.ingest.keysOfPast([past(9, NOON - 3), seq, other])).toEqual([
    { seriesId: 1, key: NOON - 3, isSeq: false },
    { seriesId: 1, key: 4, isSeq: true },
    undefined,
  ]);
  expect(city.ingest.isIdle()).toBe(true);
});

test("what no device of the registry has, and what has no room, is left out and counted", async () => {
  const city = world(() => ({ extraMeasurementsPerDeviceMax: 1 }));
  await city.send(tilt(20, NOON - 1_000));
  const { batch, refused } = city.ingest.placePast([
    past(1, NOON, { deviceId: "nobody" as DeviceId }),
    past(1, NOON, { measurement: "one" }),
    past(1, NOON, { measurement: "two" }),
  ]);
  expect([batch.columns.length, batch.newSeries.length, refused]).toEqual([1, 1, 2]);
});

test("decoded again, the same uplinks give the same keys and values, whatever their clocks", async () => {
  const city = world();
  const clockless = (value: number, more: object = {}) =>
    telemetry(COVER, { ...more, values: { tiltDeg: value } });
  const batches = [
    await city.send(tilt(1, NOON - 5_000), tilt(2, NOON - 9_000), clockless(3), clockless(4)),
    await city.send(clockless(5, { seq: 8 }), tilt(6, NOON - 5_000), tilt(7, NOON - 7_000)),
    await city.send(tilt(2, NOON - 9_000), tilt(9, NOON - 2_000)),
  ];
  const { decode } = city.ingest.newRedecoder(() => true);
  const again = [...(await decode(city.journal.slice(0, 5))).past];
  again.push(...(await decode(city.journal.slice(5))).past);
  expect(again.map(({ reading }) => reading)).toEqual(batches.flatMap(({ readings }) => readings));
  const keys = city.ingest.keysOfPast(again).filter((key) => key !== undefined);
  expect(await city.store.lookup(keys)).toEqual(again.map(({ reading }) => reading.value));
});
