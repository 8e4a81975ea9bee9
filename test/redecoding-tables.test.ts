/** Re-decodings and dead letters that are tried again, on the city's database. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  lettersBeside,
  lettersToRetry,
  settleLetters,
  uplinksOf,
} from "../ingest/dead-letter-retry.ts";
import { type DeadLetter, saveDeadLetters } from "../ingest/dead-letters.ts";
import { ingestMigrations } from "../ingest/ingest.ts";
import {
  findRedecoding,
  NO_COUNTS,
  openRedecodings,
  saveRedecoding,
} from "../ingest/redecodings.ts";
import { decodeUplinkRecord } from "../ingest/uplink-record.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { Redecoding } from "../model/redecoding.ts";
import { createTestDatabase } from "./support/city-database.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-redecodings-"));
const database = createTestDatabase(
  { log: silentLog, metrics: memoryMetrics() },
  { file: join(directory, "city.sqlite") },
);

beforeAll(() => database.open(ingestMigrations));
afterAll(async () => {
  await database.close();
  rmSync(directory, { recursive: true });
});

const letter = (position: number, part: number, more: Partial<DeadLetter> = {}): DeadLetter => ({
  ...{ position, part, receivedAt: 1_000 + position, source: "mqtt", sender: "s" },
  ...{ topic: "senml/d", reason: "NOT_JSON", text: "first", count: 1, payloadBytes: 2 },
  payload: Buffer.from(`p${part}`),
  ...more,
});

const all = () => lettersToRetry(database.reader, { limit: 100 });

async function saved(...letters: DeadLetter[]): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.run("delete from dead_letters");
    await saveDeadLetters(tx, letters, 100);
  });
}

test("letters are tried newest first, by reason, from a letter on, and with those of their uplink", async () => {
  await saved(letter(1, 0), letter(1, 1), letter(2, 0, { reason: "EMPTY" }), letter(3, 0));
  const places = async (more: object): Promise<string[]> =>
    (await lettersToRetry(database.reader, { limit: 100, ...more })).map(
      ({ position, part }) => `${position}.${part}`,
    );
  expect(await places({})).toEqual(["3.0", "2.0", "1.1", "1.0"]);
  expect(await places({ reason: "NOT_JSON", limit: 2 })).toEqual(["3.0", "1.1"]);
  const [, , third] = await all();
  expect(await places({ before: third?.id })).toEqual(["1.0"]);
  const beside = await lettersBeside(database.reader, third?.id ?? 0);
  expect(beside.map(({ part }) => part)).toEqual([0, 1]);
  expect(await lettersBeside(database.reader, 99)).toEqual([]);
});

test("an uplink that is kept raw is tried as a whole, else each letter by its own bytes, if it has them all", async () => {
  await saved(letter(1, 0), letter(1, 1), letter(2, 0), letter(2, 1, { payloadBytes: 3 }));
  const raw = Buffer.from("raw");
  const rawOf = async ({ position }: { position: number }) => (position === 1 ? raw : undefined);
  const uplinks = await uplinksOf(await all(), rawOf);
  expect(uplinks.map(({ letters }) => letters.map(({ part }) => part))).toEqual([[0, 1], [0], [1]]);
  expect([uplinks[0]?.record, uplinks[2]?.record]).toEqual([raw, undefined]);
  const uplink = decodeUplinkRecord(uplinks[1]?.record ?? new Uint8Array(), 0);
  expect(uplink).toEqual({
    ...{ source: "mqtt", sender: "s", topic: "senml/d", receivedAt: 1_002 },
    payload: Buffer.from("p0"),
  });
});

test("without a fault letters leave; of fewer faults some, and the others stay with their newest reason", async () => {
  await saved(letter(1, 0), letter(1, 1), letter(1, 2));
  const settle = async (...texts: string[]): Promise<string[]> => {
    const faults = texts.map((text) => ({ reason: "VALUE_INVALID", text }) as const);
    const letters = (await all()).reverse();
    await database.transaction((tx) => settleLetters(tx, letters, faults));
    return (await all()).reverse().map(({ reason, text }) => `${reason} ${text}`);
  };
  expect(await settle("a", "b")).toEqual(["VALUE_INVALID a", "VALUE_INVALID b"]);
  expect(await settle("c", "d", "e")).toEqual(["VALUE_INVALID c", "VALUE_INVALID d; and 1 more"]);
  expect(await settle()).toEqual([]);
});

const job = (redecodingId: string, madeAt: number, more: Partial<Redecoding> = {}): Redecoding => ({
  ...{ redecodingId, madeAt, by: "admin", selection: { decoderId: "bins" }, from: 1, to: 2 },
  ...{ state: "waiting", first: 3, next: 4, end: 5, uplinks: 6, counts: NO_COUNTS },
  names: [{ whose: "bins", measurement: "fill", answered: 1, standing: 2 }],
  ...{ faults: [{ reason: "EMPTY", count: 1, text: "t" }], endedAt: undefined, fault: undefined },
  ...more,
});

test("a re-decoding is told as it was saved last, and of those that ended the newest are kept", async () => {
  const save = (of: Redecoding): Promise<void> =>
    database.transaction((tx) => saveRedecoding(tx, of, 2));
  const open = async (): Promise<string[]> =>
    (await openRedecodings(database.reader)).map(({ redecodingId }) => redecodingId);
  await save(job("b", 2));
  await save(job("a", 1));
  expect(await open()).toEqual(["a", "b"]);
  const done = job("a", 1, { state: "done", next: 5, endedAt: 9, fault: "none" });
  await save(done);
  expect(await findRedecoding(database.reader, "a")).toEqual(done);
  expect(await findRedecoding(database.reader, "b")).toEqual(job("b", 2));
  await save(job("c", 3, { state: "running" }));
  expect(await findRedecoding(database.reader, "a")).toBeUndefined();
  expect(await open()).toEqual(["b", "c"]);
});
