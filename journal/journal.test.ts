import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GridwardenError } from "../model/errors.ts";
import { type Log, silentLog } from "../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../model/metrics.ts";
import { type JournalDisk, type JournalFile, realDisk } from "./disk.ts";
import { createJournal, type Journal, type JournalOptions } from "./journal.ts";

let folder: string;
let metrics: MemoryMetrics;
const journals: Journal[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-journal-"));
  metrics = memoryMetrics();
});

afterEach(async () => {
  for (const journal of journals.splice(0)) await journal.close();
  await rm(folder, { recursive: true, force: true });
});

type Options = Partial<JournalOptions> & { disk?: JournalDisk; log?: Log };

function makeJournal({ disk = realDisk, log = silentLog, ...options }: Options = {}): Journal {
  const deps = { log, metrics, disk };
  const journal = createJournal(deps, { directory: folder, groupIntervalMs: 0, ...options });
  journals.push(journal);
  return journal;
}

async function openJournal(options: Options = {}): Promise<Journal> {
  const journal = makeJournal(options);
  await journal.open();
  return journal;
}

function append(journal: Journal, ...parts: (string | Uint8Array)[]): Promise<void> {
  const bytes = parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part));
  return new Promise((resolve, reject) =>
    journal.append(bytes, (error) => (error === undefined ? resolve() : reject(error))),
  );
}

async function appendAll(journal: Journal, texts: readonly string[]): Promise<void> {
  await Promise.all(texts.map((text) => append(journal, text)));
}

async function readAll(
  journal: Journal,
  from = 0,
  max = { records: 7, bytes: 400 },
): Promise<string[]> {
  const texts: string[] = [];
  for (let position = from; ; ) {
    const { from: at, records } = await journal.read(position, max);
    if (records.length === 0) return texts;
    texts.push(...records.map((record) => Buffer.from(record).toString()));
    position = at + records.length;
  }
}

async function failureOf(promise: Promise<unknown>): Promise<GridwardenError> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof GridwardenError) return error;
  throw new Error(`wanted a GridwardenError, got ${String(error)}`);
}

const numbered = (count: number, bytes = 30, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `${from + index} `.padEnd(bytes, "x"));

test("an empty folder gives a journal at position 0 with nothing to read", async () => {
  const journal = makeJournal({ directory: join(folder, "made", "below") });
  expect(await journal.open()).toEqual({ first: 0, next: 0, repairedBytes: 0 });
  expect(await journal.read(0, { records: 10, bytes: 1_000 })).toEqual({ from: 0, records: [] });
});

test("records of several parts and of none are read back, from memory and from disk", async () => {
  const first = await openJournal();
  await append(first, "head|", new Uint8Array([0, 1, 255]), "|tail");
  await append(first);
  await append(first, "third");
  const wanted = [Buffer.from([...Buffer.from("head|"), 0, 1, 255, ...Buffer.from("|tail")])];
  const max = { records: 10, bytes: 1_000 };
  const inMemory = await first.read(0, max);
  await first.close();
  const second = makeJournal();
  expect(await second.open()).toEqual({ first: 0, next: 3, repairedBytes: 0 });
  for (const { from, records } of [inMemory, await second.read(0, max)]) {
    expect(from).toBe(0);
    expect(records.map((record) => Buffer.from(record))).toEqual([
      ...wanted,
      Buffer.alloc(0),
      Buffer.from("third"),
    ]);
  }
});

test("any records in any groups and segments are read back from any position in any steps", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 12 }), { maxLength: 8 }),
      fc.constantFrom(0, 3_000, 1_000_000),
      fc.integer({ min: 600, max: 9_000 }),
      fc.record({
        records: fc.integer({ min: 1, max: 9 }),
        bytes: fc.integer({ min: 1, max: 6_000 }),
      }),
      fc.nat(),
      async (batches, memoryBytesMax, segmentBytesMax, max, start) => {
        const directory = await mkdtemp(join(folder, "any-"));
        const texts: string[] = [];
        const journal = await openJournal({ directory, memoryBytesMax, segmentBytesMax });
        for (const sizes of batches) {
          const batch = sizes.map((size, index) => `${texts.length + index} `.padEnd(size, "x"));
          texts.push(...batch);
          await appendAll(journal, batch);
        }
        const from = start % (texts.length + 1);
        expect(await readAll(journal, from, max)).toEqual(texts.slice(from));
        await journal.close();
        const again = await openJournal({ directory, memoryBytesMax, segmentBytesMax });
        expect(await readAll(again, from, max)).toEqual(texts.slice(from));
        await again.close();
      },
    ),
    { numRuns: 60 },
  );
});

