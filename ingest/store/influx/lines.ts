/**
 * Rows as lines of InfluxDB's protocol, made as the bytes that are sent: a batch is tens of thousands of
 * lines, and as texts they would cost more than all else that is done for them. Pure.
 */
import { qualityOf } from "../../../model/reading.ts";
import type { ReadingColumns } from "../reading-store.ts";
import { type ByteWriter, createByteWriter } from "./byte-writer.ts";
import { fieldBegin, type LineHead, timestampOf } from "./layout.ts";

/** What a line needs of its series; nothing where its rows are not to be written. */
export type HeadOf = (seriesId: number) => { head: LineHead; field: string } | undefined;

export interface Lines {
  body: Uint8Array;
  /** Where each line ends in the body, behind its line feed. */
  ends: number[];
  /** Rows in each of the lines. */
  rows: number[];
  /** Rows whose series has no head. */
  headless: number;
}

const INTEGER = "i";
const EXTRAS = ["min", "max", "total"] as const;

/** What the rows of one line have in common. */
interface OpenLine {
  head: LineHead;
  at: number;
  received: number;
  key: number;
  quality: ReturnType<typeof qualityOf>;
}

/** Rows that follow each other and make one point share a line. */
export function linesOf(columns: ReadingColumns, headOfSeries: HeadOf): Lines {
  const { length, seriesId, observedAt, receivedAt, flags, key: keys } = columns;
  const writer = createByteWriter(length * BYTES_A_ROW);
  const found = { ends: [] as number[], rows: [] as number[], headless: 0 };
  let open: OpenLine | undefined;
  let rows = 0;
  const close = (): void => {
    if (open === undefined) return;
    const { at, key } = open;
    writer.text(` ${timestampOf(at, Number.isNaN(key) ? undefined : key)}\n`);
    found.ends.push(writer.length());
    found.rows.push(rows);
  };
  for (let row = 0; row < length; row += 1) {
    const series = headOfSeries(seriesId[row] ?? 0);
    if (series === undefined) {
      found.headless += 1;
      continue;
    }
    const bits = flags[row] ?? 0;
    const at = observedAt[row] ?? 0;
    const received = receivedAt[row] ?? 0;
    const key = keys === undefined ? Number.NaN : (keys[row] ?? Number.NaN);
    const quality = bits === 0 ? "good" : qualityOf(bits);
    const isSamePoint =
      open !== undefined &&
      open.head === series.head &&
      open.at === at &&
      open.received === received &&
      Object.is(open.key, key) &&
      open.quality === quality;
    if (!isSamePoint) {
      close();
      open = { head: series.head, at, received, key, quality };
      rows = 0;
      writeBegin(writer, open);
    }
    rows += 1;
    writeValue(writer, columns, { row, bits, field: series.field });
  }
  close();
  return { ...found, body: writer.bytes() };
}

/** Of a message of three values; more is made room for. */
const BYTES_A_ROW = 80;

function writeBegin(writer: ByteWriter, { head, quality, received, key }: OpenLine): void {
  let begin = head.begins[quality];
  if (begin === undefined) {
    begin = Buffer.from(`${head.head}${quality}${head.tail} received=`);
    head.begins[quality] = begin;
  }
  writer.raw(begin);
  writer.number(received);
  writer.text(INTEGER);
  if (Number.isNaN(key)) return;
  writer.text(",seq=");
  writer.number(key);
  writer.text(INTEGER);
}

interface Cell {
  row: number;
  bits: number;
  field: string;
}

function writeValue(writer: ByteWriter, columns: ReadingColumns, { row, bits, field }: Cell): void {
  writer.raw(fieldBegin(field));
  writer.number(columns.value[row] ?? 0);
  if (bits !== 0) writeBeside(writer, `${field}_flags`, bits, INTEGER);
  for (const name of EXTRAS) {
    const value = columns[name]?.[row];
    if (value !== undefined) writeBeside(writer, `${field}_${name}`, value, "");
  }
  const claimed = columns.claimedAt?.[row];
  if (claimed !== undefined) writeBeside(writer, `${field}_claimed`, claimed, INTEGER);
}

function writeBeside(writer: ByteWriter, key: string, value: number, suffix: string): void {
  if (Number.isNaN(value)) return;
  writer.raw(fieldBegin(key));
  writer.number(value);
  writer.text(suffix);
}

/** Lines `from` to `to`, that one not among them, as a call sends them. */
export const bodyOf = ({ body, ends }: Lines, from: number, to: number): Uint8Array =>
  body.subarray(from === 0 ? 0 : ends[from - 1], to === 0 ? 0 : ends[to - 1]);

/** One of the lines as text. */
export const lineText = (lines: Lines, n: number): string =>
  Buffer.from(bodyOf(lines, n, n + 1))
    .toString("utf8")
    .trimEnd();
