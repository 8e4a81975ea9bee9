import { expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../../model/clock.ts";
import { DAY, rawQuery, seriesOf } from "../reading-model.ts";
import { answerQuery } from "./answering.ts";

/** A server with a point a minute of each series, which keeps to the limit that it is asked with. */
function serverWith(minutes: number) {
  const asked: string[][] = [];
  return {
    asked,
    async askAll(statements: readonly string[]) {
      asked.push([...statements]);
      return statements.map((statement) => {
        const limit = Number(/LIMIT (\d+)$/.exec(statement)?.[1]);
        const values = Array.from({ length: Math.min(minutes, limit) }, (_, n) => [
          ...[DAY + n * MINUTE_MS, n, null],
        ]);
        return [{ name: "instant", tags: {}, columns: ["time", "x", "x_flags"], values }];
      });
    },
  };
}

const all = seriesOf(1, 2, 3);
const seriesById = (id: number) => all.find(({ seriesId }) => seriesId === id);
const hourly = { fn: "p95", everyMs: HOUR_MS, originMs: 0 } as const;

test.each([
  [59, 0],
  // Sixty points are the first hour, but nobody knows that no further one is of it.
  [60, 0],
  [61, 1],
  [179, 2],
])(
  "of more points than the %d that are gathered whole buckets alone are answered, and called cut",
  async (gatheredMax, whole) => {
    const server = serverWith(180);
    const query = rawQuery([1], { bucket: hourly });
    const [answer] = await answerQuery({ ...server, seriesOf: seriesById, gatheredMax }, query);
    expect(answer?.points.length).toBe(whole);
    expect(answer?.truncated).toBe(true);
  },
);

test("of as many points as are gathered every bucket is answered, and nothing is called cut", async () => {
  const server = serverWith(180);
  const query = rawQuery([1, 7], { bucket: hourly });
  const [answer, none] = await answerQuery(
    { ...server, seriesOf: seriesById, gatheredMax: 180 },
    query,
  );
  expect(answer).toMatchObject({ seriesId: 1, truncated: false });
  expect(answer?.points.map(([at]) => at)).toEqual([DAY, DAY + HOUR_MS, DAY + 2 * HOUR_MS]);
  expect(none).toEqual({ seriesId: 7, points: [], truncated: false });
});

test("points are gathered of one series at a time, and asked of many at once", async () => {
  const server = serverWith(3);
  const answering = { ...server, seriesOf: seriesById };
  await answerQuery(answering, rawQuery([1, 2, 3], { bucket: hourly }));
  expect(server.asked.map(({ length }) => length)).toEqual([1, 1, 1]);
  const [answer] = await answerQuery(answering, rawQuery([1, 2, 3], { pointsPerSeriesMax: 2 }));
  expect(server.asked.at(-1)).toHaveLength(3);
  expect(answer).toEqual({
    seriesId: 1,
    points: [
      [DAY, 0],
      [DAY + MINUTE_MS, 1],
    ],
    truncated: true,
  });
});