test("records larger than a block and than a reader's limit come through", async () => {
  const journal = await openJournal({ memoryBytesMax: 0 });
  const large = Buffer.alloc(3_000_000, 7);
  await Promise.all([append(journal, "a"), append(journal, large), append(journal, "b")]);
  const { records } = await journal.read(1, { records: 5, bytes: 10 });
  expect(records).toHaveLength(1);
  expect(Buffer.from(records[0] ?? []).equals(large)).toBe(true);
  expect(await readAll(journal, 2)).toEqual(["b"]);
  expect((await failureOf(append(journal, Buffer.alloc(17_000_000)))).message).toContain(
    "16777216",
  );
});

test("many appends share one sync", async () => {
  const journal = await openJournal();
  await appendAll(journal, numbered(5_000));
  expect(metrics.value("gridwarden_journal_records_total")).toBe(5_000);
  expect(metrics.value("gridwarden_journal_syncs_total")).toBeLessThan(20);
  expect(journal.stats()).toMatchObject({ first: 0, end: 5_000, pending: 0, isNearFull: false });
});

interface Step {
  what: "write" | "sync" | "done";
  /** Bytes: the end of a write; of a sync, what was written before it began; or a record's number. */
  at: number;
}

function recordingDisk(steps: Step[]): JournalDisk {
  return {
    ...realDisk,
    async open(path, how) {
      const file = await realDisk.open(path, how);
      if (how !== "change") return file;
      let written = 0;
      const recording: JournalFile = {
        ...file,
        async write(bytes, offset) {
          await file.write(bytes, offset);
          if (bytes.some((byte) => byte !== 0)) written = Math.max(written, offset + bytes.length);
          steps.push({ what: "write", at: written });
        },
        async sync() {
          const covered = written;
          await file.sync();
          steps.push({ what: "sync", at: covered });
        },
      };
      return recording;
    },
  };
}

test("no callback comes before the sync that covers its record", async () => {
  const steps: Step[] = [];
  const journal = await openJournal({ disk: recordingDisk(steps) });
  const ends: number[] = [];
  for (let round = 0; round < 30; round += 1) {
    const texts = numbered(1 + (round % 7), 50);
    await Promise.all(
      texts.map((text) =>
        append(journal, text).then(() => {
          steps.push({ what: "done", at: ends.length });
          ends.push(journal.stats().bytes);
        }),
      ),
    );
  }
  let synced = 0;
  let dones = 0;
  for (const { what, at } of steps) {
    if (what === "sync") synced = Math.max(synced, at);
    if (what === "done") {
      dones += 1;
      expect(synced).toBeGreaterThanOrEqual(ends[at] ?? Number.POSITIVE_INFINITY);
    }
  }
  expect(dones).toBe(ends.length);
});

test("a record is not readable and no waiter wakes before it is on disk", async () => {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isAtSync = (): void => {};
  const atSync = new Promise<void>((resolve) => {
    isAtSync = resolve;
  });
  const disk: JournalDisk = {
    ...realDisk,
    async open(path, how) {
      const file = await realDisk.open(path, how);
      if (how !== "change") return file;
      return {
        ...file,
        async sync() {
          isAtSync();
          await gate;
          await file.sync();
        },
      };
    },
  };
  const journal = await openJournal({ disk });
  const events: string[] = [];
  const waited = journal.waitFor(0).then(() => events.push("woken"));
  const appended = append(journal, "a").then(() => events.push("done"));
  await atSync;
  expect(journal.end()).toBe(0);
  expect((await journal.read(0, { records: 1, bytes: 1 })).records).toEqual([]);
  expect(events).toEqual([]);
  release();
  await Promise.all([waited, appended]);
  expect(events.toSorted()).toEqual(["done", "woken"]);
  expect(await readAll(journal)).toEqual(["a"]);
  await journal.waitFor(0);
});

