/**
 * A CSV text (RFC 4180) as records with the line on which each ends. A cell in quotes may span
 * lines; where a quote is broken it would swallow the rows behind it, so such a file is read line
 * by line, and only the lines at fault are lost. In slices, so that nobody else waits long.
 */
import { Readable } from "node:stream";
import { setImmediate as breathe } from "node:timers/promises";
import { type Options, parse } from "csv-parse";
import { parse as parseNow } from "csv-parse/sync";

export interface CsvRecord {
  cells: string[];
  line: number;
  /** Why it cannot be read; then it has no cells. */
  fault?: string;
}

const OPTIONS: Options = {
  bom: true,
  relax_column_count: true,
  skip_empty_lines: true,
  trim: true,
};
const SLICE_CHARACTERS = 64 * 1024;
const LINES_A_BREATH = 500;

export async function readRecords(text: string): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  const parser = parse({ ...OPTIONS, info: true });
  const source = Readable.from(slicesOf(text));
  try {
    const parsed = source.pipe(parser) as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>;
    for await (const { record, info } of parsed) records.push({ cells: record, line: info.lines });
    return records;
  } catch {
    source.destroy();
    return readLines(text);
  }
}

async function readLines(text: string): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (index % LINES_A_BREATH === 0) await breathe();
    const record = readLine(line, index + 1);
    if (record !== undefined) records.push(record);
  }
  return records;
}

function readLine(text: string, line: number): CsvRecord | undefined {
  try {
    const [cells] = parseNow(text, OPTIONS) as string[][];
    return cells === undefined ? undefined : { cells, line };
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/ (at|on) line \d+/g, "") : "";
    return { cells: [], line, fault: `the row cannot be read: ${said}` };
  }
}

function* slicesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; from += SLICE_CHARACTERS) {
    yield text.slice(from, from + SLICE_CHARACTERS);
  }
}
