/**
 * Reads a file of assets into rows of fields: CSV with a header row of the API's field names and
 * `attributes.xxx` (UTF-8 with or without a byte order mark), or a GeoJSON FeatureCollection of
 * Points whose properties are the fields. What cannot be read is a fault of its row alone; an
 * empty cell or a null takes a field away. It checks nothing against the registry.
 */
import { GridwardenError } from "../model/errors.ts";
import { showValue } from "../model/field-text.ts";
import { Asset } from "../model/registry.ts";
import type { AssetPatch } from "./assets.ts";
import { type CsvRecord, readRecords } from "./csv-records.ts";
import type { Fault } from "./field-faults.ts";

export interface ImportRow {
  /** Counted from 1, the header row not counted. */
  row: number;
  line?: number;
  assetId: string;
  fields: AssetPatch;
  fault?: Fault;
}

export interface ImportRows {
  rows: ImportRow[];
  /** Columns or properties that no field of an asset is named after. */
  ignored: string[];
}

const FIELDS: ReadonlySet<string> = new Set(Object.keys(Asset.shape));
const NUMBER_FIELDS: ReadonlySet<string> = new Set(["lon", "lat"]);
const REQUIRED_COLUMNS = ["assetId", "componentCode", "name", "lon", "lat"];
const ATTRIBUTE = /^attributes\.(.{1,64})$/;
const IGNORED_SHOWN_MAX = 50;

/** @throws REQUEST_INVALID when the header lacks what every row needs. */
export async function readCsv(
  text: string,
  hasAsset: (id: string) => boolean,
): Promise<ImportRows> {
  const [header, ...records] = await readRecords(text);
  if (header === undefined) throw invalidFile("the file is empty", "a header row of field names");
  const rows = records.map((record, index) => csvRow(header.cells, record, index + 1));
  checkHeader(header.cells, rows, hasAsset);
  const ignored = header.cells.filter((name) => !isKnown(name)).slice(0, IGNORED_SHOWN_MAX);
  return { rows, ignored };
}

/** @throws REQUEST_INVALID when the text is no FeatureCollection. */
export function readGeoJson(text: string): ImportRows {
  const collection = parseJson(text);
  const features = isRecord(collection) ? collection.features : undefined;
  if (
    !isRecord(collection) ||
    collection.type !== "FeatureCollection" ||
    !Array.isArray(features)
  ) {
    throw invalidFile("it is no FeatureCollection", "a GeoJSON FeatureCollection of Points");
  }
  const ignored = new Set<string>();
  const rows = features.map((feature: unknown, index) => featureRow(feature, index + 1, ignored));
  return { rows, ignored: [...ignored].slice(0, IGNORED_SHOWN_MAX) };
}

/** A file that only changes assets needs no more than their ids. */
function checkHeader(
  header: readonly string[],
  rows: readonly ImportRow[],
  hasAsset: (id: string) => boolean,
): void {
  const isUpdate = header.includes("assetId") && rows.every((row) => hasAsset(row.assetId));
  const missing = (isUpdate ? [] : REQUIRED_COLUMNS).filter((name) => !header.includes(name));
  if (missing.length === 0) return;
  throw invalidFile(
    `its header row has no column ${missing.map((name) => `'${name}'`).join(", ")}`,
    `the columns ${REQUIRED_COLUMNS.join(", ")}, separated by commas`,
  );
}

function csvRow(header: readonly string[], record: CsvRecord, row: number): ImportRow {
  const { cells, line } = record;
  const values: Record<string, unknown> = {};
  for (const [index, name] of header.entries()) {
    const cell = cells[index] ?? "";
    values[name] = cell === "" ? null : csvValue(name, cell);
  }
  const built: ImportRow = { ...rowOf(values, row), line };
  const message =
    record.fault ??
    (cells.length === header.length
      ? undefined
      : `the row has ${cells.length} cells, the header row ${header.length}; quote cells that contain a comma`);
  if (message !== undefined) built.fault = { code: "REQUEST_INVALID", message };
  return built;
}

function csvValue(name: string, cell: string): unknown {
  if (NUMBER_FIELDS.has(name)) return isNumber(cell) ? Number(cell) : cell;
  if (!ATTRIBUTE.test(name)) return cell;
  if (cell === "true" || cell === "false") return cell === "true";
  // "007" and ids of twenty digits are texts: only what reads back the same is a number.
  return String(Number(cell)) === cell && isNumber(cell) ? Number(cell) : cell;
}

export function isNumber(cell: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell);
}

function featureRow(feature: unknown, row: number, ignored: Set<string>): ImportRow {
  const unreadable = (message: string): ImportRow => ({
    row,
    assetId: "",
    fields: {},
    fault: { code: "REQUEST_INVALID", message },
  });
  if (!isRecord(feature) || !isRecord(feature.properties)) {
    return unreadable("the element is no Feature with properties");
  }
  const { attributes, ...properties } = feature.properties;
  for (const name of Object.keys(properties)) if (!isKnown(name)) ignored.add(name);
  const values: Record<string, unknown> = { ...properties };
  if (isRecord(attributes)) {
    for (const [name, value] of Object.entries(attributes)) values[`attributes.${name}`] = value;
  } else if (attributes === null) values.attributes = null;
  const { geometry } = feature;
  const built = rowOf(values, row);
  if (isRecord(geometry) && geometry.type === "Point" && Array.isArray(geometry.coordinates)) {
    const [lon, lat] = geometry.coordinates as unknown[];
    return { ...built, fields: { ...built.fields, lon, lat } as AssetPatch };
  }
  if (built.fields.lon !== undefined && built.fields.lat !== undefined) return built;
  const got = isRecord(geometry) ? showValue(geometry.type) : "nothing";
  return {
    ...built,
    fault: { code: "REQUEST_INVALID", message: `field 'geometry': got ${got}, wanted a Point` },
  };
}

function rowOf(values: Record<string, unknown>, row: number): ImportRow {
  const fields: Record<string, unknown> = {};
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const attribute = ATTRIBUTE.exec(name)?.[1];
    if (attribute !== undefined) attributes[attribute] = value;
    else if (FIELDS.has(name)) fields[name] = NUMBER_FIELDS.has(name) ? value : asText(value);
  }
  if (values.attributes === null) fields.attributes = null;
  else if (Object.keys(attributes).length > 0) fields.attributes = attributes;
  const { assetId, ...rest } = fields;
  return { row, assetId: typeof assetId === "string" ? assetId : "", fields: rest as AssetPatch };
}

/** Codes of digits alone come as numbers out of some tools. */
export function asText(value: unknown): unknown {
  return Number.isSafeInteger(value) ? String(value) : value;
}

function isKnown(name: string): boolean {
  return (FIELDS.has(name) && name !== "attributes") || ATTRIBUTE.test(name);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch (error) {
    throw invalidFile("it is not JSON", "a GeoJSON FeatureCollection of Points", error);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function invalidFile(got: string, wanted: string, cause?: unknown): GridwardenError {
  return new GridwardenError("REQUEST_INVALID", `the file to import: ${got}, wanted ${wanted}`, {
    cause,
  });
}