test("waiters of a position that never comes are let go when the journal closes", async () => {
  const journal = await openJournal();
  const waited = journal.waitFor(5);
  await journal.close();
  await waited;
  await journal.waitFor(6);
});

test("close writes what waits, refuses what comes later, and may be called twice", async () => {
  const journal = await openJournal({ groupIntervalMs: 5 });
  const waiting = appendAll(journal, numbered(500));
  await Promise.all([journal.close(), journal.close(), waiting]);
  expect((await failureOf(append(journal, "late"))).code).toBe("JOURNAL_WRITE_FAILED");
  expect(await readAll(await openJournal())).toEqual(numbered(500));
});

test("a callback that throws does not keep the others from being called", async () => {
  const journal = await openJournal();
  const called: number[] = [];
  await new Promise<void>((resolve) => {
    for (const number of [0, 1, 2]) {
      journal.append([Buffer.from("x")], () => {
        called.push(number);
        if (number === 1) throw new Error("mine");
        if (number === 2) resolve();
      });
    }
  });
  expect(called).toEqual([0, 1, 2]);
  await append(journal, "after");
});

test("segments wholly behind every consumer are deleted, and positions go on after it", async () => {
  const options = { segmentBytesMax: 1_000, memoryBytesMax: 0 };
  const journal = await openJournal(options);
  for (const text of numbered(60, 100)) await append(journal, text);
  journal.keepFrom("store", 60);
  journal.keepFrom("judge", 25);
  await expect.poll(() => journal.stats().first).toBeGreaterThan(15);
  expect(journal.stats().first).toBeLessThanOrEqual(25);
  expect(await readAll(journal, 25)).toEqual(numbered(60, 100).slice(25));
  const gone = await failureOf(journal.read(3, { records: 1, bytes: 1 }));
  expect(gone.code).toBe("JOURNAL_CORRUPT");
  expect(gone.message).toContain(`position 3 is no longer in the journal, the oldest is`);
  journal.keepFrom("judge", 60);
  await expect.poll(async () => (await readdir(folder)).length).toBe(1);
  await journal.close();
  const again = makeJournal(options);
  const { first, next } = await again.open();
  expect(next).toBe(60);
  again.keepFrom("store", 60);
  await append(again, "sixty");
  again.keepFrom("store", 60);
  await expect.poll(() => again.stats().first).toBe(60);
  expect(first).toBeGreaterThan(50);
  expect(await readAll(again, 60)).toEqual(["sixty"]);
});

test("nothing is deleted before a consumer that is always there has said what it needs", async () => {
  const options = { segmentBytesMax: 1_000, memoryBytesMax: 0, consumers: ["engine"] };
  const journal = await openJournal(options);
  for (const text of numbered(60, 100)) await append(journal, text);
  journal.keepFrom("copier", 60);
  await append(journal, "after");
  journal.keepFrom("copier", 61);
  await journal.close();
  const again = makeJournal(options);
  await again.open();
  again.keepFrom("copier", 61);
  await again.close();
  expect(await readdir(folder)).not.toHaveLength(1);
  const last = makeJournal(options);
  expect((await last.open()).first).toBe(0);
  expect(await readAll(last, 0)).toEqual([...numbered(60, 100), "after"]);
  last.keepFrom("copier", 61);
  last.keepFrom("engine", 25);
  await expect.poll(() => last.stats().first).toBeGreaterThan(15);
  expect(last.stats().first).toBeLessThanOrEqual(25);
});

