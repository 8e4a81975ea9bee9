/** What is asked for before rows are put in the place of others. */
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../../model/clock.ts";
import { columnsOf, DAY, seriesOf } from "../reading-model.ts";
import { pointAsks } from "./replacing.ts";

test("of a device that sends yesterday's beside today's nothing between the two is asked for", () => {
  const [series] = seriesOf(1);
  const at = [DAY, DAY + DAY_MS, DAY + 60_000, DAY + DAY_MS + 1];
  const asks = pointAsks(
    columnsOf(at.map((each) => ({ seriesId: 1, at: each, value: 1 }))),
    () => series,
  );
  expect(asks.map(({ from, to }) => to - from).every((span) => span < HOUR_MS)).toBe(true);
  const isAsked = (each: number) => asks.filter(({ from, to }) => each >= from && each <= to);
  expect(at.map((each) => isAsked(each).length)).toEqual([1, 1, 1, 1]);
});
