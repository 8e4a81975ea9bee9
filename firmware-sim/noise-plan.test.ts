import { expect, test } from "vitest";
import { HOUR_MS } from "../model/clock.ts";
import { makeCounty } from "./county.ts";
import { type PlannedFault, planFaults } from "./faults.ts";
import { cutFleet } from "./fleet.ts";
import { parseScenario, Scenario, ScenarioError } from "./scenario.ts";

const START = Date.parse("2026-11-23T09:00:00+08:00");
const fleet = cutFleet(makeCounty(1), {
  mix: { streetlight: 40, "manhole-cover": 40, "waste-bin": 100 },
  plain: 0,
  binsPerGateway: 50,
});

const SMALL = {
  name: "small",
  title: { zh: "小", en: "small" },
  about: "",
  fleet: { devices: { streetlight: 2 }, components: 0 },
  suggested: { clock: "2026-11-23T09:00:00+08:00,1", duration: "1h" },
  faults: [] as unknown[],
};
const TRUCK = { label: "truck", what: "truck-over-cover", class: "manhole-cover", at: "5m" };
const LOST = { what: "gateway-outage", class: "waste-bin", at: "1h" };
const OUTAGE = { ...LOST, label: "backfill" };
const STOLEN = { what: "cover-stolen", class: "manhole-cover", at: "1m", expectsCase: "displaced" };

const plan = (more: Record<string, unknown>, seed = 1): PlannedFault[] =>
  planFaults({
    ...{ scenario: Scenario.parse({ ...SMALL, ...more }), fleet, seed },
    ...{ start: START, horizonMs: 12 * HOUR_MS },
  });

test.each<[string, unknown, string]>([
  ["an unknown kind", { ...TRUCK, what: "earthquake", count: 1 }, "one of sensor-noisy"],
  ["a kind of another class", { ...TRUCK, class: "waste-bin", count: 1 }, "for class waste-bin"],
  ["no share and no count", TRUCK, "exactly one of count, share and assetIds"],
  ["a label of words", { ...TRUCK, label: "a truck", count: 1 }, "a label of a-z, 0-9 and -"],
  ["a case", { ...TRUCK, count: 1, expectsCase: "x" }, "no field 'expectsCase'"],
  ["a time and the rain", { ...TRUCK, count: 1, while: "rain" }, "exactly one of at and while"],
  [
    "rain with a length",
    { ...TRUCK, count: 1, at: undefined, while: "rain", for: "1h" },
    "no 'for' and no 'every' with 'while'",
  ],
  ["loss without a share", { ...TRUCK, what: "radio-loss", count: 1 }, "'value' for radio-loss"],
  ["noise of nothing", { ...TRUCK, what: "sensor-noisy", count: 1, value: 2 }, "'measurement' for"],
])("a noise profile with %s is refused by name", (_title, profile, part) => {
  const text = JSON.stringify({ ...SMALL, noiseProfiles: [profile] });
  expect(() => parseScenario(text, "mine.json")).toThrow(ScenarioError);
  expect(() => parseScenario(text, "mine.json")).toThrow(/noiseProfiles\[0\]/);
  expect(() => parseScenario(text, "mine.json")).toThrow(part);
});

test.each<[string, Record<string, unknown>, string]>([
  ["that there is not", { amid: "storm", for: "1h" }, "keeps devices off line: backfill"],
  ["without an end", { amid: "backfill" }, "'for', and a fault of single devices"],
])("a fault amid an outage %s is refused by name", (_title, more, part) => {
  const faults = [{ ...STOLEN, count: 1, ...more }];
  const text = JSON.stringify({ ...SMALL, faults, noiseProfiles: [{ ...OUTAGE, count: 1 }] });
  expect(() => parseScenario(text, "mine.json")).toThrow(part);
});

test("each device that noise strikes has a line with its label, and no case", () => {
  const struck = plan({ noiseProfiles: [{ ...TRUCK, count: 3, for: "10s", every: "1h" }] });
  expect(struck).toHaveLength(36);
  for (const line of struck) {
    expect(line).toMatchObject({ noise: true, label: "truck", expectsCase: null });
    expect(Number(line.until) - line.at).toBe(10_000);
  }
});

test("noise of the rain lasts as long as each shower", () => {
  const rain = [
    { at: "2h", for: "30m", mmPerHour: 5 },
    { at: "22:00", for: "1h", mmPerHour: 9 },
  ];
  const noisy = { what: "sensor-noisy", measurement: "tiltDeg", value: 2, share: 0.5 };
  const struck = plan({
    weather: { rain },
    noiseProfiles: [{ label: "rain", ...noisy, class: "manhole-cover", while: "rain" }],
  });
  const spans = new Set(struck.map(({ at, until }) => `${at - START} ${Number(until) - at}`));
  expect(spans).toEqual(new Set([`${2 * HOUR_MS} ${HOUR_MS / 2}`, `${13 * HOUR_MS} ${HOUR_MS}`]));
  expect(struck).toHaveLength(40);
});

