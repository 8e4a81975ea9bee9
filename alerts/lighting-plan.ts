/**
 * When a lamp is meant to be lit: by the sun at its own place, or by the times that its asset names
 * (`lightsOn`, `lightsOff`, local). Around dusk and dawn it may be either.
 * Sun: NOAA's solar equations, good to a tenth of a degree.
 */
import { DAY_MS, type Instant } from "../model/clock.ts";
import { isWithinDay, minuteOfDay, type TimeZone } from "../model/local-time.ts";

export type PlannedLight = "lit" | "dark" | "either";

/** The sun stands lower: surely night for a lamp; higher than the other: surely day. */
const LIT_BELOW_DEG = -6;
const DARK_ABOVE_DEG = 3;
/** A plan by the clock is kept to within so long. */
const PLAN_MARGIN_MINUTES = 15;
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;
const DAY_MINUTES = 1_440;

export function plannedLight(asked: {
  at: Instant;
  place: { lon: number; lat: number };
  attributes: Readonly<Record<string, string | number | boolean>>;
  zone: TimeZone;
}): PlannedLight {
  const { at, place, attributes, zone } = asked;
  const { lightsOn, lightsOff } = attributes;
  if (isTime(lightsOn) && isTime(lightsOff)) {
    return byClock(zone.local(at).minuteOfDay, minuteOfDay(lightsOn), minuteOfDay(lightsOff));
  }
  const altitude = sunAltitudeDeg(at, place);
  if (altitude < LIT_BELOW_DEG) return "lit";
  return altitude > DARK_ABOVE_DEG ? "dark" : "either";
}

const isTime = (value: unknown): value is string =>
  typeof value === "string" && TIME_OF_DAY.test(value);

function byClock(minute: number, on: number, off: number): PlannedLight {
  const shifted = (of: number, by: number): number => (of + by + DAY_MINUTES) % DAY_MINUTES;
  const m = PLAN_MARGIN_MINUTES;
  if (isWithinDay(minute, shifted(on, m), shifted(off, -m))) return "lit";
  return isWithinDay(minute, shifted(off, m), shifted(on, -m)) ? "dark" : "either";
}

/** Of the sun's centre above the horizon, in degrees, without refraction. */
export function sunAltitudeDeg(at: Instant, { lon, lat }: { lon: number; lat: number }): number {
  // Days since noon of 1 January 2000, universal time.
  const days = (at - Date.UTC(2000, 0, 1, 12)) / DAY_MS;
  const meanAnomaly = radians(357.529 + 0.985_600_28 * days);
  const meanLongitude = 280.459 + 0.985_647_36 * days;
  const longitude = radians(
    meanLongitude + 1.915 * Math.sin(meanAnomaly) + 0.02 * Math.sin(2 * meanAnomaly),
  );
  const tilt = radians(23.439 - 0.000_000_36 * days);
  const declination = Math.asin(Math.sin(tilt) * Math.sin(longitude));
  const rightAscension = Math.atan2(Math.cos(tilt) * Math.sin(longitude), Math.cos(longitude));
  const siderealDeg = 280.460_618_37 + 360.985_647_366_29 * days;
  const hourAngle = radians(siderealDeg + lon) - rightAscension;
  const latitude = radians(lat);
  const sine =
    Math.sin(latitude) * Math.sin(declination) +
    Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle);
  return (Math.asin(sine) * 180) / Math.PI;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