test("a position past the end is an error, not an endless wait", async () => {
  const journal = await openJournal();
  await append(journal, "a");
  const error = await failureOf(journal.read(9, { records: 1, bytes: 1 }));
  expect(error.code).toBe("JOURNAL_CORRUPT");
  expect(error.message).toContain("position 9 is past the end of the journal, 1");
  expect(error.message).toContain("--continue-at 9");
});

test("at the bound nothing is acknowledged until a consumer goes on; a warning comes before", async () => {
  const warned: string[] = [];
  const log: Log = { ...silentLog, warn: (text) => void warned.push(text), of: () => log };
  const journal = await openJournal({ bytesMax: 10_000, segmentBytesMax: 1_000_000, log });
  const texts = numbered(200, 100);
  let taken = 0;
  let refusal: GridwardenError | undefined;
  for (const text of texts) {
    if (refusal !== undefined) break;
    const isNearFull = journal.stats().isNearFull;
    expect(isNearFull).toBe(journal.stats().bytes >= 8_000);
    await append(journal, text).then(
      () => (taken += 1),
      (error: GridwardenError) => (refusal = error),
    );
  }
  expect(refusal?.code).toBe("JOURNAL_FULL");
  expect(journal.stats().isRefusing).toBe(true);
  expect(refusal?.message).toContain("no consumer has read it yet");
  expect(taken).toBeGreaterThan(60);
  expect(journal.stats().bytes).toBeLessThanOrEqual(10_000);
  expect(warned).toEqual(["the journal nears its bound"]);
  journal.keepFrom("store", 2);
  expect((await failureOf(append(journal, texts[0] ?? ""))).message).toContain(
    `it waits for 'store', which is at position 2 of ${taken}`,
  );
  journal.keepFrom("store", taken);
  await expect.poll(() => journal.stats().isNearFull).toBe(false);
  // Room is there again, though nobody has used it yet.
  expect(journal.stats().isRefusing).toBe(false);
  await append(journal, "again");
  expect(journal.end()).toBe(taken + 1);
  expect(metrics.value("gridwarden_journal_refused_total", { reason: "bound" })).toBe(2);
});

test("a journal killed in a write opens at its last whole record and says what it dropped", async () => {
  const journal = await openJournal();
  await appendAll(journal, ["a", "b"]);
  await append(journal, "c");
  const name = join(folder, "00000000000000000000.journal");
  const bytes = await readFile(name);
  await journal.close();
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  await writeFile(name, Buffer.concat([bytes.subarray(0, end - 1), Buffer.from("?")]));
  const again = makeJournal();
  expect(await again.open()).toMatchObject({ next: 2, repairedBytes: 32 + 8 + 1 });
  expect(metrics.value("gridwarden_journal_repaired_bytes_total")).toBe(41);
  await append(again, "d");
  expect(await readAll(again)).toEqual(["a", "b", "d"]);
  await again.close();
  expect(await makeJournal().open()).toEqual({ first: 0, next: 3, repairedBytes: 0 });
});

test("whole records before the cut of the last write are kept", async () => {
  const journal = await openJournal();
  await append(journal, "a");
  await appendAll(journal, ["b", "c", "d"]);
  const name = join(folder, "00000000000000000000.journal");
  const bytes = await readFile(name);
  await journal.close();
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  await writeFile(name, bytes.subarray(0, end - 1));
  const again = makeJournal();
  expect(await again.open()).toEqual({ first: 0, next: 3, repairedBytes: 8 });
  await append(again, "e");
  expect(await readAll(again)).toEqual(["a", "b", "c", "e"]);
  await again.close();
  expect(await readAll(await openJournal())).toEqual(["a", "b", "c", "e"]);
});

test("whole records before the cut are kept also where it was the journal's very first write", async () => {
  const journal = await openJournal();
  await appendAll(journal, ["a", "b", "c"]);
  const name = join(folder, "00000000000000000000.journal");
  const bytes = await readFile(name);
  await journal.close();
  await writeFile(
    name,
    bytes.subarray(
      0,
      bytes.findLastIndex((byte) => byte !== 0),
    ),
  );
  expect(await makeJournal().open()).toEqual({ first: 0, next: 2, repairedBytes: 8 });
  expect(await readAll(await openJournal())).toEqual(["a", "b"]);
  expect(await readdir(folder)).toHaveLength(1);
});

