import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type Clock,
  HOUR_MS,
  MINUTE_MS,
  manualClock,
  SECOND_MS,
  SET_BACK_BRIDGED_MS_MAX,
  type SetBack,
  simulatedClock,
  wallClock,
} from "./clock.ts";

const NOON = Date.parse("2026-11-23T12:00:00+08:00");

function listen(clock: Clock): SetBack[] {
  const steps: SetBack[] = [];
  clock.onSetBack((step) => steps.push(step));
  return steps;
}

describe("the machine's clock", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOON });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("set back by no more than is bridged, time stands still until the wall has caught up", () => {
    const clock = wallClock();
    const steps = listen(clock);
    expect(clock.now()).toBe(NOON);
    vi.setSystemTime(NOON - SET_BACK_BRIDGED_MS_MAX);
    expect(clock.now()).toBe(NOON);
    vi.setSystemTime(NOON - 1);
    expect(clock.now()).toBe(NOON);
    vi.setSystemTime(NOON + 1);
    expect(clock.now()).toBe(NOON + 1);
    expect(steps).toEqual([]);
  });

  test("set back by more, it is followed at once and told once, with both times", () => {
    const clock = wallClock();
    const steps = listen(clock);
    const alike = listen(clock);
    clock.now();
    vi.setSystemTime(NOON - 8 * HOUR_MS);
    expect(clock.now()).toBe(NOON - 8 * HOUR_MS);
    vi.setSystemTime(NOON - 8 * HOUR_MS + 1);
    expect(clock.now()).toBe(NOON - 8 * HOUR_MS + 1);
    expect(steps).toEqual([{ from: NOON, to: NOON - 8 * HOUR_MS }]);
    expect(alike).toEqual(steps);
  });

  test("small steps back that add up are followed when together they are too large to bridge", () => {
    const clock = wallClock();
    const steps = listen(clock);
    clock.now();
    for (const backMs of [3 * SECOND_MS, 6 * SECOND_MS, 9 * SECOND_MS]) {
      vi.setSystemTime(NOON - backMs);
      clock.now();
    }
    expect(clock.now()).toBe(NOON - 6 * SECOND_MS);
    expect(steps).toEqual([{ from: NOON, to: NOON - 6 * SECOND_MS }]);
  });

  test("whoever is told sees the new time already", () => {
    const clock = wallClock();
    let seen = 0;
    clock.onSetBack(() => {
      seen = clock.now();
    });
    clock.now();
    vi.setSystemTime(NOON - HOUR_MS);
    clock.now();
    expect(seen).toBe(NOON - HOUR_MS);
  });

  test("timers keep their pace over a step in either direction", () => {
    const clock = wallClock();
    let once = 0;
    let often = 0;
    clock.after(10 * SECOND_MS, () => once++);
    const timer = clock.every(SECOND_MS, () => often++);
    vi.advanceTimersByTime(3_500);
    vi.setSystemTime(NOON - 8 * HOUR_MS);
    vi.advanceTimersByTime(3_000);
    vi.setSystemTime(NOON + 8 * HOUR_MS);
    vi.advanceTimersByTime(3_500);
    timer.cancel();
    expect([once, often]).toEqual([1, 10]);
  });

  test("a simulated clock runs by the time that has passed and takes no notice of a step", () => {
    const clock = simulatedClock(NOON, 60);
    const steps = listen(clock);
    vi.advanceTimersByTime(1_000);
    expect(clock.now()).toBe(NOON + MINUTE_MS);
    vi.setSystemTime(NOON - 8 * HOUR_MS);
    vi.advanceTimersByTime(1_000);
    expect(clock.now()).toBe(NOON + 2 * MINUTE_MS);
    expect(steps).toEqual([]);
  });
});

test("a manual clock that is set back tells it, and its timers keep the time that is left to them", () => {
  const clock = manualClock(NOON);
  const steps = listen(clock);
  const called: number[] = [];
  clock.after(MINUTE_MS, () => called.push(clock.now()));
  clock.advance(40 * SECOND_MS);
  clock.setBack(HOUR_MS);
  expect(clock.now()).toBe(NOON + 40 * SECOND_MS - HOUR_MS);
  clock.advance(20 * SECOND_MS);
  expect(called).toEqual([NOON + MINUTE_MS - HOUR_MS]);
  expect(steps).toEqual([{ from: NOON + 40 * SECOND_MS, to: NOON + 40 * SECOND_MS - HOUR_MS }]);
});
