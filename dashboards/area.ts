/** Where: streets and grid cells (单元网格), as variables at the top of a board and as what its queries are narrowed by. */
import { severalOf } from "./board.ts";
import { isChosen } from "./influxql.ts";
import { GRID, STREET } from "./words.ts";

const ofStreet = isChosen("street");
/** Of what bears the cell of its asset; counts of many assets bear the street alone. */
export const IN_AREA = [ofStreet, isChosen("grid")];

interface Source {
  measurement: string;
  where?: string[];
}

/** Streets of one measurement, and of those that are chosen the cells that another one has. */
export const areaVariables = (streets: Source, cells: Source) => [
  severalOf("street", STREET, streets.measurement, streets.where),
  severalOf("grid", GRID, cells.measurement, [...(cells.where ?? []), ofStreet]),
];
