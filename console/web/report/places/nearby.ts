/** Places as they are listed and drawn: the nearest first, and each as a point of a sketch. Pure. */
import { metresBetween, type Spot } from "../../phone/way/distance.ts";
import type { PublicFeature } from "../../shared/platform-types.ts";

export interface Listed extends Spot {
  properties: PublicFeature["properties"];
  metres?: number;
}

/** By distance from `me`, else by name. */
export function listed(features: readonly PublicFeature[], me: Spot | undefined): Listed[] {
  const all = features.map(({ geometry, properties }): Listed => {
    const [lon = 0, lat = 0] = geometry.coordinates;
    const metres = me === undefined ? {} : { metres: metresBetween(me, { lon, lat }) };
    return { lon, lat, properties, ...metres };
  });
  return all.sort(
    (a, b) =>
      (a.metres ?? 0) - (b.metres ?? 0) || a.properties.name.localeCompare(b.properties.name),
  );
}

export interface Sketch {
  points: { x: number; y: number }[];
  me?: { x: number; y: number };
  /** Of the sketch's 100 units so many metres. */
  widthM: number;
}

const MARGIN = 8;
const WIDTH_M_MIN = 200;
const METRES_PER_DEGREE = 111_195;

/** In a square of 100 by 100, north up, as wide east as north. */
export function sketchOf(spots: readonly Spot[], me: Spot | undefined): Sketch {
  const all = me === undefined ? spots : [...spots, me];
  const middle = (values: number[]): number => (Math.min(...values) + Math.max(...values)) / 2;
  const [lon, lat] = [middle(all.map((each) => each.lon)), middle(all.map((each) => each.lat))];
  const metres = all.map((each) => ({
    east: (each.lon - lon) * METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180),
    north: (each.lat - lat) * METRES_PER_DEGREE,
  }));
  const reach = Math.max(...metres.flatMap(({ east, north }) => [Math.abs(east), Math.abs(north)]));
  const half = Math.max(WIDTH_M_MIN / 2, reach);
  const scale = (50 - MARGIN) / half;
  const points = metres.map(({ east, north }) => ({ x: 50 + east * scale, y: 50 - north * scale }));
  const widthM = 100 / scale;
  const last = points.at(-1);
  if (me === undefined || last === undefined) return { points, widthM };
  return { points: points.slice(0, -1), me: last, widthM };
}

/** A round length in metres of about a quarter of the width, for a bar. */
export function barOf(widthM: number): number {
  const wanted = widthM / 4;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return ([5, 2, 1].find((times) => times * power <= wanted) ?? 1) * power;
}
