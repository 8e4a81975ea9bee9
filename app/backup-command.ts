/**
 * `gridwarden backup --to DIR`: a data folder as it can be started from, copied while its platform may be
 * running, and a dump of PostgreSQL where cases live there. The journal is copied before and after all
 * that reads from it, so that it reaches from what the oldest of the copies lacks to beyond the newest.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { copyFile, mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { openReadOnly, snapshotDatabase } from "../database/database.ts";
import { withoutPassword } from "../database/postgres.ts";
import { snapshotReadings } from "../ingest/store/embedded-store.ts";
import { createJournalCopy } from "../journal/journal.ts";
import { silentLog } from "../model/log.ts";
import type { DatabasePlace } from "./city-database.ts";
import { checkedOptions, say, tellFault } from "./command-faults.ts";
import { dataPaths } from "./paths.ts";

const HELP = `gridwarden backup --to DIR [options]

  --to DIR         a folder that is not there yet; it holds passwords and people's data
  --data-dir D     the data folder (GRIDWARDEN_DATA_DIR, ./data); its platform may be running

  Where GRIDWARDEN_DATABASE_URL is set pg_dump writes DIR/cases.dump. Readings in InfluxDB are its own
  backup's, after this one. DIR/SHA256SUMS has the sum of every file; docs/backup.md tells how to restore.
  Exit code: 0 done and opened once, 1 nothing was kept, 64 wrong options.
`;

const EXIT_NOT_DONE = 1;
const SUMS = "SHA256SUMS";
const DUMP = "cases.dump";

/** Answers the exit code. */
export async function runBackup(
  args: readonly string[],
  configured: () => DatabasePlace,
): Promise<number> {
  try {
    const options = readOptions(args);
    if (options === "help") return say(HELP);
    const place = configured();
    const dataDirectory = options["data-dir"] ?? place.dataDirectory;
    return say(await backUp({ ...place, dataDirectory }, resolve(options.to)));
  } catch (error) {
    return tellFault(error, { name: "backup", help: HELP, exitCode: EXIT_NOT_DONE });
  }
}

function readOptions(args: readonly string[]) {
  return checkedOptions(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        to: { type: "string" },
        "data-dir": { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return "help";
    const { to } = values;
    if (to === undefined) throw new Error("--to: wanted a folder that is not there yet");
    return { ...values, to };
  });
}

async function backUp(place: DatabasePlace, to: string): Promise<string> {
  const { journal } = dataPaths(place.dataDirectory);
  if (existsSync(to)) throw new Error(`'${to}' is there already; name a folder that is not`);
  if (!existsSync(journal)) throw new Error(`'${place.dataDirectory}' is no data folder`);
  const unfinished = `${to}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  try {
    const report = await copyAll(place, unfinished);
    const files = await writeSums(unfinished);
    await rename(unfinished, to);
    await sync(dirname(to));
    return `${report}\n${files} files in '${to}', each with its sum in ${SUMS}\n`;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function copyAll(place: DatabasePlace, to: string): Promise<string> {
  const [from, copy] = [dataPaths(place.dataDirectory), dataPaths(to)];
  const journal = createJournalCopy(from.journal, copy.journal);
  await journal.pass();
  const stored = await copyStores(from, copy);
  if (place.databaseUrl !== undefined) await dump(place.databaseUrl, join(to, DUMP));
  if (existsSync(from.database)) snapshotDatabase(from.database, copy.database);
  await copyRest(place.dataDirectory, to);
  if (existsSync(from.rawUplinks)) await copyRaw(from.rawUplinks, copy.rawUplinks);
  await journal.pass();
  const { first, next } = await journal.check(silentLog);
  if (stored >= first && stored <= next) {
    return `readings up to position ${stored}, the journal from ${first} to ${next}`;
  }
  throw new Error(
    `the journal went on from ${first} to ${next} while it was copied, and readings are copied up to ${stored}; call it again`,
  );
}

/** Before the journal's last pass, for none of them may be of an uplink that the journal has not. */
async function copyRaw(from: string, to: string): Promise<void> {
  const raw = createJournalCopy(from, to);
  await raw.pass();
  await raw.check(silentLog);
}

/** The position that they have reached, of the one that is further: where both are one is left behind. */
async function copyStores(
  from: ReturnType<typeof dataPaths>,
  to: ReturnType<typeof dataPaths>,
): Promise<number> {
  let position = 0;
  if (existsSync(from.readings)) {
    position = await snapshotReadings(from.readings, to.readings, silentLog);
  }
  if (!existsSync(from.influx)) return position;
  snapshotDatabase(from.influx, to.influx);
  const { sql, close } = openReadOnly(to.influx);
  const row = await sql.get<{ position: number }>("select position from influx_state");
  close();
  return Math.max(position, row?.position ?? 0);
}

/** Its password goes by the environment, which nobody else sees. */
async function dump(url: string, file: string): Promise<void> {
  const password = decodeURIComponent(new URL(url).password);
  const address = new URL(url);
  address.password = "";
  const args = ["--format=custom", `--file=${file}`, `--dbname=${address.href}`];
  const env = { ...process.env, ...(password !== "" && { PGPASSWORD: password }) };
  try {
    await promisify(execFile)("pg_dump", args, { env });
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string };
    const why = code === "ENOENT" ? "there is no pg_dump; install PostgreSQL's client" : stderr;
    throw new Error(`database '${withoutPassword(url)}': ${String(why).trim()}`);
  }
}

const LEFT_OUT = new Set([
  ...["journal", "raw-uplinks", "readings", "lock", "gridwarden.sqlite", "influx.sqlite"],
]);
const isOfLog = (name: string): boolean => name.endsWith("-wal") || name.endsWith("-shm");

/** Files after the rows that name them: their bytes were there before. */
async function copyRest(from: string, to: string, top = true): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const { name } = entry;
    if ((top && LEFT_OUT.has(name)) || isOfLog(name)) continue;
    const [source, target] = [join(from, name), join(to, name)];
    if (entry.isDirectory()) {
      await mkdir(target, { recursive: true, mode: 0o700 });
      await copyRest(source, target, false);
    } else if (name.endsWith(".sqlite")) snapshotDatabase(source, target);
    else await copyFile(source, target).catch(leaveGone);
  }
}

/** Upload that was given up meanwhile. */
function leaveGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

/** As `sha256sum -c` reads it; all is on disk when it settles. Answers the number of files. */
async function writeSums(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const lines: string[] = [];
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await sync(file);
    else {
      lines.push(`${await sumOf(file)}  ${relative(directory, file)}\n`);
      await sync(file);
    }
  }
  await writeFile(join(directory, SUMS), lines.sort().join(""), { flush: true, mode: 0o600 });
  await sync(directory);
  return lines.length;
}

async function sumOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  return hash.digest("hex");
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}