test.each([
  ["a byte of the first record", 32 + 32 + 8, "a record that is cut or has a wrong sum", 0],
  ["a byte of the first group's header", 32 + 5, "no whole group header", 0],
  ["a byte of the segment's header", 9, "a header with a wrong sum", 0],
])(
  "%s changed on a closed journal is refused with file, place and the way out",
  async (_, at, found, position) => {
    const journal = await openJournal();
    await append(journal, "first");
    await append(journal, "second");
    await journal.close();
    const name = join(folder, "00000000000000000000.journal");
    const bytes = await readFile(name);
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    await writeFile(name, bytes);
    const error = await failureOf(openJournal());
    expect(error.code).toBe("JOURNAL_CORRUPT");
    expect(error.message).toContain(`'${name}' has ${found}`);
    expect(error.message).toContain("gridwarden journal repair");
    expect(error.details).toMatchObject({ file: name, position });
  },
);

test("a journal that was closed in order notices damage even in its very last record", async () => {
  const journal = await openJournal();
  await append(journal, "only");
  await journal.close();
  const name = join(folder, "00000000000000000000.journal");
  const bytes = await readFile(name);
  bytes[32 + 32 + 8] = 0;
  await writeFile(name, bytes);
  expect((await failureOf(openJournal())).code).toBe("JOURNAL_CORRUPT");
});

test("a segment missing in the middle is refused, missing at the beginning is read from there", async () => {
  const journal = await openJournal({ segmentBytesMax: 300 });
  for (const text of numbered(12, 100)) await append(journal, text);
  await journal.close();
  const names = (await readdir(folder)).sort();
  const [oldest = "", , third = ""] = names;
  const content = await readFile(join(folder, third));
  await rm(join(folder, third));
  const error = await failureOf(openJournal());
  expect(error.message).toContain("has the end of the data");
  await writeFile(join(folder, third), content);
  await rm(join(folder, oldest));
  expect(await makeJournal().open()).toMatchObject({
    first: Number.parseInt(names[1] ?? "", 10),
    next: 12,
  });
});

test("damage that comes while the journal is open is found by the read that meets it", async () => {
  const journal = await openJournal({ memoryBytesMax: 0 });
  await appendAll(journal, numbered(20));
  const name = join(folder, "00000000000000000000.journal");
  const file = await realDisk.open(name, "change");
  await file.write(Buffer.from("!"), 32 + 32 + 5 * 38 + 20);
  await file.close();
  expect((await journal.read(0, { records: 5, bytes: 9_999 })).records).toHaveLength(5);
  const error = await failureOf(journal.read(5, { records: 5, bytes: 9_999 }));
  expect(error.code).toBe("JOURNAL_CORRUPT");
  expect(error.details).toMatchObject({ position: 5 });
});

test("several readers at once follow their own places while segments are deleted behind them", async () => {
  const journal = await openJournal({ segmentBytesMax: 2_000, memoryBytesMax: 0 });
  const texts = numbered(400, 100);
  const follow = async (consumer: string, step: number): Promise<string[]> => {
    const seen: string[] = [];
    while (seen.length < texts.length) {
      await journal.waitFor(seen.length);
      const { records } = await journal.read(seen.length, { records: step, bytes: 5_000 });
      seen.push(...records.map((record) => Buffer.from(record).toString()));
      journal.keepFrom(consumer, seen.length);
    }
    return seen;
  };
  const writing = (async () => {
    for (let at = 0; at < texts.length; at += 8) await appendAll(journal, texts.slice(at, at + 8));
  })();
  journal.keepFrom("a", 0);
  journal.keepFrom("b", 0);
  const [a, b] = await Promise.all([follow("a", 3), follow("b", 11), writing]);
  expect(a).toEqual(texts);
  expect(b).toEqual(texts);
  await expect.poll(() => journal.stats().first).toBeGreaterThan(300);
});
