/**
 * Sends a file piece by piece, so that one sees how far it is and may stop. What names a parent that
 * stands in a later piece is sent again when all others are in.
 */
import type { RejectedRow } from "../../shared/platform-types.ts";
import { type FileRow, fileOf, type ReadFile } from "./import-file.ts";

export interface ImportReport {
  created: number;
  updated: number;
  /** Row and line are those of the whole file. */
  rejected: RejectedRow[];
  ignored: string[];
  /** Of devices that were made; shown once. */
  keys: { deviceId: string; key: string }[];
  /** Rows that were sent. */
  sent: number;
}
export type PieceAnswer = Pick<ImportReport, "created" | "updated" | "rejected" | "ignored"> & {
  keys?: ImportReport["keys"];
};

export const ROWS_PER_PIECE = 500;
const TRIES_MAX = 16;

/**
 * `keysBefore`: of a try of the same file that broke off; the platform tells them no second time.
 * @throws what `send` throws
 */
export async function sendFile(
  file: ReadFile,
  send: (piece: { body: string; type: string }) => Promise<PieceAnswer>,
  onProgress: (report: ImportReport) => boolean,
  keysBefore: ImportReport["keys"] = [],
): Promise<ImportReport> {
  const report: ImportReport = {
    ...{ created: 0, updated: 0, rejected: [], ignored: [], keys: [...keysBefore], sent: 0 },
  };
  let left = file.rows;
  for (let turn = 0; turn < TRIES_MAX && left.length > 0; turn += 1) {
    const early: { row: FileRow; why: RejectedRow }[] = [];
    for (let from = 0; from < left.length; from += ROWS_PER_PIECE) {
      const rows = left.slice(from, from + ROWS_PER_PIECE);
      const answer = await send(fileOf(file, rows));
      add(report, answer, rows, early);
      if (turn === 0) report.sent += rows.length;
      if (!onProgress({ ...report })) break;
    }
    const isStuck = early.length === left.length || file.rows.length <= ROWS_PER_PIECE;
    left = early.map(({ row }) => row);
    if (isStuck || turn === TRIES_MAX - 1 || !onProgress({ ...report })) {
      report.rejected.push(...early.map(({ why }) => why));
      break;
    }
  }
  report.rejected.sort((a, b) => a.row - b.row);
  return report;
}

function add(
  report: ImportReport,
  answer: PieceAnswer,
  rows: readonly FileRow[],
  early: { row: FileRow; why: RejectedRow }[],
): void {
  report.created += answer.created;
  report.updated += answer.updated;
  report.keys.push(...(answer.keys ?? []));
  report.ignored = [...new Set([...report.ignored, ...answer.ignored])];
  for (const { row, code, message } of answer.rejected) {
    const found = rows[row - 1];
    if (found === undefined) continue;
    const line = found.line === undefined ? {} : { line: found.line };
    const why = { row: found.row, ...line, code, message };
    // Its parent may stand in a piece that has yet to go.
    if (code === "ASSET_NOT_FOUND") early.push({ row: found, why });
    else report.rejected.push(why);
  }
}

export type AtStake = "sending" | "keys" | "unsent";

/** What would be lost with the page, the gravest: rows on their way, keys that are nowhere else, a file not yet sent. */
export function atStake({
  file,
  report,
  isBusy,
  keysSaved,
}: {
  file: Pick<ReadFile, "rows">;
  report: Pick<ImportReport, "keys" | "sent"> | undefined;
  isBusy: boolean;
  keysSaved: number;
}): AtStake | undefined {
  if (isBusy) return "sending";
  if (report !== undefined && report.keys.length > keysSaved) return "keys";
  return (report?.sent ?? 0) < file.rows.length ? "unsent" : undefined;
}

/** Rejected rows as CSV for a spreadsheet. A cell that it would run as a formula is kept from it. */
export function rejectedCsv(rejected: readonly RejectedRow[]): string {
  const cell = (text: string): string => {
    const safe = /^[\s]*[=+\-@]/.test(text) ? `'${text}` : text;
    return `"${safe.replaceAll('"', '""')}"`;
  };
  const lines = rejected.map(({ row, line, code, message }) =>
    [String(row), String(line ?? ""), code, message].map(cell).join(","),
  );
  return `\uFEFFrow,line,code,message\r\n${lines.map((line) => `${line}\r\n`).join("")}`;
}

export const keysCsv = (keys: ImportReport["keys"]): string =>
  `deviceId,key\r\n${keys.map(({ deviceId, key }) => `${deviceId},${key}\r\n`).join("")}`;
