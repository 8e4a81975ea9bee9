/** What follows of a year's holidays beside the calendars themselves. */
import { expect, test, vi } from "vitest";
import { createCalendarCalls } from "./calendars.ts";

test("cases that wait for a crew are looked at once the holidays are committed, not if they are not", async () => {
  const done: string[] = [];
  const putHolidays = vi.fn(async () => ({ kept: {}, warnings: [], effects: {} }));
  const calls = createCalendarCalls({
    cases: { calendars: { putHolidays } },
    engine: {
      async write(work: (tx: object, now: number) => Promise<{ value: unknown }>) {
        const { value } = await work({}, 1);
        done.push("committed");
        return value;
      },
    },
    onHolidays: () => void done.push("looked"),
  } as unknown as Parameters<typeof createCalendarCalls>[0]);
  await calls.putHolidays(2027, { days: [] }, "root");
  expect(done).toEqual(["committed", "looked"]);
  putHolidays.mockRejectedValueOnce(new Error("no such day"));
  await expect(calls.putHolidays(2027, { days: [] }, "root")).rejects.toThrow("no such day");
  expect(done).toHaveLength(2);
});
