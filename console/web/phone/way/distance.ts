/** How far two places are from each other, and how that is said. Pure. */
import { language } from "../../shared/language.ts";

/** WGS-84 degrees. */
export interface Spot {
  lon: number;
  lat: number;
}

const EARTH_RADIUS_M = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres along the great circle. */
export function metresBetween(a: Spot, b: Spot): number {
  const sinLat = Math.sin(radians(b.lat - a.lat) / 2);
  const sinLon = Math.sin(radians(b.lon - a.lon) / 2);
  const h = sinLat ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * sinLon ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** `80 m`, `1.2 km`, `34 km`; never nearer than it can be known. */
export function sayDistance(metres: number): string {
  if (metres < 10) return "< 10 m";
  if (metres < 1_000) return `${Math.round(metres / 10) * 10} m`;
  const km = metres / 1_000;
  const locale = language.value === "zh" ? "zh-CN" : "en-GB";
  return `${km.toLocaleString(locale, { maximumFractionDigits: km < 10 ? 1 : 0 })} km`;
}
