import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HOUR_MS, MINUTE_MS, wallClock } from "../model/clock.ts";
import { silentLog } from "../model/log.ts";
import { createMaintenance } from "./maintenance.ts";

const NOON = Date.parse("2026-11-23T12:00:00+08:00");
beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

test("it ticks every five minutes, also after the machine's clock was set back, until it is stopped", async () => {
  const clock = wallClock();
  const ticks: number[] = [];
  let tidied = 0;
  let swept = 0;
  const forgotten: number[] = [];
  const looked: number[] = [];
  const maintenance = createMaintenance({
    clock,
    log: silentLog,
    store: { maintain: async (now) => void ticks.push(now - NOON) },
    presence: {
      tidy: async () => {
        tidied += 1;
        throw new Error("locked");
      },
    },
    files: {
      sweep: async () => {
        swept += 1;
      },
    },
    reporters: { forget: async () => void forgotten.push(clock.now()) },
    calibrations: { look: async (now) => void looked.push(now - NOON) },
  });
  maintenance.start();
  clock.now();
  await vi.advanceTimersByTimeAsync(11 * MINUTE_MS);
  expect(ticks).toEqual([5 * MINUTE_MS, 10 * MINUTE_MS]);
  vi.setSystemTime(NOON - 8 * HOUR_MS);
  clock.now();
  await vi.advanceTimersByTimeAsync(11 * MINUTE_MS);
  expect(ticks.slice(2)).toEqual([5 * MINUTE_MS - 8 * HOUR_MS, 10 * MINUTE_MS - 8 * HOUR_MS]);
  expect([tidied, swept, forgotten.length]).toEqual([4, 4, 4]);
  expect(looked).toEqual(ticks);
  await maintenance.stop();
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  expect(ticks).toHaveLength(4);
});
