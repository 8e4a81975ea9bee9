import fc from "fast-check";
import { expect, test } from "vitest";
import { isOpenAt } from "./hours.ts";

/** In the city, eight hours east of UTC; 2026-11-23 is a Monday. */
const at = (day: number, time: string): number => Date.parse(`2026-11-${day}T${time}:00+08:00`);

test.each<[string, number, string, boolean | undefined]>([
  ["24/7", 23, "03:00", true],
  ["06:00-22:00", 23, "05:59", false],
  ["06:00-22:00", 23, "06:00", true],
  ["06:00-22:00", 23, "22:00", false],
  ["Mo-Fr 08:00-12:00,14:00-18:00", 23, "12:30", false],
  ["Mo-Fr 08:00-12:00,14:00-18:00", 23, "14:00", true],
  ["Mo-Fr 08:00-12:00; Sa 09:00-11:00", 28, "10:00", true],
  ["Mo-Fr 08:00-12:00; Sa 09:00-11:00", 29, "10:00", false],
  ["08:00-18:00; Su off", 29, "10:00", false],
  ["Fr-Mo 08:00-18:00", 29, "10:00", true],
  ["Fr-Mo 08:00-18:00", 24, "10:00", false],
  ["Sa 20:00-02:00", 29, "01:30", true],
  ["Sa 20:00-02:00", 28, "01:30", false],
  ["00:00-24:00", 23, "23:59", true],
  ["when the keeper is there", 23, "10:00", undefined],
  ["Xx 08:00-10:00", 23, "09:00", undefined],
  ["08:00-29:00", 23, "09:00", undefined],
  ["", 23, "09:00", undefined],
])("hours '%s' on the %i at %s: %s", (hours, day, time, isOpen) => {
  expect(isOpenAt(hours, at(day, time), 480)).toBe(isOpen);
});

test("whatever a city writes, it is open, closed or not understood", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 4e12 }), (hours, now) => {
      expect([true, false, undefined]).toContain(isOpenAt(hours, now, 480));
    }),
  );
});
