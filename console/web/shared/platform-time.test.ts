import { expect, test } from "vitest";
import {
  createPlatformClock,
  createWakefulClock,
  formatHour,
  formatTime,
  offsetMinutesOf,
  ticksOf,
} from "./platform-time.ts";

const AT = Date.parse("2026-11-22T13:20:05.000Z");
const HOUR_MS = 3_600_000;

test.each([
  ["2026-11-22T21:20:05.000+08:00", 480, "2026-11-22 21:20:05 UTC+8"],
  ["2026-11-22T13:20:05.000Z", 0, "2026-11-22 13:20:05 UTC+0"],
  ["2026-11-22T18:50:05.000+05:30", 330, "2026-11-22 18:50:05 UTC+5:30"],
  ["2026-11-22T08:20:05.000-05:00", -300, "2026-11-22 08:20:05 UTC-5"],
])("%s is shown in the zone in which the platform tells it", (iso, offset, text) => {
  expect(offsetMinutesOf(iso)).toBe(offset);
  expect(formatTime(Date.parse(iso), offsetMinutesOf(iso))).toBe(text);
  expect(Date.parse(iso)).toBe(AT);
});

test("the ticks stand at full steps of the zone's own clock", () => {
  const ticks = ticksOf(AT - 24 * HOUR_MS, AT, 6 * HOUR_MS, 480);
  expect(ticks.map((at) => formatHour(at, 480))).toEqual(["00:00", "06:00", "12:00", "18:00"]);
  const oblique = ticksOf(AT - 24 * HOUR_MS, AT, 6 * HOUR_MS, 345);
  expect(oblique.map((at) => formatHour(at, 345))).toEqual(["00:00", "06:00", "12:00", "18:00"]);
});

test("between two answers the clock goes on at the platform's pace", () => {
  let wallMs = 50;
  const clock = createPlatformClock(7, () => wallMs);
  expect(clock.now()).toBe(7);
  clock.set({ now: "2026-11-22T21:20:05.000+08:00", speed: 60 });
  wallMs += 1_000;
  expect(clock.now()).toBe(AT + 60_000);
  expect(clock.offsetMinutes()).toBe(480);
});

test.each([
  ["both went on", 5_000, 5_000, 5_000],
  ["the phone slept", 10, 7_200_000, 7_200_000],
  ["the wall's clock was set back", 5_000, -86_400_000, 5_000],
  ["the clocks drift", 60_000, 60_020, 60_000],
])("%s: so much time has passed", (_why, steadyMs, wallMs, passedMs) => {
  let [steady, wall] = [1_000, AT];
  const clock = createWakefulClock(
    () => steady,
    () => wall,
  );
  const before = clock();
  steady += steadyMs;
  wall += wallMs;
  expect(clock() - before).toBe(passedMs);
  steady += 1_000;
  wall += 1_000;
  expect(clock() - before).toBe(passedMs + 1_000);
});
