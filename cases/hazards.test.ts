import { expect, test } from "vitest";
import { MINUTE_MS } from "../model/clock.ts";
import { FLAG_BITS } from "../model/reading.ts";
import { hazardsOf } from "./hazards.ts";

const NOW = Date.UTC(2026, 10, 22, 4);
const text = { zh: "有毒", en: "poisonous" };
const LINES = [{ measurements: ["h2sPpm", "o2Percent"], ageMsMax: 10 * MINUTE_MS, text }];
const unitOf = (name: string): string => (name === "h2sPpm" ? "ppm" : "%");
const said = (measurement: string, value: number, ageMs: number, flags = 0) => ({
  deviceId: "d-1",
  measurement,
  unit: unitOf(measurement),
  value,
  observedAt: NOW - ageMs,
  receivedAt: NOW - ageMs,
  flags,
});

test("a fresh value is shown with its age", () => {
  const hazards = hazardsOf(LINES, [said("h2sPpm", 3, 10 * MINUTE_MS)], unitOf, NOW);
  expect(hazards).toEqual([
    {
      measurement: "h2sPpm",
      unit: "ppm",
      value: 3,
      observedAt: NOW - 10 * MINUTE_MS,
      ageMs: 10 * MINUTE_MS,
      isKnown: true,
      text,
    },
    { measurement: "o2Percent", unit: "%", isKnown: false, text },
  ]);
});

test.each([
  ["one millisecond too old", said("h2sPpm", 0, 10 * MINUTE_MS + 1)],
  ["of a sensor at its end of range", said("h2sPpm", 0, 0, FLAG_BITS.range)],
  ["of a faulty sensor", said("h2sPpm", 0, 0, FLAG_BITS["hj212-D"])],
])("a value is unknown, and not shown, when it is %s", (_title, reading) => {
  const [hazard] = hazardsOf(LINES, [reading], unitOf, NOW);
  expect(hazard).toMatchObject({ isKnown: false, observedAt: reading.observedAt });
  expect(hazard).not.toHaveProperty("value");
});

test("every device that measures it has its line", () => {
  const readings = [said("h2sPpm", 1, 0), { ...said("h2sPpm", 40, 0), deviceId: "d-2" }];
  const values = hazardsOf(LINES, readings, unitOf, NOW).map(({ value }) => value);
  expect(values).toEqual([1, 40, undefined]);
});

test("a value from a clock that runs ahead is no older than now", () => {
  const [hazard] = hazardsOf(LINES, [said("h2sPpm", 1, -60_000)], unitOf, NOW);
  expect(hazard).toMatchObject({ ageMs: 0, isKnown: true });
});
