/** What InfluxDB says of what was carried over, held against what was read. */
import { expect, test } from "vitest";
import { DAY_MS } from "../../../model/clock.ts";
import type { DaySlice, StoreExport } from "../export.ts";
import { columnsOf, DAY, seriesOf } from "../reading-model.ts";
import { compareSample, countBalance } from "./carry-balance.ts";
import type { AnsweredRows } from "./influx-door.ts";

const day = { day: DAY / DAY_MS, rows: 3, receivedMax: DAY };
const rows = [
  { seriesId: 1, at: DAY, value: 1.5, flags: 2 },
  { seriesId: 1, at: DAY + 5, value: 2, key: 9, claimedAt: 77 },
  { seriesId: 1, at: DAY + 5, value: 3, min: 1, max: 4, total: 6 },
];
const slice: DaySlice = { ...day, retentionDays: 90, seriesMin: 1, seriesMax: 1 };
const source = {
  days: [day],
  state: { series: seriesOf(1) },
  slices: async () => [slice],
  read: async () => columnsOf(rows),
} as unknown as StoreExport;

const COLUMNS = ["time", "v", "flags", "claimed", "min", "max", "total", "seq"];
const SAME = [
  [DAY + 5, 2, null, 77, null, null, null, 9],
  [DAY, 1.5, 2, null, null, null, null, null],
  [DAY + 1, null, null, null, null, null, null, null],
  [DAY + 5, 3, null, null, 1, 4, 6, null],
];
const answer = (values: AnsweredRows["values"]) => async (): Promise<AnsweredRows[][]> => [
  [{ name: "instant", tags: {}, columns: COLUMNS, values }],
];

test("rows that are the same in both are, in whatever order, and other fields' rows are none", async () => {
  const sample = await compareSample(answer(SAME), source, { daysMax: 5, refused: 0 });
  expect(sample).toEqual({ compared: 3, different: [] });
});

test.each([1, 2, 3, 4, 5, 6, 7])("a row that differs in column %i is named", async (column) => {
  const changed = SAME.map((row, n) =>
    n === 3 || n === 0 ? row.map((cell, at) => (at === column ? 1_234 : cell)) : row,
  );
  const sample = await compareSample(answer(changed), source, { daysMax: 5, refused: 0 });
  expect(sample.different).toEqual(["'fillPercent' of device 'device-1' on 2026-11-20"]);
});

test("a row that is missing is named, but where values were refused", async () => {
  const without = answer(SAME.slice(1));
  const sample = await compareSample(without, source, { daysMax: 5, refused: 0 });
  expect(sample.different).toHaveLength(1);
  const refused = await compareSample(without, source, { daysMax: 5, refused: 1 });
  expect(refused.different).toEqual([]);
});

const counted = (bins: number, none: number) => {
  let asked = 0;
  return async (): Promise<AnsweredRows[][]> => {
    asked += 1;
    if (asked !== 2) return [[]];
    const columns = ["time", "count_fillPercent", "count_fillPercent_flags", "count_received"];
    return [
      [
        { name: "instant", tags: { class: "waste-bin" }, columns, values: [[0, bins, 1, 1]] },
        { name: "hour", tags: { class: "" }, columns, values: [[0, none, 0, 7]] },
      ],
    ];
  };
};

test.each([
  ["all are there", { bins: 2, none: 1, refused: 0 }, []],
  ["one was refused", { bins: 1, none: 1, refused: 1 }, []],
  ["one is missing", { bins: 1, none: 1, refused: 0 }, [day.day]],
  ["one is missing and one too many", { bins: 3, none: 0, refused: 0 }, [day.day]],
])("of counts by class: %s", async (_what, { bins, none, refused }, unbalanced) => {
  const notes = [{ day, values: { "waste-bin": 2, "": 1 }, refused }];
  const balance = await countBalance(counted(bins, none), source, notes);
  expect(balance).toEqual({
    lines: [
      { slug: "", month: "2026-11", embedded: 1, influx: none },
      { slug: "waste-bin", month: "2026-11", embedded: 2, influx: bins },
    ],
    ...{ refused, unbalanced },
  });
});
