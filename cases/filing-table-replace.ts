/**
 * A table that a city replaces whole: a file is read, checked and compared with what stands; with
 * any fault nothing is changed. A new version is written in the transaction that is handed in and
 * taken over only once that has committed, so that a rollback leaves the table that stood.
 */
import type { Instant } from "../model/clock.ts";
import { csvText } from "../model/csv.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { TableFindings } from "./filing-table-checks.ts";
import {
  type CsvRecord,
  type ReadTable,
  readTable,
  type TableFault,
  type TableRow,
  type TableShape,
} from "./filing-table-reader.ts";
import {
  insertVersion,
  readVersion,
  readVersions,
  type TableBody,
  type TableVersion,
} from "./filing-table-versions.ts";

export interface TableState<Row> {
  version: number;
  rows: readonly Row[];
  setting?: string;
}

/** What somebody wants of a file, beside its rows. */
export interface TableWish {
  /** The version that he changed. */
  version?: number | undefined;
  by: string;
  reason?: string | undefined;
  isLifeSafetyConfirmed: boolean;
  setting?: string | undefined;
}

export interface TableDifference {
  /** Keys of rows. */
  added: string[];
  changed: { key: string; cells: { column: string; from: string; to: string }[] }[];
  removed: string[];
}

/** What a file would do, or did; `faultCount` counts also those that are not listed. */
export interface TableVerdict extends TableDifference {
  version: number;
  rows: number;
  setting?: string;
  faultCount: number;
  faults: TableFault[];
  warnings: TableFault[];
}

export interface CityTableDeps<Row> {
  name: string;
  shape: TableShape<Row>;
  shipped: readonly Row[];
  setting?: string;
  readRecords(text: string): Promise<CsvRecord[]>;
  check(rows: readonly TableRow<Row>[], former: readonly Row[], wish: TableWish): TableFindings;
  /** The table is another from now on. */
  onChange(): void;
}

export type CityTable<Row> = ReturnType<typeof createCityTable<Row>>;

export function createCityTable<Row>(deps: CityTableDeps<Row>) {
  const { name, shape, shipped } = deps;
  const asShipped: TableState<Row> = {
    version: 0,
    rows: shipped,
    ...(deps.setting !== undefined && { setting: deps.setting }),
  };
  let state = asShipped;

  function stateOf(found: { version: number; body: TableBody<Row> } | undefined): TableState<Row> {
    if (found === undefined) return asShipped;
    const { version, body } = found;
    const setting = body.setting ?? deps.setting;
    const rows = withShipped(shape, shipped, body);
    return { version, rows, ...(setting !== undefined && { setting }) };
  }

  function judge(table: ReadTable<Row>, wish: TableWish): { verdict: TableVerdict; rows: Row[] } {
    const found = deps.check(table.rows, state.rows, wish);
    const rows = table.rows.map(({ value }) => value);
    const setting = wish.setting ?? state.setting;
    // Of a file that cannot be read whole, what it lacks is not what it means to remove.
    const faults = table.faults.length > 0 ? table.faults : found.faults;
    const verdict = {
      version: state.version,
      rows: rows.length,
      ...(setting !== undefined && { setting }),
      faultCount: faults.length,
      faults: faults.slice(0, LIMITS.cityTableFaultsShownMax),
      warnings: found.warnings.slice(0, LIMITS.cityTableFaultsShownMax),
      ...differenceOf(shape, state.rows, rows),
    };
    return { verdict, rows };
  }

  return {
    name,
    state: () => state,
    async load(sql: Sql): Promise<void> {
      state = stateOf(await readVersion<Row>(sql, name));
      deps.onChange();
    },
    read: async (text: string) => readTable(shape, await deps.readRecords(text)),
    /** Changes nothing; its faults are told, not thrown. */
    tried: (table: ReadTable<Row>, wish: TableWish): TableVerdict => judge(table, wish).verdict,
    /**
     * Call `committed` once the transaction has. A file that says what stands makes no version.
     * @throws GridwardenError TABLE_INVALID, TABLE_VERSION_CONFLICT
     */
    async replace(
      tx: Sql,
      table: ReadTable<Row>,
      wish: TableWish,
      now: Instant,
    ): Promise<{ value: TableVerdict; committed(): void }> {
      if (wish.version !== undefined && wish.version !== state.version) {
        throw conflict(name, wish.version, state.version);
      }
      const { verdict, rows } = judge(table, wish);
      if (verdict.faultCount > 0) throw invalid(name, verdict);
      const { added, changed, removed, setting } = verdict;
      const isSame =
        setting === state.setting && added.length + changed.length + removed.length < 1;
      if (isSame) return { value: verdict, committed() {} };
      const keys = new Set(rows.map(shape.keyOf));
      const body: TableBody<Row> = {
        rows,
        dropped: shipped.map(shape.keyOf).filter((key) => !keys.has(key)),
        ...(setting !== undefined && { setting }),
      };
      const version = state.version + 1;
      const counts = { added: added.length, changed: changed.length, removed: removed.length };
      const reason = wish.reason === undefined ? {} : { reason: wish.reason };
      const about = { version, changedAt: now, changedBy: wish.by, ...reason, ...counts };
      await insertVersion(tx, name, about, body);
      return {
        value: { ...verdict, version },
        committed() {
          state = stateOf({ version, body });
          deps.onChange();
        },
      };
    },
    /** As a file, as it stands or stood. @throws GridwardenError TABLE_VERSION_NOT_FOUND */
    async csv(sql: Sql, version?: number): Promise<{ version: number; text: string }> {
      const shown = version === undefined ? state : await stateAt(sql, version);
      const text = csvText([shape.columns, ...shown.rows.map(shape.print)]);
      return { version: shown.version, text };
    },
    /** Newest first; what is shipped has no entry. */
    versions: (sql: Sql): Promise<TableVersion[]> => readVersions(sql, name),
  };

  async function stateAt(sql: Sql, version: number): Promise<TableState<Row>> {
    if (version === state.version) return state;
    if (version === 0) return asShipped;
    const found = await readVersion<Row>(sql, name, version);
    if (found !== undefined) return stateOf(found);
    throw new GridwardenError(
      "TABLE_VERSION_NOT_FOUND",
      `table '${name}' has no version ${version}, or no longer; it stands at ${state.version}`,
    );
  }
}

