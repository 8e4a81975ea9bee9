import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../model/clock.ts";
import { fault, MONDAY, minuteOf, observe } from "../doubles/device-day.ts";
import { seededRandom } from "../random.ts";
import { nextLocalMinute, sunTimes } from "../weather.ts";
import { DEVICE_CLASSES, faultsOf } from "./all.ts";
import type { ActiveFault, Values } from "./model.ts";
import { applySensorFaults } from "./sensor-faults.ts";

/** Physical ranges of the contract's measurements, as the sensors have them. */
const RANGES: Record<string, [number, number]> = {
  tiltDeg: [0, 180],
  poleTiltDeg: [0, 180],
  ch4LelPercent: [0, 100],
  fillPercent: [0, 100],
  batteryPercent: [0, 100],
  dimPercent: [0, 100],
  o2Percent: [0, 25],
  temperatureC: [-40, 200],
  waterTemperatureC: [0, 50],
  ph: [0, 14],
  powerW: [0, 60_000],
  leakageMa: [0, 1300],
  feeder1A: [0, 50],
  feeder2A: [0, 50],
  feeder3A: [0, 50],
  wetWellCm: [0, 420],
  voltageV: [0, 300],
  powerFactor: [0, 1],
  waterLevelCm: [0, 600],
  rssiDbm: [-140, 0],
};

describe.each(DEVICE_CLASSES)("%s", (slug) => {
  test("every value is finite and within its physical range, healthy or with any fault", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(undefined, ...faultsOf(slug)),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, what, size) => {
          const faults = (now: number): ActiveFault[] =>
            what !== undefined && now > MONDAY + HOUR_MS
              ? [fault(what, MONDAY + HOUR_MS, size)]
              : [];
          for (const { values } of observe({ slug, seed, forMs: 6 * HOUR_MS, faults })) {
            for (const [name, value] of Object.entries(values)) {
              const [min, max] = RANGES[name] ?? [0, 1e6];
              expect(Number(value), name).toBeGreaterThanOrEqual(min);
              expect(Number(value), name).toBeLessThanOrEqual(max);
            }
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  test("the same seed reads the same day", () => {
    expect(observe({ slug, seed: 5 })).toEqual(observe({ slug, seed: 5 }));
    expect(observe({ slug, seed: 5 })).not.toEqual(observe({ slug, seed: 6 }));
  });

  test("a healthy device never sees danger, rain or not", () => {
    const showers = [{ from: MONDAY + 6 * HOUR_MS, until: MONDAY + 9 * HOUR_MS, mmPerHour: 40 }];
    for (let seed = 1; seed <= 10; seed += 1) {
      expect(observe({ slug, seed, showers }).some(({ isUrgent }) => isUrgent)).toBe(false);
    }
  });
});

test.each([
  ["2026-06-21", 313, 1167],
  ["2026-12-21", 434, 1038],
  ["2026-03-20", 382, 1110],
])("the sun rises and sets at the place's times on %s, within minutes", (day, sunrise, sunset) => {
  const times = sunTimes(Date.parse(`${day}T12:00:00+08:00`));
  expect(Math.abs(times.sunrise - sunrise)).toBeLessThan(4);
  expect(Math.abs(times.sunset - sunset)).toBeLessThan(4);
});

test.each(["2026-01-15", "2026-06-21", "2026-09-22", "2026-11-23"])(
  "a lamp is lit from 19:30 to 05:00 and dark from 09:00 to 16:00 on %s",
  (day) => {
    const from = Date.parse(`${day}T00:00:00+08:00`);
    for (const { at, values } of observe({ slug: "streetlight", from })) {
      const minute = ((at - from) % DAY_MS) / MINUTE_MS;
      if (minute >= 19.5 * 60 || minute < 5 * 60) {
        expect(values.isLit).toBe(true);
        expect(Number(values.powerW)).toBeGreaterThan(60);
      }
      if (minute >= 9 * 60 && minute < 16 * 60) {
        expect(values.isLit).toBe(false);
        expect(Number(values.powerW)).toBeLessThan(5);
      }
    }
  },
);

test("a lamp's supply stays within 198 to 235 V and its leakage far below 30 mA, also in rain", () => {
  const showers = [{ from: MONDAY, until: MONDAY + DAY_MS, mmPerHour: 30 }];
  for (let seed = 1; seed <= 20; seed += 1) {
    for (const { values } of observe({ slug: "streetlight", seed, showers })) {
      expect(Number(values.voltageV)).toBeGreaterThan(198);
      expect(Number(values.voltageV)).toBeLessThan(235);
      expect(Number(values.leakageMa)).toBeLessThan(20);
    }
  }
});

test("a broken lamp is dark in the evening, a burning one is lit at noon, a dead feeder has no volts", () => {
  const at = (what: string, minute: number): Values => {
    const faults = (): ActiveFault[] => [fault(what, MONDAY)];
    const seen = observe({ slug: "streetlight", faults });
    return seen.find((one) => minuteOf(one.at) === minute)?.values ?? {};
  };
  expect(at("lamp-off", 20 * 60)).toMatchObject({ isLit: false });
  expect(at("day-burn", 12 * 60)).toMatchObject({ isLit: true });
  expect(at("feeder-outage", 20 * 60)).toMatchObject({ isLit: false, voltageV: 0 });
  expect(Number(at("pole-leakage", 60).leakageMa)).toBeGreaterThan(30);
});

test("bins fill by day, are emptied on two rounds and never run over by themselves", () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const seen = observe({ slug: "waste-bin", seed, forMs: 4 * DAY_MS });
    const fills = seen.map(({ values }) => Number(values.fillPercent));
    expect(Math.max(...fills)).toBeLessThan(80);
    const emptied = fills.filter((fill, index) => fill < (fills[index - 1] ?? 0) - 8).length;
    expect(emptied).toBeGreaterThanOrEqual(4);
  }
});

