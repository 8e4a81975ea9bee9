/** Reads a workbook (XLSX) as far as ours go: sheets by name, cells as numbers or texts, by rows. */
import { inflateRawSync } from "node:zlib";

export type SheetRow = (string | number | null)[];

const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const DEFLATED = 8;

export function readWorkbook(bytes: Buffer): Map<string, SheetRow[]> {
  const files = unzip(bytes);
  const texts = matches(files.get("xl/sharedStrings.xml") ?? "", /<si><t[^>]*>(.*?)<\/t><\/si>/gs);
  const names = matches(files.get("xl/workbook.xml") ?? "", /<sheet [^>]*?name="([^"]*)"/g);
  return new Map(
    names.map((name, index) => {
      const sheet = files.get(`xl/worksheets/sheet${index + 1}.xml`) ?? "";
      const rows = matches(sheet, /<row [^>]*>(.*?)<\/row>/gs);
      return [name, rows.map((row) => cellsOf(row, texts))];
    }),
  );
}

/** Names, checked to be no formula anywhere: a formula has an element of its own. */
export function hasFormula(bytes: Buffer): boolean {
  return [...unzip(bytes).values()].some((text) => /<f[ >]/.test(text));
}

function cellsOf(row: string, texts: readonly string[]): SheetRow {
  const cells: SheetRow = [];
  for (const [, column = "", rest = "", value = ""] of row.matchAll(
    /<c r="([A-Z]+)\d+"([^>]*)><v>(.*?)<\/v><\/c>/gs,
  )) {
    const isText = rest.includes('t="s"');
    cells[columnOf(column)] = isText ? plain(texts[Number(value)] ?? "") : Number(value);
  }
  return [...cells].map((cell) => cell ?? null);
}

const columnOf = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = ""]) => found);

const plain = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");

/** By the central directory at the end. */
function unzip(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  let end = bytes.length - 22;
  while (end > 0 && bytes.readUInt32LE(end) !== END) end -= 1;
  let at = bytes.readUInt32LE(end + 16);
  while (bytes.readUInt32LE(at) === CENTRAL) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [nameLength, extraLength] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30)];
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(from, from + size);
    files.set(name, (method === DEFLATED ? inflateRawSync(packed) : packed).toString("utf8"));
    at += 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32);
  }
  return files;
}
