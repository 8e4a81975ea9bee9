import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../model/clock.ts";
import { Actor, type Line, type Reported } from "./actor.ts";
import { fault, observe } from "./doubles/device-day.ts";
import type { PlannedFault } from "./faults.ts";
import type { DeviceClass } from "./models/all.ts";
import { applySensorFaults } from "./models/sensor-faults.ts";
import { isTelling } from "./models/telling.ts";
import { seededRandom } from "./random.ts";
import { weatherAt } from "./weather.ts";
import { createWheel } from "./wheel.ts";

const START = Date.parse("2026-11-23T09:00:00+08:00");
const CALM = { showers: [], warmerByC: 0 };

const struckBy = (what: string, more: Partial<PlannedFault> = {}): PlannedFault => ({
  ...{ what, assetId: "a-1", class: "manhole-cover", deviceId: "d-1", at: START, size: 0.5 },
  ...{ expectsCase: null, ...more },
});

interface Life {
  samples: Reported[];
  told: { what: string; at: number }[];
  repeated: boolean[];
}

/** A day of a device on a line of its own, with these faults from so long after its start. */
function live(
  slug: DeviceClass,
  faults: { from: number; to: number; fault: PlannedFault }[],
): Life {
  const life: Life = { samples: [], told: [], repeated: [] };
  const line: Line = {
    ...{ connect: () => {}, cut: () => {}, hold: () => {}, listen: () => {} },
    take: (sample) => life.samples.push(sample),
    repeat: (_deviceId, isRepeated) => life.repeated.push(isRepeated),
  };
  const wheel = createWheel({ start: START, slotMs: SECOND_MS });
  const actor = new Actor(
    {
      ...{ wheel, line, weatherAt: (now) => weatherAt(now, CALM) },
      onTelling: ({ what }, at) => life.told.push({ what, at }),
    },
    {
      device: { deviceId: "d-1", assetId: "a-1", class: slug, attributes: { depthCm: 200 } },
      ...{ seed: 5, start: START, noise: 1, skewMs: 0 },
    },
  );
  actor.boot(START);
  for (const each of faults) {
    wheel.at(START + each.from, (now) => actor.begin(each.fault, now));
    wheel.at(START + each.to, (now) => actor.end(each.fault, now));
  }
  wheel.advance(START + DAY_MS);
  return life;
}

test("a lossy radio loses its share of the reports, and none that is urgent", () => {
  const usual = live("manhole-cover", []).samples.length;
  const loss = struckBy("radio-loss", { value: 0.5 });
  const all = { from: 0, to: DAY_MS, fault: loss };
  const lossy = live("manhole-cover", [all]).samples.length;
  expect(lossy).toBeGreaterThan(usual * 0.25);
  expect(lossy).toBeLessThan(usual * 0.75);
  const open = { from: HOUR_MS, to: 3 * HOUR_MS, fault: struckBy("cover-stolen") };
  const urgent = live("manhole-cover", [all, open]).samples.filter(({ isUrgent }) => isUrgent);
  expect(urgent).toHaveLength(60);
});

test("a device of duplicates says so to its line, and no longer", () => {
  const twice = { from: HOUR_MS, to: 2 * HOUR_MS, fault: struckBy("duplicates") };
  expect(live("manhole-cover", [twice]).repeated).toEqual([true, false]);
});

test("a truck is one reading that shakes past 2 g and tilts less than 10°, then all is still", () => {
  const passing = (size: number): Reported[] =>
    live("manhole-cover", [
      {
        ...{ from: HOUR_MS, to: HOUR_MS + 10 * SECOND_MS },
        fault: struckBy("truck-over-cover", { size }),
      },
    ]).samples;
  for (const size of [0, 0.5, 1]) {
    const samples = passing(size);
    const shaken = samples.filter(({ values }) => Number(values.vibrationG) >= 2);
    expect(shaken.map(({ at }) => at)).toEqual([START + HOUR_MS]);
    expect(Math.max(...samples.map(({ values }) => Number(values.tiltDeg)))).toBeLessThan(10);
    const next = samples.find(({ at }) => at > START + HOUR_MS);
    expect(next?.at).toBe(START + HOUR_MS + 10 * SECOND_MS);
  }
});

