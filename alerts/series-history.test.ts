import fc from "fast-check";
import { expect, test } from "vitest";
import { createSeriesHistory, type History } from "./series-history.ts";

const pointsOf = (history: History): [number, number][] =>
  Array.from({ length: history.count }, (_, n) => [history.at(n), history.value(n)]);

test("points stand in order of their time, however they arrive; the first at a time stays", () => {
  const history = createSeriesHistory(1_000, 100);
  for (const [at, value] of [
    [500, 5],
    [300, 3],
    [400, 4],
    [300, 33],
    [600, 6],
  ] as const) {
    history.add(at, value);
  }
  expect(pointsOf(history)).toEqual([
    [300, 3],
    [400, 4],
    [500, 5],
    [600, 6],
  ]);
  expect([0, 300, 301, 600, 601].map((time) => history.indexFrom(time))).toEqual([0, 0, 1, 3, 4]);
});

test("what is older than the depth before the newest goes, and comes in no more", () => {
  const history = createSeriesHistory(100, 10);
  history.add(1_000, 1);
  history.add(1_100, 2);
  history.add(1_101, 3);
  history.add(1_000, 9);
  expect(pointsOf(history)).toEqual([
    [1_100, 2],
    [1_101, 3],
  ]);
});

test("it is what sorting, dropping and cutting would give, in any order of arrival", () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 9 }));
  fc.assert(
    fc.property(
      fc.array(point, { maxLength: 200 }),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 20 }),
      (points, depthMs, pointsMax) => {
        const history = createSeriesHistory(depthMs, pointsMax);
        let model: [number, number][] = [];
        for (const [at, value] of points) {
          history.add(at, value);
          const newest = Math.max(at, ...model.map(([time]) => time));
          if (!model.some(([time]) => time === at)) model.push([at, value]);
          model = model
            .filter(([time]) => time >= newest - depthMs)
            .sort(([a], [b]) => a - b)
            .slice(-pointsMax);
        }
        expect(pointsOf(history)).toEqual(model);
      },
    ),
  );
});

test("read again in another order it is the same to the last bit", () => {
  const points = Array.from({ length: 50 }, (_, n): [number, number] => [n * 10, Math.sin(n)]);
  const fill = (given: [number, number][]): [number, number][] => {
    const history = createSeriesHistory(10_000, 1_000);
    for (const [at, value] of given) history.add(at, value);
    return pointsOf(history);
  };
  fc.assert(
    fc.property(fc.shuffledSubarray(points, { minLength: points.length }), (shuffled) => {
      expect(fill(shuffled)).toEqual(points);
    }),
  );
});
