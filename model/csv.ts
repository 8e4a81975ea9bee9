/**
 * CSV text (RFC 4180) as spreadsheets open it: UTF-8 with a byte order mark, lines that end in
 * CR LF. A cell that a spreadsheet would run as a formula gets a `'` in front (OWASP, CSV
 * injection); `plainCell` takes it away again, so that what was written is what is read.
 */
const BYTE_ORDER_MARK = "\uFEFF";
const FORMULA = /^[\s']*[=+\-@＝＋－＠\t\r]/;
const MUST_BE_QUOTED = /[",\r\n]|^\s|\s$/;

export function csvText(rows: Iterable<readonly string[]>): string {
  const lines = [...rows].map((cells) => `${cells.map(writtenCell).join(",")}\r\n`);
  return BYTE_ORDER_MARK + lines.join("");
}

function writtenCell(text: string): string {
  const cell = FORMULA.test(text) ? `'${text}` : text;
  return MUST_BE_QUOTED.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A cell as `csvText` was given it. */
export function plainCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
