/**
 * The county's ground: 5.1 km by 5.0 km as 51 by 50 unit cells of 100 m by 100 m, cut into 19
 * responsibility grids in 4 streets, each grid into two communities; and its roads. Codes: a cell has
 * 14 digits (CJ/T 213: area 6, street 3, community 3, sequence 2). Pure; needs no seed.
 */
import { ROAD_NAMES, STREETS } from "./county-tables.ts";
import { PLACE } from "./weather.ts";

export const COLUMNS = 51;
export const ROWS = 50;
const CELL_M = 100;
export const WIDTH_M = COLUMNS * CELL_M;
export const HEIGHT_M = ROWS * CELL_M;

/** Rows of each street from south to north, and into how many grids its width is cut. */
const BANDS = [
  { rows: 13, grids: 5 },
  { rows: 13, grids: 5 },
  { rows: 12, grids: 5 },
  { rows: 12, grids: 4 },
] as const;

const METRES_PER_LAT = 110_900;
const METRES_PER_LON = 111_320 * Math.cos((PLACE.lat * Math.PI) / 180);

export interface Cell {
  gridCell: string;
  responsibleGrid: string;
  /** Unit of the street. */
  streetId: string;
}

export interface Road {
  name: string;
  lengthM: number;
  /** Metres from the south-west corner, `along` the road and `aside` of its middle. */
  at(along: number, aside: number): Spot;
}

export interface Spot {
  x: number;
  y: number;
}

export interface Ground {
  cells: readonly Cell[];
  streets: readonly { streetId: string; name: string }[];
  /** Most important first. */
  roads: readonly Road[];
  /** Of all roads together. */
  roadsM: number;
  cellOf(spot: Spot): Cell;
  degreesOf(spot: Spot): { lon: number; lat: number };
}

export function createGround(areaCode: string): Ground {
  const cells: Cell[] = new Array(COLUMNS * ROWS);
  const streets = STREETS.map((name, index) => ({
    streetId: `${areaCode}${digits(index + 1, 3)}`,
    name,
  }));
  let fromRow = 0;
  for (const [index, band] of BANDS.entries()) {
    const streetId = streets[index]?.streetId ?? areaCode;
    for (let grid = 0; grid < band.grids; grid += 1) {
      const columns = span(COLUMNS, band.grids, grid);
      const responsibleGrid = `${streetId}${digits(grid + 1, 2)}`;
      for (let half = 0; half < 2; half += 1) {
        const rows = span(band.rows, 2, half);
        const community = `${streetId}${digits(grid * 2 + half + 1, 3)}`;
        let sequence = 0;
        for (let row = fromRow + rows.from; row < fromRow + rows.until; row += 1) {
          for (let column = columns.from; column < columns.until; column += 1) {
            sequence += 1;
            cells[row * COLUMNS + column] = {
              gridCell: `${community}${digits(sequence, 2)}`,
              responsibleGrid,
              streetId,
            };
          }
        }
      }
    }
    fromRow += band.rows;
  }
  const [firstCell] = cells;
  if (firstCell === undefined) throw new Error("the ground has no cells");
  const roads = makeRoads();
  return {
    cells,
    streets,
    roads,
    roadsM: roads.reduce((sum, road) => sum + road.lengthM, 0),
    cellOf: ({ x, y }) => {
      const column = Math.min(COLUMNS - 1, Math.max(0, Math.floor(x / CELL_M)));
      const row = Math.min(ROWS - 1, Math.max(0, Math.floor(y / CELL_M)));
      return cells[row * COLUMNS + column] ?? firstCell;
    },
    degreesOf: ({ x, y }) => ({
      lon: rounded(PLACE.lon + (x - WIDTH_M / 2) / METRES_PER_LON),
      lat: rounded(PLACE.lat + (y - HEIGHT_M / 2) / METRES_PER_LAT),
    }),
  };
}

/** Ten roads each way at even distances; the middle ones are the most important. */
function makeRoads(): Road[] {
  const roads: Road[] = [];
  const count = ROAD_NAMES.eastWest.length;
  for (let index = 0; index < count; index += 1) {
    const slot = fromTheMiddle(index, count);
    const y = ((slot + 0.5) * HEIGHT_M) / count;
    const x = ((slot + 0.5) * WIDTH_M) / count;
    roads.push({
      name: ROAD_NAMES.eastWest[index] ?? "",
      lengthM: WIDTH_M,
      at: (along, aside) => ({ x: along, y: y + aside }),
    });
    roads.push({
      name: ROAD_NAMES.northSouth[index] ?? "",
      lengthM: HEIGHT_M,
      at: (along, aside) => ({ x: x + aside, y: along }),
    });
  }
  return roads;
}

/** 0, 1, 2, 3 … of 10 stand at 5, 4, 6, 3 …: outwards on alternating sides. */
function fromTheMiddle(index: number, count: number): number {
  const step = Math.ceil(index / 2);
  return Math.floor(count / 2) + (index % 2 === 0 ? step : -step);
}

/** The `index`-th of `parts` nearly equal parts of `length`. */
function span(length: number, parts: number, index: number): { from: number; until: number } {
  return {
    from: Math.floor((length * index) / parts),
    until: Math.floor((length * (index + 1)) / parts),
  };
}

export function digits(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** Six decimals are a tenth of a metre. */
function rounded(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
