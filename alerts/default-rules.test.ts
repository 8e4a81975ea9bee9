/** The classes' own rules on days of readings: what they find, and what they must not. */
import { expect, test } from "vitest";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { FLAG_BITS, type Period, type Reading } from "../model/reading.ts";
import { Asset, Device, type RegistryView } from "../model/registry.ts";
import { type Alerts, createAlerts } from "./alerts.ts";

/** A Monday in November. */
const MIDNIGHT = Date.parse("2026-11-23T00:00:00+08:00");
const nowhere: Sql = {
  run: async () => ({ changes: 0 }),
  all: async () => [],
  get: async () => undefined,
};

interface Rig {
  alerts: Alerts;
  /** At so many hours after midnight. */
  say(hours: number, measurement: string, value: number, more?: Partial<Reading>): void;
  /** `rule kind severity hours` of everything but silence, since the last time. */
  happened(): Promise<string[]>;
}

async function rigOf(slug: string, attributes: Record<string, string | number> = {}): Promise<Rig> {
  const asset = Asset.parse({
    assetId: "asset-1",
    class: slug,
    componentCode: "4115240101000001",
    name: "asset 1",
    lon: 115.41,
    lat: 31.8,
    attributes,
  });
  const device = Device.parse({ deviceId: "device-1", assetId: "asset-1" });
  const entry = { device, asset };
  const registry: RegistryView = {
    device: (id) => (id === "device-1" ? entry : undefined),
    deviceByExternalId: () => undefined,
    devices: () => [entry].values(),
    asset: () => asset,
    devicesOf: () => [entry],
    devicesOfGateway: () => [],
    partsOf: () => [],
    unit: () => undefined,
    crewsOf: () => [],
    crew: () => undefined,
  };
  const alerts = createAlerts({
    registry,
    classes: ASSET_CLASSES,
    zone: timeZone("Asia/Shanghai"),
    log: silentLog,
    metrics: memoryMetrics(),
  });
  await alerts.load(nowhere, { now: MIDNIGHT });
  return {
    alerts,
    say(hours, measurement, value, more = {}) {
      const at = MIDNIGHT + hours * HOUR_MS;
      alerts.heard("device-1", at);
      alerts.tick(at, { canHear: false });
      const period: Period = more.period ?? "instant";
      const { deviceId } = device;
      alerts.judge([
        { deviceId, measurement, period, observedAt: at, receivedAt: at, value, flags: 0, ...more },
      ]);
    },
    async happened() {
      await alerts.save(nowhere);
      const lines = alerts.pending().map(({ kind, alarm, at }) => {
        const hours = Math.round(((at - MIDNIGHT) / HOUR_MS) * 100) / 100;
        return `${alarm.ruleId.split(".")[1]} ${kind} ${alarm.severity} ${hours}`;
      });
      alerts.committed();
      return lines.filter((line) => !line.startsWith("no-data"));
    },
  };
}

test.each([
  ["a well of 3 m", { depthCm: 300 }, [239, 240, 291]],
  ["a well of unknown depth", {}, [159, 160, 191]],
])(
  "%s warns at 80 %% of its depth and is major 10 cm below the ground",
  async (_what, attributes, levels) => {
    const { say, happened } = await rigOf("manhole-cover", attributes);
    const [before, warning, major] = levels as [number, number, number];
    say(1, "waterLevelCm", before);
    say(2, "waterLevelCm", warning);
    say(3, "waterLevelCm", major);
    say(4, "waterLevelCm", 20);
    say(5, "waterLevelCm", 20);
    expect(await happened()).toEqual([
      "water-high raised warning 2.02",
      "water-high severity major 3",
      "water-high returned major 4.02",
    ]);
  },
);

test("a cover that lies still over a dry well for two days is no fault; a broken probe is, once", async () => {
  const { say, happened } = await rigOf("manhole-cover");
  for (let hours = 0; hours < 48; hours += 0.5) {
    say(hours, "tiltDeg", 0.7);
    say(hours, "waterLevelCm", 0);
    say(hours, "temperatureC", 14);
  }
  expect(await happened()).toEqual([]);
  say(48, "waterLevelCm", -32_768, { flags: FLAG_BITS.range });
  say(49, "waterLevelCm", 12);
  say(50, "waterLevelCm", -32_768, { flags: FLAG_BITS.range });
  say(51, "waterLevelCm", 12);
  say(76, "waterLevelCm", 12);
  expect(await happened()).toEqual([
    "water-probe raised notice 48",
    "water-probe returned notice 75",
  ]);
  say(77, "temperatureC", 14);
  say(77.5, "temperatureC", 60);
  expect(await happened()).toEqual(["temperature-jump raised notice 77.5"]);
});

