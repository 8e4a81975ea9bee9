/** What InfluxDB itself says of the readings that were carried over: counts, and rows to compare. Pure. */
import type { Instant } from "../../../model/clock.ts";
import type { ReadingColumns, Series } from "../reading-store.ts";
import { type AnsweredRows, quotedName, quotedText } from "./influx-door.ts";
import { fieldOf } from "./layout.ts";

export const PERIODS = ["instant", "minute", "hour", "day"] as const;
const EVERY_PERIOD = PERIODS.map(quotedName).join(", ");

const between = (from: Instant, to: Instant): string => `time >= ${from}ms AND time < ${to}ms`;

/** Of every field by class; `countsOf` reads the answer. */
export const countStatement = (from: Instant, to: Instant): string =>
  `SELECT count(*) FROM ${EVERY_PERIOD} WHERE ${between(from, to)} GROUP BY "class"`;

/** Values of these measurements by class. */
export function countsOf(
  answer: readonly AnsweredRows[],
  measurements: ReadonlySet<string>,
): Map<string, number> {
  const counted = new Set([...measurements].map((name) => `count_${fieldOf(name)}`));
  const counts = new Map<string, number>();
  for (const { tags, columns, values } of answer) {
    const slug = tags.class ?? "";
    for (const [place, column] of columns.entries()) {
      if (!counted.has(column)) continue;
      const sum = values.reduce((total, row) => total + Number(row[place] ?? 0), 0);
      counts.set(slug, (counts.get(slug) ?? 0) + sum);
    }
  }
  return counts;
}

export const anyStatement = `SELECT * FROM ${EVERY_PERIOD} LIMIT 1`;

export const deleteStatements = (from: Instant, to: Instant): string[] =>
  PERIODS.map((period) => `DELETE FROM ${quotedName(period)} WHERE ${between(from, to)}`);

const FIELDS = ["flags", "claimed", "min", "max", "total"] as const;

export function rowsStatement(
  { deviceId, measurement, period }: Series,
  from: Instant,
  to: Instant,
): string {
  const name = fieldOf(measurement);
  const fields = FIELDS.map((field) => quotedName(`${name}_${field}`));
  const columns = [quotedName(name), ...fields, `"seq"`].join(", ");
  return `SELECT ${columns} FROM ${quotedName(period)} WHERE "device" = ${quotedText(deviceId)} AND ${between(from, to)}`;
}

type Cells = (number | null)[];

/** Rows of one series in the order of the answer's columns: time, value, flags, …, seq; sorted. */
export function rowsAnswered(answer: readonly AnsweredRows[]): Cells[] {
  const rows = answer
    .flatMap(({ values }) => values as Cells[])
    .filter(([, value]) => value !== null);
  return sorted(rows);
}

/** The same of what the embedded store has. */
export function rowsStored(columns: ReadingColumns): Cells[] {
  const cell = (column: Float64Array | undefined, row: number): number | null => {
    const value = column?.[row];
    return value === undefined || Number.isNaN(value) ? null : value;
  };
  const rows = Array.from({ length: columns.length }, (_, row): Cells => {
    const flags = columns.flags[row] ?? 0;
    return [
      ...[columns.observedAt[row] ?? 0, columns.value[row] ?? 0, flags === 0 ? null : flags],
      ...[columns.claimedAt, columns.min, columns.max, columns.total, columns.key].map((column) =>
        cell(column, row),
      ),
    ];
  });
  return sorted(rows);
}

const sorted = (rows: Cells[]): Cells[] =>
  rows.sort((a, b) => Number(a[0]) - Number(b[0]) || Number(a.at(-1)) - Number(b.at(-1)));