test("a burning bin passes 60 degrees within three minutes and cools when the fire is out", () => {
  const began = MONDAY + 10 * HOUR_MS;
  const isBurning = (now: number): boolean => now >= began && now < began + 20 * MINUTE_MS;
  const seen = observe({
    slug: "waste-bin",
    stepMs: MINUTE_MS,
    faults: (now) => (isBurning(now) ? [fault("bin-fire", began, 0)] : []),
  });
  const at = (ms: number): number =>
    Number(seen.find((one) => one.at === began + ms)?.values.temperatureC);
  expect(at(3 * MINUTE_MS)).toBeGreaterThan(60);
  expect(at(30 * MINUTE_MS)).toBeLessThan(40);
});

test("an overfull bin stands above 84 and is emptied when the fault ends", () => {
  const until = MONDAY + 14 * HOUR_MS;
  const from = MONDAY + 10 * HOUR_MS;
  const seen = observe({
    slug: "waste-bin",
    faults: (now) => (now >= from && now < until ? [fault("bin-full", from)] : []),
  });
  const during = seen.filter(({ at }) => at >= from + HOUR_MS && at < until);
  const after = seen.filter(({ at }) => at >= until);
  expect(during.every(({ values }) => Number(values.fillPercent) >= 95)).toBe(true);
  expect(Number(after[0]?.values.fillPercent)).toBeLessThan(10);
});

test("rain lifts a rain well at once and hardly a water well; a surge alone comes over the brim", () => {
  const from = MONDAY + 6 * HOUR_MS;
  const showers = [{ from, until: from + 2 * HOUR_MS, mmPerHour: 40 }];
  const highest = (medium: string, faults: ActiveFault[] = []): number =>
    Math.max(
      ...observe({
        slug: "manhole-cover",
        attributes: { medium, depthCm: 300 },
        showers,
        faults: () => faults,
      }).map(({ values }) => Number(values.waterLevelCm)),
    );
  expect(highest("rain")).toBeGreaterThan(80);
  expect(highest("water")).toBeLessThan(30);
  expect(highest("rain")).toBeLessThan(300 * 0.8);
  expect(highest("rain", [fault("sewer-surge", from)])).toBeGreaterThan(300);
});

test("a stolen cover is open and tilted beyond 10 degrees, a tilted one is only tilted", () => {
  const stolen = observe({
    slug: "manhole-cover",
    faults: () => [fault("cover-stolen", MONDAY)],
  })[0];
  expect(stolen?.values.isOpen).toBe(true);
  expect(Number(stolen?.values.tiltDeg)).toBeGreaterThan(10);
  expect(stolen?.isUrgent).toBe(true);
  const tilted = observe({
    slug: "manhole-cover",
    faults: () => [fault("cover-tilted", MONDAY)],
  })[0];
  expect(tilted?.values.isOpen).toBe(false);
  expect(Number(tilted?.values.tiltDeg)).toBeGreaterThan(10);
});