test("a lamp is held against the sun: dark before its late dawn, lit at noon; at dusk it may be either", async () => {
  const { say, happened } = await rigOf("streetlight");
  say(6, "isLit", 0);
  say(6.25, "isLit", 0);
  say(6.5, "isLit", 0);
  expect(await happened()).toEqual(["dark raised major 6.17"]);
  say(12, "isLit", 1);
  say(12.3, "isLit", 1);
  // The night's alarm stands by day: that the lamp burns at noon says nothing of the night.
  expect(await happened()).toEqual(["day-burn raised warning 12.25"]);
  say(12.5, "isLit", 0);
  say(17.3, "isLit", 1);
  say(17.6, "isLit", 1);
  say(19, "isLit", 1);
  say(19.5, "isLit", 1);
  expect(await happened()).toEqual([
    "day-burn returned warning 12.58",
    "dark returned major 19.17",
  ]);
});

test("over-current is held against the lamp's own rated current", async () => {
  const own = await rigOf("streetlight", { ratedA: 0.5 });
  for (const hours of [1, 1.1, 1.2]) own.say(hours, "currentA", 0.61);
  expect(await own.happened()).toEqual(["over-current raised warning 1.08"]);
  const unknown = await rigOf("streetlight");
  for (const hours of [1, 1.1, 1.2]) unknown.say(hours, "currentA", 40);
  expect(await unknown.happened()).toEqual([]);
});

test("a bin that heats up by 10 °C a minute burns before it has 60 °C; the sun on it is no fire", async () => {
  const { say, happened } = await rigOf("waste-bin");
  for (let minute = 0; minute <= 20; minute += 1) say(minute / 60, "temperatureC", 20 + minute);
  expect(await happened()).toEqual([]);
  for (const [n, degrees] of [10, 22, 34, 45].entries()) {
    say(2 + n / 60, "temperatureC", degrees);
  }
  expect(await happened()).toEqual(["fire-rise raised critical 2.05"]);
});

test("a bin that will be full within 4 hours is told of, until it is emptied", async () => {
  const { say, happened } = await rigOf("waste-bin");
  const fills = [20, 30, 40, 50, 60, 70, 75];
  for (const [hours, fill] of fills.entries()) say(hours, "fillPercent", fill);
  expect(await happened()).toEqual(["full-soon raised notice 4.5"]);
  for (const [n, fill] of [2, 3, 4, 5].entries()) say(7 + n, "fillPercent", fill);
  expect(await happened()).toEqual(["full-soon returned notice 9"]);
});

test.each([
  ["anywhere", {}, []],
  ["in a residential area", { area: "residential" }, ["not-emptied-2d raised major 68"]],
])(
  "a bin not emptied by 20:00 is told of; after two days, %s",
  async (_where, attributes, case2d) => {
    const { say, happened } = await rigOf("waste-bin", attributes);
    say(9, "fillPercent", 60);
    say(9.5, "fillPercent", 4);
    for (let hours = 10; hours < 72; hours += 1) {
      say(hours, "fillPercent", Math.round((4 + (hours - 10)) * 10) / 10);
    }
    const soon = (line: string) => !line.startsWith("full-soon") && !line.startsWith("fill-high");
    expect((await happened()).filter(soon)).toEqual(["not-emptied raised notice 44", ...case2d]);
    // Emptied in the morning it is over at once, and not only in the evening.
    say(77, "fillPercent", 3);
    say(78, "fillPercent", 4);
    const over = (await happened()).filter((line) => line.includes("returned"));
    expect(over.map((line) => line.split(" ").at(-1))).toEqual(["77", ...case2d.map(() => "77")]);
  },
);

test("a bin that holds hardly anything need not be emptied", async () => {
  const { say, happened } = await rigOf("waste-bin", { area: "residential" });
  for (let hours = 0; hours < 72; hours += 1) say(hours, "fillPercent", 3 + (hours % 2));
  expect(await happened()).toEqual([]);
});

