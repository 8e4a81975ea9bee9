import { expect, test } from "vitest";
import { scheduleOf } from "./command-schedule.ts";

test.each([
  [
    "18:30 100\n 23:00, 40%\n\n",
    [
      { at: "18:30", percent: 100 },
      { at: "23:00", percent: 40 },
    ],
  ],
  ["", undefined],
  ["18:30", undefined],
  ["24:00 10", undefined],
  ["18:30 101", undefined],
  ["18:30 100\nlate 5", undefined],
  [Array.from({ length: 25 }, () => "18:30 1").join("\n"), undefined],
])("the times %j are %j", (text, entries) => {
  expect(scheduleOf(text)).toEqual(entries);
});
