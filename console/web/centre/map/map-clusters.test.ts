import { expect, test } from "vitest";
import { type Cluster, gather, squareM } from "./map-clusters.ts";

const gatherPlaces = (places: ([number, number, number] | undefined)[], widthM: number) =>
  gather(
    {
      count: places.length,
      placeOf: (n) => {
        const at = places[n];
        return at === undefined ? undefined : { x: at[0], y: at[1] };
      },
      groupOf: (n) => places[n]?.[2] ?? 0,
    },
    widthM,
  );

const plain = (clusters: Cluster[]) =>
  clusters.map((each) => ({ ...each, groups: Object.fromEntries(each.groups) }));

test("what lies in one square is one cluster at its mean, counted by group", () => {
  const clusters = gatherPlaces(
    [
      [10, 10, 1],
      [30, 20, 1],
      [50, 60, 2],
      [-5, 5, 1],
    ],
    100,
  );
  expect(plain(clusters)).toEqual([
    { x: 30, y: 30, count: 3, groups: { 1: 2, 2: 1 }, some: 0 },
    { x: -5, y: 5, count: 1, groups: { 1: 1 }, some: 3 },
  ]);
});

test("squares on both sides of the middle are not one", () => {
  expect(
    gatherPlaces(
      [
        [1, 1, 0],
        [-1, 1, 0],
        [1, -1, 0],
        [-1, -1, 0],
      ],
      64,
    ),
  ).toHaveLength(4);
});

test("what has no place is left out", () => {
  expect(gatherPlaces([undefined, [1, 1, 0]], 64)).toMatchObject([{ count: 1, some: 1 }]);
});

test.each([0.004, 0.05, 0.11, 0.29])(
  "at %d pixels a metre a square is between 52 and 104 pixels wide, and a power of two metres",
  (scale) => {
    const widthM = squareM(scale);
    expect(widthM * scale).toBeGreaterThanOrEqual(52);
    expect(widthM * scale).toBeLessThan(104);
    expect(Math.log2(widthM) % 1).toBe(0);
  },
);
