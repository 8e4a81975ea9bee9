/** Degrees to the pixels of a small plan and back; north is up, and a metre is as long everywhere. Pure. */
import type { Spot } from "../way/distance.ts";

export interface Plan {
  toPixel(spot: Spot): { x: number; y: number };
  toSpot(pixel: { x: number; y: number }): Spot;
}

const METRES_PER_DEGREE = 111_195;
const SPAN_M_MIN = 120;
const EDGE = 0.06;

/** Everything lies in it, with a little room at the edges. */
export function planOf(spots: readonly Spot[], sizePx: number): Plan {
  const lons = spots.map(({ lon }) => lon);
  const lats = spots.map(({ lat }) => lat);
  const middle = {
    lon: (Math.min(...lons) + Math.max(...lons)) / 2,
    lat: (Math.min(...lats) + Math.max(...lats)) / 2,
  };
  const east = Math.cos((middle.lat * Math.PI) / 180) * METRES_PER_DEGREE;
  const wide = (Math.max(...lons) - Math.min(...lons)) * east;
  const high = (Math.max(...lats) - Math.min(...lats)) * METRES_PER_DEGREE;
  const spanM = Math.max(SPAN_M_MIN, wide, high) * (1 + 2 * EDGE);
  const pxPerM = sizePx / spanM;
  return {
    toPixel: ({ lon, lat }) => ({
      x: sizePx / 2 + (lon - middle.lon) * east * pxPerM,
      y: sizePx / 2 - (lat - middle.lat) * METRES_PER_DEGREE * pxPerM,
    }),
    toSpot: ({ x, y }) => ({
      lon: middle.lon + (x - sizePx / 2) / pxPerM / east,
      lat: middle.lat - (y - sizePx / 2) / pxPerM / METRES_PER_DEGREE,
    }),
  };
}
