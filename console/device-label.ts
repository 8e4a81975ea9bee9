/**
 * Labels that are stuck on devices when they are installed, as SVG in millimetres: a QR code
 * (ISO/IEC 18004, level M, with its quiet zone of four modules) of the device's address in the
 * console, and beside it what people read. One label, or pages of A4 full of them.
 */
import { setImmediate as breathe } from "node:timers/promises";
import { encode } from "uqr";
import { escaped } from "./supervision-print.ts";

export interface Label {
  /** What the code holds. */
  url: string;
  deviceId: string;
  /** Further lines, the first ones count: cut where there is no room. */
  lines: readonly string[];
}

const LABEL = { widthMm: 63, heightMm: 34, codeMm: 30, linesMax: 6, textMm: 3, lineMm: 4.6 };
const PAGE = { widthMm: 210, heightMm: 297, columns: 3, rows: 8 };
export const LABELS_PER_PAGE = PAGE.columns * PAGE.rows;
/** Of a line of text beside the code, in half widths; a Chinese character has two. */
const LINE_WIDTH_MAX = 18;
const QUIET_MODULES = 4;

export function labelSvg(label: Label): string {
  return svgOf(LABEL.widthMm, LABEL.heightMm, [labelAt(label, 0, 0)]);
}

/** Page below page, so that it prints on A4 without scaling; a row at a time, since codes cost time. */
export async function labelsSvg(labels: readonly Label[]): Promise<string> {
  const pages = Math.max(1, Math.ceil(labels.length / LABELS_PER_PAGE));
  const left = (PAGE.widthMm - PAGE.columns * LABEL.widthMm) / 2;
  const top = (PAGE.heightMm - PAGE.rows * LABEL.heightMm) / 2;
  const groups: string[] = [];
  for (const [index, label] of labels.entries()) {
    const page = Math.floor(index / LABELS_PER_PAGE);
    const onPage = index % LABELS_PER_PAGE;
    const column = onPage % PAGE.columns;
    const row = Math.floor(onPage / PAGE.columns);
    if (column === 0) await breathe();
    const y = page * PAGE.heightMm + top + row * LABEL.heightMm;
    groups.push(labelAt(label, left + column * LABEL.widthMm, y));
  }
  return svgOf(PAGE.widthMm, pages * PAGE.heightMm, groups);
}

function svgOf(widthMm: number, heightMm: number, groups: readonly string[]): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthMm}mm" height="${heightMm}mm" ` +
    `viewBox="0 0 ${widthMm} ${heightMm}" font-family="sans-serif" font-size="${LABEL.textMm}">\n` +
    `<rect width="${widthMm}" height="${heightMm}" fill="#fff"/>\n${groups.join("\n")}\n</svg>\n`
  );
}

function labelAt({ url, deviceId, lines }: Label, x: number, y: number): string {
  const { size, data } = encode(url, { ecc: "M", border: QUIET_MODULES });
  const top = (LABEL.heightMm - LABEL.codeMm) / 2;
  const scale = LABEL.codeMm / size;
  const texts = [deviceId, ...lines].flatMap(wrapped).slice(0, LABEL.linesMax);
  const rows = texts.map((text, index) => {
    const weight = index === 0 ? ' font-weight="bold"' : "";
    const at = `x="${LABEL.codeMm}" y="${round(top + LABEL.lineMm * (index + 1))}"`;
    return `<text ${at}${weight}>${escaped(text)}</text>`;
  });
  return (
    `<g transform="translate(${round(x)} ${round(y)})">` +
    `<path transform="translate(0 ${top}) scale(${round(scale)})" shape-rendering="crispEdges" ` +
    `d="${pathOf(data)}"/>${rows.join("")}</g>`
  );
}

/** Each run of dark modules of a row is one rectangle. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  const runs: string[] = [];
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x++;
      const width = x + 1 - from;
      runs.push(`M${from} ${y}h${width}v1h-${width}z`);
    }
  }
  return runs.join("");
}

/** A text in lines that fit; half a character is never cut off. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  let width = 0;
  for (const char of text) {
    const charWidth = (char.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1;
    if (width + charWidth > LINE_WIDTH_MAX) {
      lines.push(line);
      line = "";
      width = 0;
    }
    line += char;
    width += charWidth;
  }
  if (line !== "") lines.push(line);
  return lines;
}

function round(mm: number): number {
  return Math.round(mm * 10_000) / 10_000;
}