test.each(["streetlight", "lighting-cabinet"] as const)(
  "in a sag the voltage of a %s lies below the limit and is told at once, as is its return",
  (slug) => {
    const { samples } = live(slug, [
      { from: HOUR_MS, to: HOUR_MS + 30 * SECOND_MS, fault: struckBy("voltage-sag") },
    ]);
    const low = samples.filter(({ values }) => Number(values.voltageV) < 198);
    expect(low.map(({ at }) => at)).toEqual([START + HOUR_MS]);
    expect(samples.some(({ at }) => at === START + HOUR_MS + 30 * SECOND_MS)).toBe(true);
  },
);

test("a noisy sensor spreads around its value and never reads below nothing", () => {
  const random = seededRandom(3);
  const noisy = { ...fault("sensor-noisy", START), measurement: "tiltDeg", value: 2 };
  const read = Array.from({ length: 500 }, () =>
    Number(applySensorFaults({ tiltDeg: 1 }, undefined, [noisy], random, START).tiltDeg),
  );
  expect(Math.min(...read)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...read)).toBeGreaterThan(4);
  expect(Math.max(...read)).toBeLessThanOrEqual(7);
});

test("a stuck sensor holds what it read last, whatever other noise there was", () => {
  const loss = { from: 0, to: DAY_MS, fault: struckBy("radio-loss", { value: 0 }) };
  const stuck = { from: 6 * HOUR_MS, to: DAY_MS, fault: struckBy("sensor-stuck") };
  const { samples } = live("manhole-cover", [loss, stuck]);
  const before = samples.filter(({ at }) => at < START + 6 * HOUR_MS).at(-1);
  const held = samples.filter(({ at }) => at > START + 6 * HOUR_MS);
  expect(new Set(held.map(({ values }) => values.waterLevelCm))).toEqual(
    new Set([before?.values.waterLevelCm]),
  );
});

test("the first reading that shows a fault is told once: at its level, not when it began", () => {
  const surge = {
    from: HOUR_MS,
    to: 5 * HOUR_MS,
    fault: struckBy("sewer-surge", { at: START + HOUR_MS }),
  };
  const { told, samples } = live("manhole-cover", [surge]);
  const high = samples.find(({ values }) => Number(values.waterLevelCm) >= 160);
  expect(told).toEqual([{ what: "sewer-surge", at: high?.at }]);
  expect(told[0]?.at).toBeGreaterThan(START + HOUR_MS + 5 * MINUTE_MS);
});

test.each<[string, DeviceClass, number]>([
  ["cover-stolen", "manhole-cover", 12],
  ["cover-tilted", "manhole-cover", 12],
  ["cover-rattle", "manhole-cover", 12],
  ["sewer-gas", "manhole-cover", 12],
  ["lamp-off", "streetlight", 22],
  ["feeder-outage", "streetlight", 22],
  ["day-burn", "streetlight", 12],
  ["pole-leakage", "streetlight", 12],
  ["pole-tilted", "streetlight", 12],
  ["bin-fire", "waste-bin", 12],
  ["bin-full", "waste-bin", 12],
  ["bin-tipped", "waste-bin", 12],
  ["bin-lid-open", "waste-bin", 12],
  ["gas-leak", "gas-line", 12],
  ["pressure-low", "gas-line", 12],
  ["pressure-high", "gas-line", 12],
  ["acid-inflow", "sewage-plant", 12],
  ["leakage", "lighting-cabinet", 12],
  ["door-open", "lighting-cabinet", 12],
  ["feeder-outage", "lighting-cabinet", 12],
  ["pump-stopped", "pump-station", 12],
])("readings tell of %s while it lasts, and of nothing before", (what, slug, hour) => {
  const since = Date.parse("2026-11-23T00:00:00+08:00") + hour * HOUR_MS;
  const attributes = { point: "outlet", setPressureKpa: 200, overflowCm: 400, inflowM3h: 200 };
  const day = observe({
    ...{ slug, attributes },
    faults: (now) => (now >= since ? [fault(what, since)] : []),
  });
  const tells = ({ at, values }: (typeof day)[number]): boolean =>
    isTelling({ what }, { slug, values, attributes, weather: weatherAt(at, CALM) });
  expect(day.filter(({ at }) => at < since).some(tells)).toBe(false);
  expect(day.filter(({ at }) => at >= since && at < since + 4 * HOUR_MS).some(tells)).toBe(true);
});