test.each([
  [40, ["fill-stuck raised notice 24"]],
  [0, []],
])("a fill that stays at %d %% for a day", async (fill, wanted) => {
  const { say, happened } = await rigOf("waste-bin");
  say(0, "fillPercent", fill);
  for (let hours = 1; hours <= 30; hours += 1) say(hours, "fillPercent", fill);
  expect((await happened()).filter((line) => line.startsWith("fill-"))).toEqual(wanted);
});

const HOUR = { period: "hour" } as const;

/** A day of hours at `mgL`, then hours of the next day at 20, the last a good day later. */
function sayDays(say: Rig["say"], mgL: number, hours = 24): void {
  for (let hour = 0; hour < 48; hour += 1) {
    if (hour >= hours && hour < 24) continue;
    say(hour, "flowM3h", 100, HOUR);
    say(hour, "codMgL", hour < 24 ? mgL : 20, HOUR);
  }
}

const daily = async (rig: Rig) => (await rig.happened()).filter((line) => line.includes("-day"));

test("of a plant that sends no day's mean that of its hours is judged, where 75 % are there", async () => {
  const outlet = await rigOf("sewage-plant", { point: "outlet" });
  sayDays(outlet.say, 60);
  outlet.say(49, "codMgL", 20, HOUR);
  outlet.say(50, "codMgL", 20, HOUR);
  expect(await daily(outlet)).toEqual([
    "cod-day-computed raised major 24",
    "cod-day-computed returned major 49",
  ]);
  const gaps = await rigOf("sewage-plant", { point: "outlet" });
  sayDays(gaps.say, 60, 17);
  expect(await daily(gaps)).toEqual([]);
  const inlet = await rigOf("sewage-plant", { point: "inlet" });
  sayDays(inlet.say, 60);
  expect(await daily(inlet)).toEqual([]);
});

test("where the plant sends the day's mean itself, that alone is judged", async () => {
  const outlet = await rigOf("sewage-plant", { point: "outlet" });
  for (let hour = 0; hour < 24; hour += 1) outlet.say(hour, "codMgL", 60, HOUR);
  const at = MIDNIGHT + DAY_MS + 5 * MINUTE_MS;
  outlet.say(24, "codMgL", 58, { period: "day", observedAt: MIDNIGHT, receivedAt: at });
  for (let hour = 24; hour < 30; hour += 1) outlet.say(hour + 1, "codMgL", 20, HOUR);
  expect(await daily(outlet)).toEqual(["cod-day raised major 24.08"]);
});

test("an analyser that stands still, jumps or reads zero wants a check; a noisy one does not", async () => {
  const { say, happened } = await rigOf("sewage-plant", { point: "outlet" });
  for (let hours = 0; hours < 12; hours += 0.5) {
    say(hours, "codMgL", 30);
    say(hours, "nh3nMgL", 1 + (hours % 1));
    say(hours, "tnMgL", hours < 6 ? 9 + (hours % 1) : 0);
  }
  say(12, "nh3nMgL", 24);
  const faults = await happened();
  expect(faults.filter((line) => !line.startsWith("nh3n-instant"))).toEqual([
    "cod-stuck raised notice 6",
    "tn-zero raised notice 8",
    "nh3n-jump raised notice 12",
  ]);
});

test.each([
  [
    "its set pressure ±10 %",
    { setPressureKpa: 200 },
    ["pressure-low raised major 1.02", "pressure-high raised major 3.02"],
  ],
  ["nothing, where it has no set pressure", {}, []],
])("a gas line is held against %s", async (_what, attributes, wanted) => {
  const { say, happened } = await rigOf("gas-line", attributes);
  for (const [n, kpa] of [179, 179, 221, 221, 182].entries()) say(1 + n, "pressureKpa", kpa);
  expect((await happened()).filter((line) => line.includes("raised"))).toEqual(wanted);
});

test("a pressure that no meal moves for 14 hours is the sensor's", async () => {
  const { say, happened } = await rigOf("gas-line");
  for (let hours = 0; hours <= 15; hours += 0.25) say(hours, "pressureKpa", 201.3);
  say(15.5, "pressureKpa", 201.4);
  say(15.75, "pressureKpa", 201.3);
  expect(await happened()).toEqual([
    "pressure-stuck raised notice 14",
    "pressure-stuck returned notice 15.5",
  ]);
});
