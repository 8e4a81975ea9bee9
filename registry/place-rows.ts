/**
 * Reads a file of places into rows of fields: CSV with a header row of the API's field names, several
 * aliases in one cell with `|` between, or a GeoJSON FeatureCollection of Points. What cannot be read
 * is a fault of its row alone; an empty cell or a null takes a field away.
 */
import { plainCell } from "../model/csv.ts";
import { showValue } from "../model/field-text.ts";
import { nearestName } from "../model/nearest-name.ts";
import { NamedPlace, PlaceKind } from "../model/place.ts";
import { type CsvRecord, readRecords } from "./csv-records.ts";
import { type Fault, schemaFault } from "./field-faults.ts";
import { asText, invalidFile, isNumber, isRecord, parseJson } from "./import-rows.ts";

export interface PlaceRow {
  /** Counted from 1, the header row not counted. */
  row: number;
  line?: number;
  placeId: string;
  fields: Record<string, unknown>;
  fault?: Fault;
}

export interface PlaceRows {
  rows: PlaceRow[];
  /** Columns or properties that no field of a place is named after. */
  ignored: string[];
}

const FIELDS: ReadonlySet<string> = new Set(Object.keys(NamedPlace.shape));
const NUMBER_FIELDS: ReadonlySet<string> = new Set(["lon", "lat"]);
const IGNORED_SHOWN_MAX = 50;

/** @throws REQUEST_INVALID when the header has no placeId. */
export async function readPlaceCsv(text: string): Promise<PlaceRows> {
  const [header, ...records] = await readRecords(text);
  if (header === undefined) throw invalidFile("the file is empty", "a header row of field names");
  const names = header.cells.map(plainCell);
  if (!names.includes("placeId")) {
    const wanted = `the columns ${[...FIELDS].join(", ")}, separated by commas`;
    throw invalidFile("its header row has no column 'placeId'", wanted);
  }
  const rows = records.map((record, index) => csvRow(names, record, index + 1));
  const ignored = names.filter((name) => !FIELDS.has(name)).slice(0, IGNORED_SHOWN_MAX);
  return { rows, ignored };
}

/** @throws REQUEST_INVALID when the text is no FeatureCollection. */
export function readPlaceGeoJson(text: string): PlaceRows {
  const wanted = "a GeoJSON FeatureCollection of Points";
  const collection = parseJson(text);
  const features = isRecord(collection) ? collection.features : undefined;
  const isCollection = isRecord(collection) && collection.type === "FeatureCollection";
  if (!isCollection || !Array.isArray(features)) {
    throw invalidFile("it is no FeatureCollection", wanted);
  }
  const ignored = new Set<string>();
  const rows = features.map((feature: unknown, index) => featureRow(feature, index + 1, ignored));
  return { rows, ignored: [...ignored].slice(0, IGNORED_SHOWN_MAX) };
}

function csvRow(
  names: readonly string[],
  { cells, line, fault }: CsvRecord,
  row: number,
): PlaceRow {
  const values: Record<string, unknown> = {};
  for (const [index, name] of names.entries()) {
    const cell = plainCell(cells[index] ?? "");
    values[name] = cell === "" ? null : csvValue(name, cell);
  }
  const message =
    fault ??
    (cells.length === names.length
      ? undefined
      : `the row has ${cells.length} cells, the header row ${names.length}; quote cells that contain a comma`);
  return { ...rowOf(values, row), line, ...(message !== undefined && invalid(message)) };
}

function csvValue(name: string, cell: string): unknown {
  if (NUMBER_FIELDS.has(name)) return isNumber(cell) ? Number(cell) : cell;
  if (name !== "aliases") return cell;
  return cell
    .split("|")
    .map((alias) => alias.trim())
    .filter((alias) => alias !== "");
}

function featureRow(feature: unknown, row: number, ignored: Set<string>): PlaceRow {
  if (!isRecord(feature) || !isRecord(feature.properties)) {
    const message = "the element is no Feature with properties";
    return { row, placeId: "", fields: {}, ...invalid(message) };
  }
  const { geometry, properties } = feature;
  for (const name of Object.keys(properties)) if (!FIELDS.has(name)) ignored.add(name);
  if (isRecord(geometry) && geometry.type === "Point" && Array.isArray(geometry.coordinates)) {
    const [lon, lat] = geometry.coordinates as unknown[];
    return rowOf({ ...properties, lon, lat }, row);
  }
  const built = rowOf(properties, row);
  if (built.fields.lon != null && built.fields.lat != null) return built;
  const got = isRecord(geometry) ? showValue(geometry.type) : "nothing";
  return { ...built, ...invalid(`field 'geometry': got ${got}, wanted a Point`) };
}

function rowOf(values: Record<string, unknown>, row: number): PlaceRow {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (FIELDS.has(name)) fields[name] = NUMBER_FIELDS.has(name) ? value : asText(value);
  }
  const { placeId, ...rest } = fields;
  return { row, placeId: typeof placeId === "string" ? placeId : "", fields: rest };
}

const invalid = (message: string): { fault: Fault } => ({
  fault: { code: "REQUEST_INVALID", message },
});

/** The place that a row makes, or makes of the one that is there. */
export function placeOfRow(
  { placeId, fields }: PlaceRow,
  former: NamedPlace | undefined,
): { place: NamedPlace } | { fault: Fault } {
  const candidate: Record<string, unknown> = { ...former, placeId };
  for (const [field, value] of Object.entries(fields)) {
    if (value === null) delete candidate[field];
    else if (value !== undefined) candidate[field] = value;
  }
  const parsed = NamedPlace.safeParse(candidate);
  if (parsed.success) return { place: parsed.data };
  const fault = schemaFault(parsed.error, candidate);
  const { kind } = candidate;
  const isKindWrong = parsed.error.issues[0]?.path[0] === "kind" && typeof kind === "string";
  const meant = isKindWrong ? nearestName(kind.slice(0, 40), PlaceKind.options) : undefined;
  if (meant === undefined) return { fault };
  return { fault: { ...fault, message: `${fault.message}; did you mean '${meant}'?` } };
}
