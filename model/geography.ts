/**
 * Places on the earth, in WGS-84 degrees: how far apart two are, and the cell of a coarse grid that
 * each lies in, by which what is near is found without a look at all the rest. Pure.
 */
export interface Place {
  lon: number;
  lat: number;
}

/** Mean radius (IUGG). */
const EARTH_RADIUS_M = 6_371_008.8;
/** A cell is a thousandth of a degree wide: about 100 m. */
const CELLS_PER_DEGREE = 1_000;
/** Nearer to a pole meridians meet; there are no cities. */
const COSINE_MIN = 0.01;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance by the haversine formula. */
export function distanceM(a: Place, b: Place): number {
  const sinLat = Math.sin(radians(b.lat - a.lat) / 2);
  const sinLon = Math.sin(radians(b.lon - a.lon) / 2);
  const h = sinLat ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * sinLon ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

const cellNumber = (degrees: number): number => Math.floor(degrees * CELLS_PER_DEGREE);

export const cellOf = ({ lon, lat }: Place): string => `${cellNumber(lon)}:${cellNumber(lat)}`;

/** Every cell of which a part may lie within so many metres. */
export function cellsAround({ lon, lat }: Place, metres: number): string[] {
  const latReach = (metres / EARTH_RADIUS_M) * (180 / Math.PI);
  const cosine = Math.cos(radians(Math.min(90, Math.abs(lat) + latReach)));
  const lonReach = latReach / Math.max(COSINE_MIN, cosine);
  const cells: string[] = [];
  for (let x = cellNumber(lon - lonReach); x <= cellNumber(lon + lonReach); x += 1) {
    for (let y = cellNumber(lat - latReach); y <= cellNumber(lat + latReach); y += 1) {
      cells.push(`${x}:${y}`);
    }
  }
  return cells;
}
