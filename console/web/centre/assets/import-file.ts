/**
 * A file to be brought in, read in the page: its columns and rows with the lines they stand at, what is
 * plainly wrong with a row, and the same rows as smaller files to be sent one after another.
 */
export interface FileRow {
  /** Counted from 1 without the header. */
  row: number;
  /** Line of the file in which it ends; of GeoJSON there is none. */
  line?: number;
  cells: Record<string, string>;
  /** As it is sent: a line of CSV, or a feature. */
  text: string;
}
export interface ReadFile {
  kind: "csv" | "geojson";
  header: string[];
  /** The header as it stood; of GeoJSON empty. */
  headerText: string;
  rows: FileRow[];
}
export type ReadFault = "empty" | "notCsv" | "notGeoJson" | "notUtf8";

export function readFile(text: string): ReadFile | { fault: ReadFault } {
  if (text.includes("\uFFFD")) return { fault: "notUtf8" };
  const plain = text.replace(/^\uFEFF/, "");
  if (plain.trim() === "") return { fault: "empty" };
  return plain.trimStart().startsWith("{") ? readGeoJson(plain) : readCsv(plain);
}

interface CsvRecord {
  cells: string[];
  text: string;
  line: number;
}

function readCsv(text: string): ReadFile | { fault: ReadFault } {
  const records = recordsOf(text).filter(({ text: raw }) => raw.trim() !== "");
  const [head, ...rest] = records;
  if (head === undefined) return { fault: "empty" };
  const header = head.cells.map((cell) => cell.trim());
  if (header.length < 2 || !header.some((name) => /^[A-Za-z]\w*Id$/.test(name))) {
    return { fault: "notCsv" };
  }
  const rows = rest.map(({ cells, text: raw, line }, n) => ({
    ...{ row: n + 1, line, text: raw },
    cells: Object.fromEntries(header.map((name, at) => [name, cells[at]?.trim() ?? ""])),
  }));
  return rows.length === 0
    ? { fault: "empty" }
    : { kind: "csv", header, headerText: head.text, rows };
}

/** RFC 4180: quotes may hold commas, quotes and lines. */
function recordsOf(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  let begin = 0;
  let line = 1;
  const endRecord = (at: number): void => {
    records.push({ cells: [...cells, cell], text: text.slice(begin, at), line });
    cells = [];
    cell = "";
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (isQuoted) {
      if (letter === '"' && text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (letter === '"') isQuoted = false;
      else cell += letter;
      if (letter === "\n") line += 1;
    } else if (letter === '"') isQuoted = true;
    else if (letter === ",") {
      cells.push(cell);
      cell = "";
    } else if (letter === "\n") {
      endRecord(text[at - 1] === "\r" ? at - 1 : at);
      begin = at + 1;
      line += 1;
    } else if (letter !== "\r") cell += letter;
  }
  if (begin < text.length) endRecord(text.length);
  return records;
}

function readGeoJson(text: string): ReadFile | { fault: ReadFault } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { fault: "notGeoJson" };
  }
  const { features } = parsed as { features?: unknown };
  if (!Array.isArray(features)) return { fault: "notGeoJson" };
  if (features.length === 0) return { fault: "empty" };
  const rows = features.map((feature: unknown, n) => ({
    ...{ row: n + 1, cells: cellsOf(feature), text: JSON.stringify(feature) },
  }));
  const header = [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))];
  return { kind: "geojson", header, headerText: "", rows };
}

function cellsOf(feature: unknown): Record<string, string> {
  const { properties, geometry } = (feature ?? {}) as {
    properties?: Record<string, unknown> | null;
    geometry?: { coordinates?: unknown } | null;
  };
  const cells: Record<string, string> = {};
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined) continue;
    cells[name] = typeof value === "object" ? JSON.stringify(value) : String(value);
  }
  const at = geometry?.coordinates;
  if (Array.isArray(at)) {
    cells.lon = String(at[0]);
    cells.lat = String(at[1]);
  }
  return cells;
}

export type RowFault = "noId" | "badCode" | "badPlace" | "twice";

/** Rows that the platform would surely reject or take twice, seen before anything is sent. */
export function plainFaults(file: ReadFile, id: "assetId" | "deviceId"): Map<number, RowFault> {
  const faults = new Map<number, RowFault>();
  const seen = new Set<string>();
  for (const { row, cells } of file.rows) {
    const own = cells[id] ?? "";
    if (own === "") faults.set(row, "noId");
    else if (seen.has(own)) faults.set(row, "twice");
    else if (isWrong(cells.componentCode, (text) => /^\d{16,18}$/.test(text)))
      faults.set(row, "badCode");
    else if (
      isWrong(cells.lon, (text) => Math.abs(Number(text)) <= 180) ||
      isWrong(cells.lat, (text) => Math.abs(Number(text)) <= 90)
    )
      faults.set(row, "badPlace");
    seen.add(own);
  }
  return faults;
}

const isWrong = (text: string | undefined, isRight: (text: string) => boolean): boolean =>
  text !== undefined && text !== "" && !isRight(text);

/** Some of the rows as a file of the same kind. */
export function fileOf(file: ReadFile, rows: readonly FileRow[]): { body: string; type: string } {
  const texts = rows.map(({ text }) => text);
  if (file.kind === "csv") {
    return { body: `${[file.headerText, ...texts].join("\n")}\n`, type: "text/csv" };
  }
  const body = `{"type":"FeatureCollection","features":[${texts.join(",")}]}`;
  return { body, type: "application/geo+json" };
}