test("what does not hide a fault strikes whom it likes; a stuck sensor is on none that has one", () => {
  const all = { share: 1, class: "manhole-cover", at: "0s" };
  const faults = [{ ...STOLEN, count: 10, for: "1h" }];
  const stolenIn = (lines: PlannedFault[]): Set<string> =>
    new Set(lines.filter(({ noise }) => noise !== true).map(({ deviceId }) => deviceId));
  const mild = plan({
    faults,
    noiseProfiles: [{ ...all, label: "twice", what: "duplicates" }],
  });
  expect(mild.filter(({ noise }) => noise === true)).toHaveLength(40);
  expect(stolenIn(mild).size).toBe(10);
  const hiding = plan({
    faults,
    noiseProfiles: [{ ...all, label: "stuck", what: "sensor-stuck" }],
  });
  const stuck = hiding.filter(({ noise }) => noise === true);
  expect(stuck).toHaveLength(30);
  expect(stuck.some(({ deviceId }) => stolenIn(hiding).has(deviceId))).toBe(false);
});

test("what strikes beside mild noise is planned as if there were none", () => {
  const all = { share: 1, class: "manhole-cover", at: "0s" };
  const noiseProfiles = [
    { ...all, label: "twice", what: "duplicates" },
    { ...all, label: "stuck", what: "sensor-stuck" },
  ];
  const struck = plan({ noiseProfiles });
  expect(struck.filter(({ label }) => label === "stuck")).toHaveLength(40);
});

test.each([
  ["by noise", { noiseProfiles: [{ ...OUTAGE, count: 1, for: "3h" }] }],
  [
    "by a fault",
    {
      faults: [{ ...LOST, count: 1, for: "3h", expectsCase: null }],
      noiseProfiles: [{ ...TRUCK, count: 1 }],
    },
  ],
])("a whole gateway is lost %s although single bins have faults of their own", (_by, more) => {
  const fire = { what: "bin-fire", class: "waste-bin", at: "10m", for: "20m", expectsCase: "fire" };
  const faults = [{ ...fire, count: 20 }, ...("faults" in more ? more.faults : [])];
  const struck = plan({ ...more, faults });
  const lost = struck.filter(({ what }) => what === "gateway-outage");
  expect(lost).toHaveLength(50);
  expect(new Set(lost.map(({ gatewayId }) => gatewayId)).size).toBe(1);
  const away = new Set(lost.map(({ deviceId }) => deviceId));
  expect(struck.some(({ what, deviceId }) => what === "bin-fire" && away.has(deviceId))).toBe(
    false,
  );
});

test("a fault amid an outage begins and ends while its device is off line", () => {
  const amid = { ...{ what: "bin-fire", class: "waste-bin", count: 5 }, amid: "backfill" };
  const struck = plan({
    faults: [{ ...amid, at: ["90m", "2h"], for: ["10m", "60m"], expectsCase: null }],
    noiseProfiles: [{ ...OUTAGE, count: 1, for: "3h" }],
  });
  const lost = new Map(
    struck.filter(({ noise }) => noise === true).map((line) => [line.deviceId, line]),
  );
  const fires = struck.filter(({ what }) => what === "bin-fire");
  expect(fires).toHaveLength(5);
  for (const { deviceId, at, until } of fires) {
    expect(at).toBeGreaterThan(lost.get(deviceId)?.at ?? Number.POSITIVE_INFINITY);
    expect(until).toBeLessThan(lost.get(deviceId)?.until ?? 0);
  }
  const tooLong = plan({
    faults: [{ ...amid, at: "90m", for: "5h", expectsCase: null }],
    noiseProfiles: [{ ...OUTAGE, count: 1, for: "3h" }],
  });
  expect(tooLong.filter(({ what }) => what === "bin-fire")).toEqual([]);
});

test("a fault may lie amid the outage of single devices", () => {
  const away = { label: "away", what: "link-down", class: "manhole-cover", at: "1h", for: "3h" };
  const struck = plan({
    faults: [{ ...STOLEN, count: 3, at: "2h", for: "30m", amid: "away" }],
    noiseProfiles: [{ ...away, count: 6 }],
  });
  const off = struck.filter(({ label }) => label === "away").map(({ deviceId }) => deviceId);
  const stolen = struck.filter(({ noise }) => noise !== true).map(({ deviceId }) => deviceId);
  expect([off.length, stolen.length]).toEqual([6, 3]);
  expect(off).toEqual(expect.arrayContaining(stolen));
});

test("labelled noise leaves the plan of the faults of single devices as it is", () => {
  const faults = [{ ...STOLEN, count: 5, every: "2h", for: "30m" }];
  const alone = plan({ faults });
  const beside = plan({ faults, noiseProfiles: [{ ...TRUCK, count: 10 }] });
  expect(beside.filter(({ noise }) => noise !== true)).toEqual(alone);
});
