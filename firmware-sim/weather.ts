/**
 * What surrounds a device: the local hour, darkness, air temperature and rain, as a pure function of
 * the time and the scenario's showers. The place is Shangcheng (31.80 N, 115.41 E), UTC+8 without
 * daylight saving. Sun: the usual approximation of declination and equation of time, good to minutes.
 */
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../model/clock.ts";

export const PLACE = { lon: 115.41, lat: 31.8, offsetMs: 8 * HOUR_MS } as const;

export interface Shower {
  from: Instant;
  until: Instant;
  mmPerHour: number;
}

export interface Weather {
  now: Instant;
  /** Minutes since local midnight, with fractions. */
  minuteOfDay: number;
  /** Inside the city's lighting window. */
  isLampTime: boolean;
  airTemperatureC: number;
  rainMmPerHour: number;
  /** Rain that still runs off: fallen rain, halved every 45 minutes. */
  runoffMm: number;
}

export interface Climate {
  showers: readonly Shower[];
  /** Added to the season's usual temperature. */
  warmerByC: number;
}

const RUNOFF_HALF_LIFE_MS = 45 * MINUTE_MS;
/** Lamps are lit by the sun's times, at the latest and until at the earliest these minutes. */
const LIT_BY_MINUTE = 19 * 60 + 10;
const LIT_UNTIL_MINUTE = 5 * 60 + 10;
/** Mean air temperature of January and of July at the place. */
const COLDEST_C = 2;
const WARMEST_C = 28;

export function weatherAt(now: Instant, climate: Climate): Weather {
  const minute = localMinute(now);
  return {
    now,
    minuteOfDay: minute,
    isLampTime: isLampTime(now),
    airTemperatureC: airTemperature(now, minute) + climate.warmerByC,
    rainMmPerHour: climate.showers
      .filter((shower) => shower.from <= now && now < shower.until)
      .reduce((sum, shower) => sum + shower.mmPerHour, 0),
    runoffMm: climate.showers.reduce((sum, shower) => sum + runoffOf(shower, now), 0),
  };
}

export function localMinute(now: Instant): number {
  return ((now + PLACE.offsetMs) % DAY_MS) / MINUTE_MS;
}

/** The first instant at or after `from` at which the local clock shows this minute of the day. */
export function nextLocalMinute(from: Instant, minuteOfDay: number): Instant {
  const midnight = startOfLocalDay(from);
  const today = midnight + minuteOfDay * MINUTE_MS;
  return today >= from ? today : today + DAY_MS;
}

export function startOfLocalDay(now: Instant): Instant {
  return Math.floor((now + PLACE.offsetMs) / DAY_MS) * DAY_MS - PLACE.offsetMs;
}

/** Did the local clock pass this minute of the day in (from, to]? */
export function hasPassed(from: Instant, to: Instant, minuteOfDay: number): boolean {
  return nextLocalMinute(from + 1, minuteOfDay) <= to;
}

function isLampTime(now: Instant): boolean {
  const minute = localMinute(now);
  const { sunrise, sunset } = sunTimes(now);
  return minute >= Math.min(sunset, LIT_BY_MINUTE) || minute < Math.max(sunrise, LIT_UNTIL_MINUTE);
}

/** Sunrise and sunset of the local day, in minutes since its midnight. */
export function sunTimes(now: Instant): { sunrise: number; sunset: number } {
  const day = dayOfYear(now);
  const turn = (2 * Math.PI * (day - 81)) / 364;
  const equationMinutes = 9.87 * Math.sin(2 * turn) - 7.53 * Math.cos(turn) - 1.5 * Math.sin(turn);
  const declination = 0.4093 * Math.sin((2 * Math.PI * (284 + day)) / 365);
  const latitude = (PLACE.lat * Math.PI) / 180;
  // The sun's upper rim with refraction stands on the horizon at -0.833 degrees.
  const cosine =
    (Math.sin((-0.833 * Math.PI) / 180) - Math.sin(latitude) * Math.sin(declination)) /
    (Math.cos(latitude) * Math.cos(declination));
  const halfDayMinutes = (Math.acos(cosine) * 180) / Math.PI / 0.25;
  const noon = 720 - 4 * (PLACE.lon - 120) - equationMinutes;
  return { sunrise: noon - halfDayMinutes, sunset: noon + halfDayMinutes };
}

function dayOfYear(now: Instant): number {
  const local = new Date(now + PLACE.offsetMs);
  return 1 + Math.floor((now + PLACE.offsetMs - Date.UTC(local.getUTCFullYear(), 0, 1)) / DAY_MS);
}

/** Coldest in the middle of January and at 06:00, warmest in July and at 15:00. */
function airTemperature(now: Instant, minute: number): number {
  const mean = (WARMEST_C + COLDEST_C) / 2;
  const season = -Math.cos((2 * Math.PI * (dayOfYear(now) - 17)) / 365);
  const hour = Math.cos((2 * Math.PI * (minute - 15 * 60)) / 1440);
  return mean + ((WARMEST_C - COLDEST_C) / 2) * season + 4 * hour;
}

/** Closed form of filling at a steady rate while what is there halves again and again. */
function runoffOf(shower: Shower, now: Instant): number {
  if (now <= shower.from) return 0;
  const decay = Math.LN2 / RUNOFF_HALF_LIFE_MS;
  const wetUntil = Math.min(now, shower.until);
  const perMs = shower.mmPerHour / HOUR_MS;
  const atEnd = (perMs / decay) * (1 - Math.exp(-decay * (wetUntil - shower.from)));
  return atEnd * Math.exp(-decay * (now - wetUntil));
}
