/** Lighting cabinets and pump stations, and what those that fail do to the wells of theirs. */
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../model/clock.ts";
import { fault, MONDAY, minuteOf, observe } from "../doubles/device-day.ts";
import type { ActiveFault, Values } from "./model.ts";

const CABINET = { feeder1RatedA: 10, feeder2RatedA: 12, feeder3RatedA: 20 };
const FEEDERS = [
  ["feeder1A", 10],
  ["feeder2A", 12],
  ["feeder3A", 20],
] as const;

test("a cabinet's feeders carry their lamps by night, less when they are dimmed, and next to nothing by day", () => {
  for (const { at, values } of observe({ slug: "lighting-cabinet", attributes: CABINET })) {
    const minute = minuteOf(at);
    for (const [feeder, ratedA] of FEEDERS) {
      const share = Number(values[feeder]) / ratedA;
      if (minute >= 20 * 60 && minute < 23 * 60) expect(share).toBeGreaterThan(0.9);
      if (minute >= 23 * 60 || minute < 5 * 60) expect(Math.abs(share - 0.6)).toBeLessThan(0.05);
      if (minute >= 9 * 60 && minute < 16 * 60) expect(share).toBeLessThan(0.02);
    }
    expect(values).toMatchObject({ isPowered: true, doorOpen: false });
    expect(Number(values.voltageV)).toBeGreaterThan(205);
    expect(Number(values.voltageV)).toBeLessThan(235);
    expect(Number(values.leakageMa)).toBeLessThan(80);
  }
});

test("a cabinet without mains says so, urgently, and none of its feeders has current", () => {
  const faults = (): ActiveFault[] => [fault("feeder-outage", MONDAY)];
  for (const { values, isUrgent } of observe({ slug: "lighting-cabinet", faults })) {
    expect(values).toMatchObject({ isPowered: false, voltageV: 0, powerW: 0, leakageMa: 0 });
    expect(values).toMatchObject({ feeder1A: 0, feeder2A: 0, feeder3A: 0 });
    expect(isUrgent).toBe(true);
  }
});

test("a cabinet's open door and a leak of its feeders are seen", () => {
  const first = (what: string, size: number): Values =>
    observe({ slug: "lighting-cabinet", faults: () => [fault(what, MONDAY, size)] })[0]?.values ??
    {};
  expect(first("door-open", 0.5).doorOpen).toBe(true);
  expect(Number(first("leakage", 0).leakageMa)).toBeGreaterThan(300);
});

test("a station's pumps take turns, keep the well below their second switch by day and far below the brim in a storm", () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const showers = [
      { from: MONDAY + DAY_MS, until: MONDAY + DAY_MS + 3 * HOUR_MS, mmPerHour: 46 },
    ];
    const seen = observe({ slug: "pump-station", seed, showers, forMs: 2 * DAY_MS });
    const dry = seen.filter(({ at }) => at < MONDAY + DAY_MS);
    const starts = (pump: string): number =>
      dry.filter(({ values }, index) => values[pump] === true && !dry[index - 1]?.values[pump])
        .length;
    expect(starts("pump1On")).toBeGreaterThan(10);
    expect(Math.abs(starts("pump1On") - starts("pump2On"))).toBeLessThanOrEqual(1);
    expect(dry.some(({ values }) => values.pump1On && values.pump2On)).toBe(false);
    const levels = seen.map(({ values }) => Number(values.wetWellCm));
    expect(Math.min(...levels)).toBeGreaterThan(60);
    expect(Math.max(...levels)).toBeLessThan(230);
    expect(seen.some(({ values }) => values.pump1On && values.pump2On)).toBe(true);
    for (const { values } of seen) {
      const isRunning = values.pump1On === true || values.pump2On === true;
      expect(Number(values.flowM3h) > 100).toBe(isRunning);
    }
  }
});

test.each(["pump-stopped", "pump-failure"])(
  "with a %s a well fills within three hours, runs over, and is pumped down when it is over",
  (what) => {
    const from = MONDAY + 8 * HOUR_MS;
    const until = from + 4 * HOUR_MS;
    const seen = observe({
      slug: "pump-station",
      attributes: { overflowCm: 420, inflowM3h: 150 },
      faults: (now) => (now >= from && now < until ? [fault(what, from)] : []),
    });
    const during = seen.filter(({ at }) => at > from + 5 * MINUTE_MS && at < until);
    for (const { values } of during) {
      expect(values).toMatchObject({ pump1On: false, pump2On: false, flowM3h: 0 });
    }
    const full = during.filter(({ at }) => at > from + 3 * HOUR_MS);
    expect(full.every(({ values, isUrgent }) => Number(values.wetWellCm) > 420 && isUrgent)).toBe(
      true,
    );
    const after = seen.filter(({ at }) => at > until + 4 * HOUR_MS);
    expect(after.every(({ values }) => Number(values.wetWellCm) < 230)).toBe(true);
  },
);

test("a clogged pump runs and moves little", () => {
  const noon = MONDAY + 12 * HOUR_MS;
  const faults = (): ActiveFault[] => [fault("pump-clogged", MONDAY)];
  const at = observe({ slug: "pump-station", faults }).find((one) => one.at === noon)?.values;
  expect(at).toMatchObject({ pump1On: true, pump2On: true });
  expect(Number(at?.flowM3h)).toBeLessThan(60);
});

test("a station that stands backs up into its wells when its own is full, the later the further up", () => {
  const risenAfter = (size: number): number => {
    const seen = observe({
      slug: "manhole-cover",
      attributes: { medium: "sewage", depthCm: 300 },
      stepMs: 5 * MINUTE_MS,
      faults: () => [fault("pump-failure", MONDAY, size)],
    });
    const over = seen.find(({ values }) => Number(values.waterLevelCm) > 240);
    return ((over?.at ?? Number.NaN) - MONDAY) / MINUTE_MS;
  };
  expect(risenAfter(0)).toBeGreaterThan(90);
  expect(risenAfter(0)).toBeLessThanOrEqual(110);
  expect(risenAfter(1)).toBeGreaterThan(130);
  expect(risenAfter(1)).toBeLessThanOrEqual(150);
});
