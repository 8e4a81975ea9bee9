/**
 * Reads a file of devices into rows of fields: CSV with a header row of the API's field names, UTF-8 with
 * or without a byte order mark. An empty cell takes a field away. It checks nothing against the registry.
 */
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { Device } from "../model/registry.ts";
import { type CsvRecord, readRecords } from "./csv-records.ts";
import type { Fault } from "./field-faults.ts";
import { checkUtf8 } from "./import.ts";
import { invalidFile } from "./import-rows.ts";

export interface DeviceRow {
  /** Counted from 1, the header row not counted. */
  row: number;
  line?: number;
  deviceId: string;
  /** Null where the cell is empty. */
  fields: Record<string, unknown>;
  fault?: Fault;
}

const FIELDS: ReadonlySet<string> = new Set(Object.keys(Device.shape));
const REQUIRED_COLUMNS = ["deviceId", "assetId"];
const IGNORED_SHOWN_MAX = 50;

/** @throws REQUEST_INVALID when it is no such file, or has too many rows. */
export async function readDeviceCsv(
  text: string,
  hasDevice: (deviceId: string) => boolean,
): Promise<{ rows: DeviceRow[]; ignored: string[] }> {
  checkUtf8(text);
  const [header, ...records] = await readRecords(text);
  if (header === undefined) throw invalidFile("the file is empty", "a header row of field names");
  if (records.length > LIMITS.deviceImportRowsMax) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `the file to import: it has ${records.length} rows, the limit is ${LIMITS.deviceImportRowsMax}; send it in parts`,
    );
  }
  const names = header.cells;
  const rows = records.map((record, index) => rowOf(names, record, index + 1));
  const isUpdate = names.includes("deviceId") && rows.every((row) => hasDevice(row.deviceId));
  const missing = (isUpdate ? [] : REQUIRED_COLUMNS).filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const columns = missing.map((name) => `'${name}'`).join(", ");
    throw invalidFile(
      `its header row has no column ${columns}`,
      "the columns deviceId, assetId and what else is known, separated by commas",
    );
  }
  const ignored = names.filter((name) => !FIELDS.has(name)).slice(0, IGNORED_SHOWN_MAX);
  return { rows, ignored };
}

function rowOf(names: readonly string[], record: CsvRecord, row: number): DeviceRow {
  const { cells, line } = record;
  const fields: Record<string, unknown> = {};
  for (const [index, name] of names.entries()) {
    const cell = cells[index] ?? "";
    if (FIELDS.has(name)) fields[name] = cell === "" ? null : cell;
  }
  const { deviceId, ...rest } = fields;
  const built: DeviceRow = { row, line, deviceId: String(deviceId ?? ""), fields: rest };
  const message =
    record.fault ??
    (cells.length === names.length
      ? undefined
      : `the row has ${cells.length} cells, the header row ${names.length}; quote cells that contain a comma`);
  if (message !== undefined) built.fault = { code: "REQUEST_INVALID", message };
  return built;
}
