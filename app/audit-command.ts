/**
 * `gridwarden audit verify`: walks along the history of all cases in the database of a platform,
 * which may be running, names the first record that is not as it was written, and every
 * file of a record that is not on disk as it came. It reads and changes nothing.
 */
import { parseArgs } from "node:util";
import { checkHistory } from "../cases/cases.ts";
import type { ChainReport, FilesReport } from "../model/audit.ts";
import type { Sql } from "../model/database.ts";
import { SupervisionNo } from "../model/supervision.ts";
import { type DatabasePlace, readCityDatabase } from "./city-database.ts";
import { checkedOptions, say, tellFault, UsageError } from "./command-faults.ts";
import { checkFiles } from "./file-check.ts";
import { dataPaths } from "./paths.ts";

const HELP = `gridwarden audit verify [options]

  --data-dir D     a data folder with its embedded database; otherwise the settings say where it
                   lies (GRIDWARDEN_DATA_DIR, ./data; GRIDWARDEN_DATABASE_URL); the platform may
                   be running
  --noted N:HASH   record N must have this hash, as an earlier run told it; only so is a history
                   found that was written anew as a whole
  --records-only   leaves the files that records name unread; of many they take long
  --json           the answer as JSON

  Exit code: 0 unbroken, 1 broken, 2 it could not be checked, 64 wrong options.
`;

const EXIT_BROKEN = 1;
const EXIT_NOT_CHECKED = 2;

/** Answers the exit code. `configured` is asked where no option names a folder. */
export async function runAudit(
  args: readonly string[],
  configured: () => DatabasePlace,
): Promise<number> {
  try {
    const [command, ...rest] = args;
    if (command === undefined || command === "--help") return say(HELP);
    if (command !== "verify") throw new UsageError(`there is no command 'audit ${command}'`);
    const options = readOptions(rest);
    if (options.help) return say(HELP);
    const directory = options["data-dir"];
    const place = directory === undefined ? configured() : { dataDirectory: directory };
    const report = await verify(place, options);
    const text = options.json ? `${JSON.stringify(report)}\n` : textOf(report);
    const isSound = report.broken === undefined && (report.files?.faults.length ?? 0) === 0;
    return say(text, isSound ? 0 : EXIT_BROKEN);
  } catch (error) {
    return tellFault(error, { name: "audit", help: HELP, exitCode: EXIT_NOT_CHECKED });
  }
}

interface Noted {
  chainSeq: number;
  hash: string;
}

function readOptions(args: readonly string[]) {
  return checkedOptions(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        "data-dir": { type: "string" },
        noted: { type: "string" },
        "records-only": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    return { ...values, noted: notedOf(values.noted) };
  });
}

function notedOf(text: string | undefined): Noted | undefined {
  if (text === undefined) return undefined;
  const [, chainSeq, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (chainSeq !== undefined && hash !== undefined) return { chainSeq: Number(chainSeq), hash };
  throw new Error(`--noted: got '${text}', wanted a record's number and its hash: 17:9f86d0…`);
}

/** `files` where the history names any. */
type AuditReport = ChainReport & { files?: FilesReport };

async function verify(
  place: DatabasePlace,
  options: { noted: Noted | undefined; "records-only": boolean },
): Promise<AuditReport> {
  const paths = dataPaths(place.dataDirectory);
  const { sql, close } = readCityDatabase(place);
  try {
    const report = await verifyRecords(sql, options.noted);
    if (options["records-only"]) return report;
    const files = await checkFiles(sql, paths.files);
    return files.checked === 0 ? report : { ...report, files };
  } finally {
    await close();
  }
}

async function verifyRecords(sql: Sql, noted: Noted | undefined): Promise<ChainReport> {
  const report = await checkHistory(sql);
  if (report.broken !== undefined || noted === undefined) return report;
  return await againstNoted(sql, report, noted);
}

async function againstNoted(sql: Sql, report: ChainReport, noted: Noted): Promise<ChainReport> {
  const { chainSeq, hash } = noted;
  const before = await checkHistory(sql, { from: 1, recordsMax: chainSeq });
  if (before.lastSeq === chainSeq && before.lastHash === hash) return report;
  const has = before.lastSeq === chainSeq ? `has the hash ${before.lastHash}` : "is not there";
  const message = `record ${chainSeq} ${has}, noted was ${hash}: the history was written anew`;
  return { ...report, broken: { kind: "end-differs", chainSeq, message } };
}

function textOf({ records, lastHash, broken, files }: AuditReport): string {
  const count = counted(records, "record");
  const about = files === undefined ? "" : filesText(files);
  if (broken === undefined) return `${count}, unbroken, last hash ${lastHash}\n${about}`;
  const { kind, caseNo, seq, message } = broken;
  const where = caseNo === undefined ? "" : ` (${nameOf(caseNo)}, its record ${seq})`;
  return `broken: ${kind}: ${message}${where}\n${count} before it unbroken, last hash ${lastHash}\n${about}`;
}

function filesText({ checked, faults }: FilesReport): string {
  const lines = faults.map(
    ({ kind, caseNo, seq, message }) =>
      `broken: ${kind}: ${message} (${nameOf(caseNo)}, its record ${seq})\n`,
  );
  const found = faults.length === 0 ? "each as it came" : `${faults.length} at fault`;
  return `${lines.join("")}${counted(checked, "file")}, ${found}\n`;
}

/** Records of supervision orders lie in the chain with those of cases, under their own numbers. */
const nameOf = (no: string): string =>
  SupervisionNo.safeParse(no).success ? `supervision order ${no}` : `case ${no}`;

const counted = (count: number, what: string): string =>
  `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
