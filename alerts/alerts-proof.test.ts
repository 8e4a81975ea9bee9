/** What the sensors say of a repair: who is asked for proof, and since when all is normal. */
import { beforeEach, expect, test } from "vitest";
import { HOUR_MS, type Instant } from "../model/clock.ts";
import { FLAG_BITS } from "../model/reading.ts";
import type { Alerts } from "./alerts.ts";
import {
  assetOf,
  type Begun,
  beginAlerts,
  type FakeRegistry,
  fourDevices,
  proofOf,
  reading,
  START,
} from "./doubles/four-devices.ts";

let registry: FakeRegistry;
let alerts: Alerts;

async function begin(now: Instant, words: Begun = {}): Promise<void> {
  alerts = await beginAlerts(registry, now, words);
}

beforeEach(async () => {
  registry = fourDevices();
  await begin(START);
});

test("an asset of two devices is alarming while one is, and proven when both are normal", async () => {
  registry.add("lid-1b", assetOf("cover-1", "manhole-cover"));
  alerts.judge([reading("lid-1", "isOpen", 1, START)]);
  alerts.watch("cover-1", "cover-displaced", START + 100);
  const health = (): object[] => proofOf(alerts, "cover-1", "cover-displaced");
  expect(health()).toEqual([{ deviceId: "lid-1" }, { deviceId: "lid-1b" }]);
  alerts.judge([
    reading("lid-1b", "isOpen", 0, START + 90),
    reading("lid-1b", "tiltDeg", 1, START + 200),
    reading("lid-1", "tiltDeg", 1, START + 300),
  ]);
  // The open lid still counts, though its tilt is right.
  expect(health()).toEqual([
    { deviceId: "lid-1", lastGoodAt: START + 300 },
    { deviceId: "lid-1b", normalSince: START + 200, lastGoodAt: START + 200 },
  ]);
  alerts.judge([
    reading("lid-1", "isOpen", 0, START + 400),
    reading("lid-1", "tiltDeg", 9, START + 500),
    reading("lid-1", "isOpen", 0, START + 600, { flags: FLAG_BITS.late }),
    reading("lid-1b", "tiltDeg", -5, START + 650, { flags: FLAG_BITS["hj212-T"] }),
  ]);
  expect(health()).toEqual([
    { deviceId: "lid-1", normalSince: START + 400, lastGoodAt: START + 500 },
    { deviceId: "lid-1b", normalSince: START + 200, lastGoodAt: START + 200 },
  ]);
  alerts.judge([reading("lid-1", "tiltDeg", 30, START + 700)]);
  expect(health()[0]).toEqual({
    deviceId: "lid-1",
    lastGoodAt: START + 500,
    lastAbnormalAt: START + 700,
  });
  alerts.judge([
    reading("lid-1", "isOpen", 0, START + 750),
    reading("lid-1", "tiltDeg", 1, START + 800),
  ]);
  expect(health()[0]).toMatchObject({ normalSince: START + 800, lastGoodAt: START + 800 });
});

test("a watch that is asked for again keeps its proof; a later one begins anew; an ended one is gone", () => {
  const health = (): object | undefined => proofOf(alerts, "cover-1", "cover-displaced")[0];
  alerts.watch("cover-1", "cover-displaced", START);
  alerts.judge([reading("lid-1", "isOpen", 0, START + 10)]);
  alerts.watch("cover-1", "cover-displaced", START);
  expect(health()).toMatchObject({ normalSince: START + 10 });
  alerts.watch("cover-1", "cover-displaced", START + 20);
  expect(health()).toEqual({ deviceId: "lid-1" });
  alerts.judge([reading("lid-1", "isOpen", 0, START + 30)]);
  expect(health()).toMatchObject({ normalSince: START + 30 });
  alerts.unwatch("cover-1", "cover-displaced");
  expect(health()).toEqual({ deviceId: "lid-1" });
});

test("effluent is proven by a day's mean alone", () => {
  alerts.watch("outlet-1", "effluent-over-limit", START);
  alerts.judge([
    reading("out-1", "codMgL", 20, START + 1),
    reading("out-1", "codMgL", 20, START + 2, { period: "hour" }),
  ]);
  const health = (): object[] => proofOf(alerts, "outlet-1", "effluent-over-limit");
  expect(health()).toEqual([{ deviceId: "out-1" }]);
  alerts.judge([
    reading("out-1", "codMgL", 20, START + 3, { period: "day" }),
    reading("out-1", "tpMgL", 0.9, START + 3, { period: "day" }),
  ]);
  expect(health()).toEqual([
    { deviceId: "out-1", lastGoodAt: START + 3, lastAbnormalAt: START + 3 },
  ]);
  alerts.judge([reading("out-1", "tpMgL", 0.4, START + 4, { period: "day" })]);
  expect(health()).toEqual([{ deviceId: "out-1", normalSince: START + 4, lastGoodAt: START + 4 }]);
});

test("a device that never reported what a condition is judged by is not asked for proof", async () => {
  registry.add("gas-1", assetOf("cover-1", "manhole-cover"));
  const reported = [
    { deviceId: "lid-1", measurement: "tiltDeg" },
    { deviceId: "gas-1", measurement: "ch4LelPercent" },
  ];
  await begin(START, { deps: { latest: () => reported } });
  const witnesses = (conditionId: string): string[] =>
    alerts.health("cover-1", conditionId).devices.map(({ deviceId }) => deviceId);
  expect(witnesses("cover-displaced")).toEqual(["lid-1"]);
  expect(witnesses("gas-leak-fence")).toEqual(["gas-1"]);
  expect(witnesses("sewer-level")).toEqual(["lid-1", "gas-1"]);
  expect(witnesses("lamp-off")).toEqual([]);
});

test("a condition's sensor was heard by the newest good reading of what it is judged by", async () => {
  const read = (measurement: string, receivedAt: number, flags = 0) => ({
    ...{ deviceId: "lid-1", measurement, receivedAt, flags },
  });
  let reported = [read("tiltDeg", START + 1), read("isOpen", START + 2, FLAG_BITS.range)];
  await begin(START, { deps: { latest: () => reported } });
  const heard = () => alerts.health("cover-1", "cover-displaced").devices[0]?.heardAt;
  // What is suspect says nothing, nor does another measurement.
  expect(heard()).toBe(START + 1);
  reported = [...reported, read("batteryPercent", START + 9)];
  expect(heard()).toBe(START + 1);
  reported = [read("tiltDeg", START + 5)];
  expect(heard()).toBe(START + 5);
  const silentAt = () => alerts.health("cover-1", "cover-displaced").devices[0]?.silentAt ?? 0;
  const afterMs = silentAt() - (START + 5);
  expect(afterMs).toBeGreaterThan(HOUR_MS);
  // What the platform could not hear is no silence.
  alerts.deaf(START + HOUR_MS, START + 3 * HOUR_MS);
  expect(silentAt()).toBe(START + 5 + afterMs + 2 * HOUR_MS);
  reported = [];
  expect(heard()).toBeUndefined();
});
