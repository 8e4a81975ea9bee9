/** What a re-decoding puts in the place of what stands, and what it says stays. */
import { expect, test } from "vitest";
import type { PastReading } from "../ingest/ingest.ts";
import { HOUR_MS } from "../model/clock.ts";
import { DeviceId } from "../model/ids.ts";
import { FLAG_BITS } from "../model/reading.ts";
import { createPlacing, type PlacingDeps } from "./redecode-placing.ts";

const { range, late } = FLAG_BITS;
const bad = FLAG_BITS["opc-bad"];
const DAY = Date.UTC(2026, 10, 22);

interface Stands {
  value: number;
  flags: number;
}

/** Series 1 is `t`, series 2 `fill`; what stands by series and time. */
function setUp(standing: Record<string, Stands>) {
  const replaced: number[] = [];
  const windows: [from: number, to: number][] = [];
  const ids = new Map([
    ["t", 1],
    ["fill", 2],
  ]);
  const keyOf = ({ reading }: PastReading): string =>
    `${ids.get(reading.measurement) ?? 0} ${reading.observedAt}`;
  const deps = {
    engine: {
      storeLine: () => ({
        keysOfPast: (past: PastReading[]) =>
          past.map(({ reading }) => ({ seriesId: ids.get(reading.measurement) })),
        seriesOf: () => [...ids.keys()].map((measurement) => ({ measurement, period: "instant" })),
      }),
      standing: async (past: PastReading[]) => past.map((each) => standing[keyOf(each)]?.value),
      replacePast: async (past: PastReading[]) => {
        replaced.push(...past.map(({ reading }) => reading.observedAt));
        return 0;
      },
    },
    store: {
      queryColumns: async ({
        seriesIds,
        from,
        to,
      }: {
        seriesIds: number[];
        from: number;
        to: number;
      }) => {
        windows.push([from, to]);
        return seriesIds.map((seriesId) => {
          const rows = Object.entries(standing)
            .map(([key, stands]) => ({ key: key.split(" ").map(Number), ...stands }))
            .filter(({ key: [id, at = 0] }) => id === seriesId && at >= from && at < to)
            .filter(({ flags }) => (flags & bad) === 0);
          const at = Float64Array.from(rows, ({ key }) => key[1] ?? 0);
          return { seriesId, at, flags: Uint16Array.from(rows, ({ flags }) => flags) };
        });
      },
    },
    registry: { device: () => ({ device: { decoder: "bins" } }) },
  };
  return { ...createPlacing(deps as never as PlacingDeps), replaced, windows };
}

const past = (measurement: string, at: number, value: number, flags = 0): PastReading => ({
  reading: {
    ...{ deviceId: DeviceId.parse("bin-1"), measurement, period: "instant", value, flags },
    ...{ observedAt: at, receivedAt: at },
  },
  seq: undefined,
});

test("another value or other flags are written, the same ones are not", async () => {
  const stands = {
    [`1 ${DAY}`]: { value: 5, flags: 0 },
    [`1 ${DAY + 1}`]: { value: 5, flags: 0 },
    [`1 ${DAY + 2}`]: { value: 5, flags: range },
    [`1 ${DAY + 3}`]: { value: 5, flags: range | late },
  };
  const { place, replaced } = setUp(stands);
  const again = [
    past("t", DAY, 5),
    past("t", DAY + 1, 6),
    past("t", DAY + 2, 5),
    // Whether it came late is not known as it was then.
    past("t", DAY + 3, 5, range),
    past("t", DAY + 4, 5),
  ];
  const { counts } = await place(again);
  expect(counts).toEqual({ same: 2, replaced: 2, added: 1, refused: 0 });
  expect(replaced).toEqual([DAY + 1, DAY + 2, DAY + 4]);
});

test("what was bad and is not, is written; what is bad still is the same", async () => {
  const stands = {
    [`1 ${DAY}`]: { value: 5, flags: bad },
    [`1 ${DAY + 1}`]: { value: 5, flags: bad },
  };
  const { place, replaced } = setUp(stands);
  const { counts } = await place([past("t", DAY, 5), past("t", DAY + 1, 5, bad)]);
  expect(counts).toMatchObject({ same: 1, replaced: 1 });
  expect(replaced).toEqual([DAY]);
});

test("flags are asked for a day at a time, and not where no value is the same", async () => {
  const at = [DAY, DAY + HOUR_MS, DAY + 48 * HOUR_MS];
  const stands = Object.fromEntries(at.map((each) => [`1 ${each}`, { value: 5, flags: 0 }]));
  const { place, windows } = setUp(stands);
  await place(at.map((each) => past("t", each, 6)));
  expect(windows).toEqual([]);
  await place(at.map((each) => past("t", each, 5)));
  expect(windows).toEqual([
    [DAY, DAY + HOUR_MS + 1],
    [DAY + 48 * HOUR_MS, DAY + 48 * HOUR_MS + 1],
  ]);
});

test("what stands beside and did not come again is told, and stays", async () => {
  const stands = { [`2 ${DAY}`]: { value: 5, flags: 0 }, [`2 ${DAY + 1}`]: { value: 5, flags: 0 } };
  const { place, replaced } = setUp(stands);
  const { names } = await place([past("t", DAY, 5), past("t", DAY + 2, 5)]);
  expect(names).toEqual([
    { whose: "bins", measurement: "t", answered: 2, standing: 0 },
    { whose: "bins", measurement: "fill", answered: 0, standing: 1 },
  ]);
  expect(replaced).toEqual([DAY, DAY + 2]);
});