/** In the order of what is shipped, then of the city's file. */
function withShipped<Row>(
  { keyOf }: TableShape<Row>,
  shipped: readonly Row[],
  { rows, dropped }: TableBody<Row>,
): Row[] {
  const own = new Map(rows.map((row) => [keyOf(row), row]));
  const kept = shipped.filter((row) => !dropped.includes(keyOf(row)));
  const shippedKeys = new Set(kept.map(keyOf));
  return [
    ...kept.map((row) => own.get(keyOf(row)) ?? row),
    ...rows.filter((row) => !shippedKeys.has(keyOf(row))),
  ];
}

function differenceOf<Row>(
  { columns, keyOf, print }: TableShape<Row>,
  former: readonly Row[],
  next: readonly Row[],
): TableDifference {
  const before = new Map(former.map((row) => [keyOf(row), print(row)]));
  const after = new Map(next.map((row) => [keyOf(row), print(row)]));
  const changed: TableDifference["changed"] = [];
  for (const [key, to] of after) {
    const from = before.get(key);
    const cells = columns
      .map((column, at) => ({ column, from: from?.[at] ?? "", to: to[at] ?? "" }))
      .filter((cell) => cell.from !== cell.to);
    if (from !== undefined && cells.length > 0) changed.push({ key, cells });
  }
  return {
    added: [...after.keys()].filter((key) => !before.has(key)),
    changed,
    removed: [...before.keys()].filter((key) => !after.has(key)),
  };
}

function invalid(name: string, { faults, faultCount }: TableVerdict): GridwardenError {
  const [first] = faults;
  const more = faultCount > 1 ? `, and ${faultCount - 1} more` : "";
  return new GridwardenError(
    "TABLE_INVALID",
    `table '${name}': ${first === undefined ? "" : faultText(first)}${more}; nothing was changed`,
    { details: { faultCount, faults } },
  );
}

function faultText({ row, column, wanted, got, nearest }: TableFault): string {
  const where = [row === undefined ? "" : `row ${row}`, column === undefined ? "" : `'${column}'`];
  const place = where.filter((part) => part !== "").join(", ");
  const meant = nearest === undefined ? "" : ` (did you mean '${nearest}'?)`;
  return `${place === "" ? "the file" : place}: got '${got}', wanted ${wanted}${meant}`;
}

const conflict = (name: string, wanted: number, current: number): GridwardenError =>
  new GridwardenError(
    "TABLE_VERSION_CONFLICT",
    `table '${name}' is at version ${current}, you changed version ${wanted}; read it again`,
    { details: { version: current } },
  );
