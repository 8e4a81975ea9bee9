/** Holidays and overrides as files: the columns, and the records of a file as rows to be checked. */
import type { RowFault } from "../model/calendar.ts";
import { GridwardenError } from "../model/errors.ts";
import type { HolidayRow, OverrideRow } from "./calendar-checks.ts";
import {
  type CsvRecord,
  readTable,
  type TableFault,
  type TableShape,
} from "./filing-table-reader.ts";

const orNothing = (text: string): string | undefined => (text === "" ? undefined : text);

/** What a row says is checked with the rows that come as JSON; here no row is another's double. */
function shapeOf<Row extends object>(
  columns: readonly string[],
  read: (get: (column: string) => string) => Row,
): TableShape<Row> {
  const keys = new Map<Row, string>();
  return {
    columns,
    keyOf: (row) => keys.get(row) ?? "",
    print: () => [],
    read: ({ get }) => {
      const row = read(get);
      keys.set(row, `${keys.size}`);
      return row;
    },
  };
}

/** @throws GridwardenError TABLE_INVALID when the file cannot be read whole */
export function holidayRows(records: readonly CsvRecord[]): HolidayRow[] {
  const shape = shapeOf(["date", "kind", "name"], (get) => ({
    date: get("date"),
    kind: get("kind"),
    name: orNothing(get("name")),
  }));
  return rowsOf("the file of holidays", shape, records);
}

/** @throws GridwardenError TABLE_INVALID when the file cannot be read whole */
export function overrideRows(records: readonly CsvRecord[]): OverrideRow[] {
  const shape = shapeOf(["class", "areaPrefix", "calendar"], (get) => ({
    class: orNothing(get("class")),
    areaPrefix: orNothing(get("areaPrefix")),
    calendar: get("calendar"),
  }));
  return rowsOf("the file of calendar overrides", shape, records);
}

function rowsOf<Row>(what: string, shape: TableShape<Row>, records: readonly CsvRecord[]): Row[] {
  const { rows, faults } = readTable(shape, records);
  if (faults.length > 0) throw tableInvalid(what, faults.map(rowFault));
  return rows.map(({ value }) => value);
}

function rowFault({ row = 0, column, wanted, got, nearest }: TableFault): RowFault {
  const where = column === undefined ? "" : `column '${column}': `;
  const meant = nearest === undefined ? "" : `; did you mean '${nearest}'?`;
  return { row, message: `${where}got '${got}', wanted ${wanted}${meant}` };
}

/** Every fault stands in the details; the text has the first. */
export function tableInvalid(what: string, faults: readonly RowFault[]): GridwardenError {
  const [first] = faults;
  const where = first === undefined || first.row === 0 ? "" : `row ${first.row}: `;
  const more = faults.length > 1 ? `; ${faults.length - 1} more in details.faults` : "";
  return new GridwardenError("TABLE_INVALID", `${what}: ${where}${first?.message}${more}`, {
    details: { faults },
  });
}
