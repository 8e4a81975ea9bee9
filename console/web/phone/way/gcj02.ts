/**
 * China's map applications draw by a shifted datum: GCJ-02, and Baidu's BD-09 on top of it. A WGS-84
 * place put into one of them as it is lies some hundred metres off. The shift is the one that public
 * implementations agree on (eviltransform, coordtransform); outside China nothing is shifted. Pure.
 */
import type { Spot } from "./distance.ts";

/** Krasovsky 1940, as the shift is worked out on. */
const SEMI_MAJOR_M = 6_378_245;
const ECCENTRICITY_SQUARED = 0.006693421622965943;
/** The box that public implementations take for China; neighbours at its edge lie in it, too. */
const CHINA = { west: 72.004, east: 137.8347, south: 0.8293, north: 55.8271 };
const BAIDU_TURN = (Math.PI * 3000) / 180;

export const isInChina = ({ lon, lat }: Spot): boolean =>
  lon >= CHINA.west && lon <= CHINA.east && lat >= CHINA.south && lat <= CHINA.north;

export function toGcj02(place: Spot): Spot {
  if (!isInChina(place)) return place;
  const { lon, lat } = place;
  const x = lon - 105;
  const y = lat - 35;
  const sinLat = Math.sin((lat * Math.PI) / 180);
  const bend = 1 - ECCENTRICITY_SQUARED * sinLat * sinLat;
  const metresNorth = northwards(x, y);
  const metresEast = eastwards(x, y);
  const meridian = (SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)) / (bend * Math.sqrt(bend));
  const parallel = (SEMI_MAJOR_M / Math.sqrt(bend)) * Math.cos((lat * Math.PI) / 180);
  return {
    lon: lon + (metresEast * 180) / (parallel * Math.PI),
    lat: lat + (metresNorth * 180) / (meridian * Math.PI),
  };
}

/** From GCJ-02, as Baidu's maps want it. */
export function gcj02ToBd09({ lon, lat }: Spot): Spot {
  const far = Math.hypot(lon, lat) + 0.00002 * Math.sin(lat * BAIDU_TURN);
  const angle = Math.atan2(lat, lon) + 0.000003 * Math.cos(lon * BAIDU_TURN);
  return { lon: far * Math.cos(angle) + 0.0065, lat: far * Math.sin(angle) + 0.006 };
}

function northwards(x: number, y: number): number {
  return (
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * Math.sqrt(Math.abs(x)) +
    waves(x, [
      [20, 6],
      [20, 2],
    ]) +
    waves(y, [
      [20, 1],
      [40, 1 / 3],
      [160, 1 / 12],
      [320, 1 / 30],
    ])
  );
}

function eastwards(x: number, y: number): number {
  return (
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * Math.sqrt(Math.abs(x)) +
    waves(x, [
      [20, 6],
      [20, 2],
      [20, 1],
      [40, 1 / 3],
      [150, 1 / 12],
      [300, 1 / 30],
    ])
  );
}

/** Two thirds of the sum of `height × sin(frequency × π × at)`. */
function waves(at: number, all: readonly (readonly [height: number, frequency: number])[]): number {
  const sum = all.reduce(
    (n, [height, frequency]) => n + height * Math.sin(frequency * Math.PI * at),
    0,
  );
  return (sum * 2) / 3;
}
