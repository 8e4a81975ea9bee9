import { expect, test } from "vitest";
import { timeZone } from "../model/local-time.ts";
import { plannedLight, sunAltitudeDeg } from "./lighting-plan.ts";

const zone = timeZone("Asia/Shanghai");
const at = (text: string): number => Date.parse(text);

/** Sunrise and sunset as almanacs give them, where the sun's centre stands at -0.833°. */
test.each([
  ["Greenwich, equinox noon", "2026-03-20T12:07:00Z", { lon: 0, lat: 51.48 }, 38.5],
  ["Greenwich, midsummer noon", "2026-06-21T12:02:00Z", { lon: 0, lat: 51.48 }, 61.96],
  ["Beijing, sunrise of 1 January", "2026-01-01T07:36:00+08:00", { lon: 116.4, lat: 39.9 }, -0.83],
  ["Beijing, sunset of 1 January", "2026-01-01T17:00:00+08:00", { lon: 116.4, lat: 39.9 }, -0.83],
  ["Singapore, sunset of 1 July", "2026-07-01T19:14:00+08:00", { lon: 103.8, lat: 1.35 }, -0.83],
])("the sun's altitude: %s", (_title, time, place, wanted) => {
  expect(Math.abs(sunAltitudeDeg(at(time), place) - wanted)).toBeLessThan(0.35);
});

const lamp = { lon: 115.41, lat: 31.8 };

test.each([
  ["2026-12-21T12:00:00+08:00", "dark"],
  ["2026-12-21T17:25:00+08:00", "either"],
  ["2026-12-21T18:00:00+08:00", "lit"],
  ["2026-06-21T18:30:00+08:00", "dark"],
  ["2026-06-21T20:15:00+08:00", "lit"],
  ["2026-06-21T04:30:00+08:00", "lit"],
  ["2026-06-21T06:00:00+08:00", "dark"],
])("by the sun, at %s a lamp is meant to be %s", (time, wanted) => {
  expect(plannedLight({ at: at(time), place: lamp, attributes: {}, zone })).toBe(wanted);
});

test.each([
  ["18:59", "either"],
  ["19:20", "lit"],
  ["23:44", "lit"],
  ["23:46", "either"],
  ["00:20", "dark"],
  ["18:40", "dark"],
])("by the plan of its asset, at %s it is meant to be %s", (time, wanted) => {
  const attributes = { lightsOn: "19:00", lightsOff: "00:00" };
  const now = at(`2026-06-21T${time}:00+08:00`);
  expect(plannedLight({ at: now, place: lamp, attributes, zone })).toBe(wanted);
});

test("a plan that is no time of day is none", () => {
  const attributes = { lightsOn: "late", lightsOff: "06:00" };
  const noon = at("2026-06-21T12:00:00+08:00");
  expect(plannedLight({ at: noon, place: lamp, attributes, zone })).toBe("dark");
});
