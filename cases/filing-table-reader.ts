/**
 * A CSV file of a table that a city replaces, read into rows. Pure. Each fault names its row, its
 * column, what was wanted, what was got and the nearest valid name; a file with any is refused
 * whole by whoever asked. What spreadsheets do to such files is undone where it is certain:
 * rows of empty cells, empty cells at the end of a row, `TRUE`, a zero lost in front of a code.
 */
import { plainCell } from "../model/csv.ts";
import { LIMITS } from "../model/limits.ts";
import { nearestName } from "../model/nearest-name.ts";

export interface TableFault {
  /** Counted from 1, the header row not counted; absent where it is the file or a missing row. */
  row?: number;
  /** Line of the file on which the row ends. */
  line?: number;
  column?: string;
  wanted: string;
  got: string;
  nearest?: string;
}

/** A record of a CSV text; with a fault it has no cells. */
export interface CsvRecord {
  cells: string[];
  line: number;
  fault?: string;
}

export interface TableRow<Row> {
  row: number;
  line: number;
  value: Row;
}

/** What is known of a row's place while its cells are read. */
export interface Cells {
  /** The cell as it stands; empty where there is none. */
  get(column: string): string;
  fault(column: string, wanted: string, names?: readonly string[]): void;
  /** A text that may not be empty. */
  text(column: string, charactersMax: number): string;
  optionalText(column: string, charactersMax: number): string | undefined;
  matching(column: string, pattern: RegExp, wanted: string): string;
  /** 4 digits; a zero that a spreadsheet dropped in front is put back. */
  code(column: string, wanted: string): string;
  oneOf<Name extends string>(column: string, names: readonly Name[]): Name;
  isTrue(column: string): boolean;
}

/** One of the tables: its columns, how a row is written and read, and what tells rows apart. */
export interface TableShape<Row> {
  columns: readonly string[];
  keyOf(row: Row): string;
  /** A cell for each column. */
  print(row: Row): readonly string[];
  read(cells: Cells): Row;
}

export interface ReadTable<Row> {
  rows: TableRow<Row>[];
  faults: TableFault[];
}

/** A character that stands for bytes that are no UTF-8. */
const UNREADABLE = "\uFFFD";

export function readTable<Row>(
  shape: TableShape<Row>,
  records: readonly CsvRecord[],
): ReadTable<Row> {
  const [header, ...all] = records;
  if (header === undefined) return refused("a header row of column names", "an empty file");
  if (records.some(({ cells }) => cells.some((cell) => cell.includes(UNREADABLE)))) {
    return refused("a file in UTF-8 (in a spreadsheet: 'CSV UTF-8')", "a file in another encoding");
  }
  const names = header.cells.map(plainCell);
  const faults = headerFaults(shape.columns, names);
  const filled = all.filter(({ cells, fault }) => fault !== undefined || cells.some(isFilled));
  if (filled.length > LIMITS.cityTableRowsMax) {
    const got = `${filled.length} rows`;
    return refused(`at most ${LIMITS.cityTableRowsMax} rows`, got);
  }
  if (faults.length > 0) return { rows: [], faults };
  const rows: TableRow<Row>[] = [];
  for (const [index, record] of filled.entries()) {
    const row = readRow(shape, names, { record, row: index + 1 }, faults);
    if (row !== undefined) rows.push(row);
  }
  faults.push(...repeatFaults(shape, rows));
  return { rows, faults };
}

const isFilled = (cell: string): boolean => cell !== "";

const refused = (wanted: string, got: string): { rows: []; faults: TableFault[] } => ({
  rows: [],
  faults: [{ wanted, got }],
});

/** A file that lacks a column would empty it: every column must be there. */
function headerFaults(columns: readonly string[], names: readonly string[]): TableFault[] {
  const missing = columns
    .filter((column) => !names.includes(column))
    .map((column) => ({ column, wanted: "a column of this name", got: "none" }));
  const wrong = names
    .filter((name, at) => !columns.includes(name) || names.indexOf(name) < at)
    .map((name): TableFault => {
      if (columns.includes(name)) return { column: name, wanted: "it once", got: "it twice" };
      const free = columns.filter((column) => !names.includes(column));
      const nearest = nearestName(name, free);
      const wanted = `one of ${columns.join(", ")}`;
      return { column: name, wanted, got: name, ...(nearest !== undefined && { nearest }) };
    });
  return [...wrong, ...missing];
}

function readRow<Row>(
  shape: TableShape<Row>,
  names: readonly string[],
  { record, row }: { record: CsvRecord; row: number },
  faults: TableFault[],
): TableRow<Row> | undefined {
  const { cells, line, fault } = record;
  if (fault !== undefined) {
    faults.push({ row, line, wanted: "a row that can be read", got: fault });
    return undefined;
  }
  if (cells.length < names.length || cells.slice(names.length).some(isFilled)) {
    const wanted = `${names.length} cells; quote those that contain a comma`;
    faults.push({ row, line, wanted, got: `${cells.length} cells` });
    return undefined;
  }
  const own: TableFault[] = [];
  const values = new Map(names.map((name, at) => [name, plainCell(cells[at] ?? "")]));
  const value = shape.read(cellsOf(values, { row, line }, own));
  faults.push(...own);
  return own.length === 0 ? { row, line, value } : undefined;
}

/** Reads on after a fault, so that all of a row are told at once. */
function cellsOf(
  values: ReadonlyMap<string, string>,
  place: { row: number; line: number },
  faults: TableFault[],
): Cells {
  const get = (column: string): string => values.get(column) ?? "";
  const fault: Cells["fault"] = (column, wanted, names = []) => {
    const got = get(column);
    const nearest = got === "" ? undefined : nearestName(got, names);
    faults.push({ ...place, column, wanted, got, ...(nearest !== undefined && { nearest }) });
  };
  const optionalText: Cells["optionalText"] = (column, charactersMax) => {
    const text = get(column);
    if (text.length > charactersMax) fault(column, `at most ${charactersMax} characters`);
    return text === "" ? undefined : text;
  };
  const matching: Cells["matching"] = (column, pattern, wanted) => {
    if (!pattern.test(get(column))) fault(column, wanted);
    return get(column);
  };
  return {
    get,
    fault,
    optionalText,
    matching,
    text(column, charactersMax) {
      const text = optionalText(column, charactersMax);
      if (text === undefined) fault(column, "a text");
      return text ?? "";
    },
    code: (column, wanted) => {
      if (/^\d{3}$/.test(get(column))) return `0${get(column)}`;
      return matching(column, /^\d{4}$/, wanted);
    },
    oneOf<Name extends string>(column: string, names: readonly Name[]): Name {
      const found = names.find((name) => name === get(column));
      if (found === undefined) fault(column, `one of ${names.join(", ")}`, names);
      return found ?? (names[0] as Name);
    },
    isTrue(column) {
      const text = get(column).toLowerCase();
      if (text !== "true" && text !== "false") fault(column, "true or false", ["true", "false"]);
      return text === "true";
    },
  };
}

/** Rows of one key would contradict each other: the later ones are at fault. */
function repeatFaults<Row>(
  { columns, keyOf }: TableShape<Row>,
  rows: readonly TableRow<Row>[],
): TableFault[] {
  const first = new Map<string, number>();
  return rows.flatMap(({ row, line, value }) => {
    const key = keyOf(value);
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, row);
      return [];
    }
    const wanted = `a row of its own; row ${before} is the same`;
    return [{ row, line, column: columns[0] ?? "", wanted, got: key }];
  });
}
