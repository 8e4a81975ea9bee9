import fc from "fast-check";
import { expect, test } from "vitest";
import { distanceM } from "./geography.ts";
import { coverageOf, isStraight, type Step } from "./patrol-walk.ts";

const HERE = { lon: 115.41, lat: 31.8 };
const at = (northM: number, eastM = 0) => ({
  lon: HERE.lon + eastM / (111_195 * Math.cos((HERE.lat * Math.PI) / 180)),
  lat: HERE.lat + northM / 111_195,
});
const step = (northM: number, minute: number, eastM = 0): Step => ({
  ...at(northM, eastM),
  at: minute * 60_000,
});

test("what lies beside the way is seen, also between two places; what lies off it is not", () => {
  const walk = [step(0, 0), step(200, 3)];
  const things = [at(5, 5), at(100, 25), at(100, 40), at(260)];
  const { isSeen, seen, of, walkedM } = coverageOf(things, walk);
  expect(isSeen).toEqual([true, true, false, false]);
  expect({ seen, of, walkedM: Math.round(walkedM) }).toEqual({ seen: 2, of: 4, walkedM: 200 });
});

test.each([
  ["long after", [step(0, 0), step(200, 9)]],
  ["far away", [step(0, 0), step(900, 3)]],
])("nobody knows what lay before a place %s", (_what, walk) => {
  expect(coverageOf([at(100)], walk)).toEqual({ isSeen: [false], seen: 0, of: 1, walkedM: 0 });
});

/** Each component against each place and many points of each leg. */
function seenByLooking(thing: Step, walk: readonly Step[]): boolean | "at the edge" {
  let nearestM = Number.POSITIVE_INFINITY;
  for (const [n, here] of walk.entries()) {
    nearestM = Math.min(nearestM, distanceM(here, thing));
    const before = walk[n - 1];
    if (before === undefined || !isStraight(before, here)) continue;
    for (let share = 0; share <= 1; share += 1 / 600) {
      const lon = before.lon + (here.lon - before.lon) * share;
      const lat = before.lat + (here.lat - before.lat) * share;
      nearestM = Math.min(nearestM, distanceM({ lon, lat }, thing));
    }
  }
  return Math.abs(nearestM - 30) < 0.05 ? "at the edge" : nearestM <= 30;
}

test("whatever stands and however one walks, it is what a look at each against each finds", () => {
  const spot = fc.record({
    northM: fc.integer({ min: -150, max: 150 }),
    eastM: fc.integer({ min: -150, max: 150 }),
    minutes: fc.integer({ min: 0, max: 6 }),
  });
  fc.assert(
    fc.property(
      fc.array(spot, { maxLength: 30 }),
      fc.array(spot, { maxLength: 8 }),
      (standing, walked) => {
        let minute = 0;
        const walk = walked.map(({ northM, eastM, minutes }) => {
          minute += minutes;
          return step(northM, minute, eastM);
        });
        const things = standing.map(({ northM, eastM }) => step(northM, 0, eastM));
        const { isSeen, seen } = coverageOf(things, walk);
        expect(seen).toBe(isSeen.filter(Boolean).length);
        for (const [n, thing] of things.entries()) {
          const expected = seenByLooking(thing, walk);
          if (expected !== "at the edge") expect(isSeen[n]).toBe(expected);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("an area of 5,000 components that is walked lane by lane is seen wholly", () => {
  const things = Array.from({ length: 5_000 }, (_, n) =>
    at((n % 100) * 15, Math.floor(n / 100) * 15),
  );
  // Up and down the area, lane by lane.
  const walk = Array.from({ length: 3_000 }, (_, n) => {
    const lane = Math.floor(n / 150);
    const along = (n % 150) * 10;
    return step(lane % 2 === 0 ? along : 1_490 - along, n / 6, lane * 38);
  });
  const { seen } = coverageOf(things, walk);
  expect(seen).toBe(5_000);
});
