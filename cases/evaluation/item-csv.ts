/** A file of items and marks: its columns, and its records as what the API takes. Pure. */
import { NewItem } from "../../model/evaluation-item.ts";
import { LIMITS } from "../../model/limits.ts";
import { tableInvalid } from "../calendar-csv.ts";
import { type CsvRecord, readTable, type TableShape } from "../filing-table-reader.ts";

const COLUMNS = [
  ...["kind", "period", "subject", "subjectId", "points", "markId", "reason", "evidence"],
] as const;

/** @throws GridwardenError TABLE_INVALID with every fault of the file */
export function itemRows(records: readonly CsvRecord[]): NewItem[] {
  const keys = new Map<object, string>();
  const shape: TableShape<Record<string, string>> = {
    columns: COLUMNS,
    keyOf: (row) => keys.get(row) ?? "",
    print: () => [],
    read: ({ get }) => {
      const row = Object.fromEntries(COLUMNS.map((column) => [column, get(column)]));
      keys.set(row, `${keys.size}`);
      return row;
    },
  };
  const what = "the file of items";
  const { rows, faults } = readTable(shape, records);
  if (faults.length > 0) {
    throw tableInvalid(
      what,
      faults.map(({ row = 0, wanted, got }) => ({
        row,
        message: `got '${got}', wanted ${wanted}`,
      })),
    );
  }
  if (rows.length > LIMITS.evaluationItemsPerCallMax) {
    const message = `${rows.length} rows, ${LIMITS.evaluationItemsPerCallMax} at most`;
    throw tableInvalid(what, [{ row: 0, message }]);
  }
  const read = rows.map(({ row, value }) => ({ row, ...NewItem.safeParse(itemOf(value)) }));
  const wrong = read.flatMap(({ row, error }) =>
    (error?.issues ?? []).map(({ path, message }) => ({
      row,
      message: `column '${path.join(".")}': ${message}`,
    })),
  );
  if (wrong.length > 0) throw tableInvalid(what, wrong);
  return read.flatMap(({ data }) => data ?? []);
}

/** Pieces of evidence are parted by semicolons. */
function itemOf({ points = "", markId, evidence = "", ...row }: Record<string, string>) {
  const pieces = evidence.split(";").map((piece) => piece.trim());
  return {
    ...row,
    points: points === "" ? undefined : Number(points),
    ...(markId !== "" && { markId }),
    evidence: pieces.filter((piece) => piece !== ""),
  };
}