test("gas sags when the town cooks, by less than a tenth; a leak drops pressure, lifts flow and methane", () => {
  const seen = observe({ slug: "gas-line", attributes: { setPressureKpa: 200 } });
  const kpa = seen.map(({ values }) => Number(values.pressureKpa));
  expect(Math.min(...kpa)).toBeGreaterThan(180);
  expect(Math.max(...kpa)).toBeLessThan(220);
  const leaking = observe({
    slug: "gas-line",
    attributes: { setPressureKpa: 200 },
    faults: () => [fault("gas-leak", MONDAY, 0)],
  });
  expect(Number(leaking[3]?.values.ch4LelPercent)).toBeGreaterThan(20);
  expect(Number(leaking[3]?.values.flowM3h)).toBeGreaterThan(Number(seen[3]?.values.flowM3h));
});

test("an outlet keeps 1A on an ordinary day and breaks it in TP, COD and NH3-N with a dosing fault", () => {
  const attributes = { point: "outlet", designM3h: 800 };
  for (let seed = 1; seed <= 10; seed += 1) {
    for (const { values } of observe({
      slug: "sewage-plant",
      seed,
      attributes,
      stepMs: 5 * MINUTE_MS,
    })) {
      expect(Number(values.codMgL)).toBeLessThan(50);
      expect(Number(values.nh3nMgL)).toBeLessThan(5);
      expect(Number(values.tpMgL)).toBeLessThan(0.5);
      expect(Number(values.tnMgL)).toBeLessThan(15);
      expect(Number(values.ssMgL)).toBeLessThan(10);
    }
    const faults = (): ActiveFault[] => [fault("dosing-fault", MONDAY, 0)];
    const sick = observe({ slug: "sewage-plant", seed, attributes, faults }).slice(60);
    for (const { values } of sick) {
      expect(Number(values.codMgL)).toBeGreaterThan(40);
      expect(Number(values.tpMgL)).toBeGreaterThan(0.5);
      expect(Number(values.nh3nMgL)).toBeGreaterThan(5);
    }
  }
});

test("sewage follows the town's day: more flow in the late morning than before dawn", () => {
  const seen = observe({ slug: "sewage-plant", stepMs: 10 * MINUTE_MS });
  const flowAt = (minute: number): number =>
    Number(seen.find(({ at }) => at === nextLocalMinute(MONDAY + 1, minute))?.values.flowM3h);
  expect(flowAt(10.5 * 60)).toBeGreaterThan(flowAt(4 * 60) * 1.2);
});

test("sensor faults: stuck repeats, a spike shows the given value, drift grows, text changes nothing", () => {
  const random = seededRandom(1);
  const values: Values = { fillPercent: 40, batteryPercent: 90, isLidOpen: false };
  const before: Values = { fillPercent: 12, batteryPercent: 91, isLidOpen: false };
  const shownBy = (more: Partial<ActiveFault> & { what: string }): Values =>
    applySensorFaults(
      values,
      before,
      [{ since: MONDAY, size: 0, ...more }],
      random,
      MONDAY + 2 * HOUR_MS,
    );
  expect(shownBy({ what: "sensor-stuck" })).toEqual(before);
  expect(shownBy({ what: "sensor-stuck", measurement: "fillPercent" }).fillPercent).toBe(12);
  expect(shownBy({ what: "sensor-drift", measurement: "fillPercent", value: 3 }).fillPercent).toBe(
    46,
  );
  expect(shownBy({ what: "battery-low" }).batteryPercent).toBe(4);
  expect(shownBy({ what: "text-values" })).toEqual(values);
  const spikes = Array.from({ length: 200 }, () =>
    shownBy({ what: "sensor-spike", measurement: "fillPercent", value: 999 }),
  ).filter((shown) => shown.fillPercent === 999).length;
  expect(spikes).toBeGreaterThan(20);
  expect(spikes).toBeLessThan(90);
});
