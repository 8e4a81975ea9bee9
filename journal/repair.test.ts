import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createJournal, type Journal, repairJournal } from "./journal.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-journal-repair-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function openJournal(): Promise<Journal> {
  const journal = createJournal(
    { log: silentLog, metrics: memoryMetrics() },
    { directory: folder, segmentBytesMax: 700, memoryBytesMax: 0, groupIntervalMs: 0 },
  );
  await journal.open();
  return journal;
}

const textOf = (position: number): string =>
  `record ${position} `.padEnd(60 + (position % 50), "x");

/** Groups of three records, so that a segment has a few groups of a few records. */
async function fill(count: number): Promise<void> {
  const journal = await openJournal();
  for (let at = 0; at < count; at += 3) {
    await Promise.all(
      [at, at + 1, at + 2]
        .filter((position) => position < count)
        .map(
          (position) =>
            new Promise<void>((resolve, reject) =>
              journal.append([Buffer.from(textOf(position))], (error) =>
                error === undefined ? resolve() : reject(error),
              ),
            ),
        ),
    );
  }
  await journal.close();
}

async function segments(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".journal")).sort();
}

/** The positions that can be read, each with its own text. */
async function readable(): Promise<number[]> {
  const journal = await openJournal();
  const { first, end } = journal.stats();
  const positions: number[] = [];
  for (let position = first; position < end; ) {
    const { from, records } = await journal.read(position, { records: 4, bytes: 10_000 });
    records.forEach((record, index) => {
      expect(Buffer.from(record).toString()).toBe(textOf(from + index));
      positions.push(from + index);
    });
    position = from + records.length;
  }
  await journal.close();
  return positions;
}

async function damage(name: string, change: (bytes: Buffer) => Buffer | undefined): Promise<void> {
  const bytes = await readFile(join(folder, name));
  await writeFile(join(folder, name), change(bytes) ?? bytes);
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

test("one damaged record costs that record alone, and the damaged segment is kept aside", async () => {
  await fill(30);
  const name = (await segments())[1] ?? "";
  const first = Number.parseInt(name, 10);
  const original = await readFile(join(folder, name));
  await damage(name, (bytes) => void bytes.fill(7, 75, 76));
  const damaged = await readFile(join(folder, name));
  await expect(openJournal()).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
  const repair = await repairJournal(folder);
  expect(repair).toEqual({
    lost: [{ from: first, to: first + 1 }],
    setAside: [join(folder, `${name}.damaged`)],
    recordsKept: 29,
    next: 30,
  });
  expect((await readFile(join(folder, `${name}.damaged`))).equals(damaged)).toBe(true);
  expect(damaged.equals(original)).toBe(false);
  expect(await readable()).toEqual([...range(0, first), ...range(first + 1, 30)]);
  const journal = await openJournal();
  expect(await journal.read(first, { records: 1, bytes: 1 })).toMatchObject({ from: first + 1 });
  await journal.close();
});

test("a sound journal, an empty one and one with a torn tail are left as they are", async () => {
  expect(await repairJournal(folder)).toEqual({ lost: [], setAside: [], recordsKept: 0, next: 0 });
  await rm(folder, { recursive: true });
  await fill(10);
  const last = (await segments()).at(-1) ?? "";
  await damage(last, (bytes) => bytes.subarray(0, bytes.length - 33));
  const before = await stat(join(folder, last));
  expect(await repairJournal(folder)).toMatchObject({ lost: [], setAside: [] });
  expect((await stat(join(folder, last))).size).toBe(before.size);
});

test("a segment that is missing or destroyed is lost whole, and reading goes on behind it", async () => {
  await fill(30);
  const [, second = "", third = "", fourth = ""] = await segments();
  await rm(join(folder, second));
  await damage(third, () => Buffer.from("gone"));
  const from = Number.parseInt(second, 10);
  const to = Number.parseInt(fourth, 10);
  expect((await repairJournal(folder)).lost).toEqual([{ from, to }]);
  expect(await readable()).toEqual([...range(0, from), ...range(to, 30)]);
});

test("a damaged segment header costs no record", async () => {
  await fill(20);
  const name = (await segments())[1] ?? "";
  await damage(name, (bytes) => void bytes.fill(0, 0, 24));
  expect(await repairJournal(folder)).toMatchObject({ lost: [], recordsKept: 20, next: 20 });
  expect(await readable()).toEqual(range(0, 20));
});

test("the last segment destroyed: positions go on where the cursors are", async () => {
  await fill(20);
  const names = await segments();
  const last = names.at(-1) ?? "";
  const first = Number.parseInt(last, 10);
  await damage(last, () => Buffer.alloc(5_000, 3));
  expect(await repairJournal(folder, { continueAt: 20 })).toMatchObject({
    lost: [{ from: first, to: 20 }],
    next: 20,
  });
  await fillOne(20);
  expect(await readable()).toEqual([...range(0, first), 20]);
});

test("a journal that was emptied continues where it is told to", async () => {
  expect(await repairJournal(folder, { continueAt: 500 })).toMatchObject({ lost: [], next: 500 });
  await fillOne(500);
  expect(await readable()).toEqual([500]);
});

async function fillOne(position: number): Promise<void> {
  const journal = await openJournal();
  expect(journal.end()).toBe(position);
  await new Promise<void>((resolve) =>
    journal.append([Buffer.from(textOf(position))], () => resolve()),
  );
  await journal.close();
}

test("whatever is damaged, a repair lets the journal open; lost and readable are all there was", async () => {
  const change = fc.record({
    segment: fc.nat(),
    at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 90 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      await rm(folder, { recursive: true, force: true });
      await fill(24);
      const names = await segments();
      for (const { segment, at, bytes } of changes) {
        await damage(names[segment % names.length] ?? "", (old) => {
          Buffer.from(bytes).copy(old, at % old.length);
          return old;
        });
      }
      const repair = await repairJournal(folder, { continueAt: 24 });
      const kept = await readable();
      const lost = repair.lost.flatMap(({ from, to }) => range(from, to));
      expect([...lost, ...kept].toSorted((a, b) => a - b)).toEqual(range(0, 24));
      const journal = await openJournal();
      for (const { from } of repair.lost) {
        expect((await journal.read(from, { records: 1, bytes: 1 })).from).toBeGreaterThan(from);
      }
      await journal.close();
      expect(await repairJournal(folder)).toMatchObject({
        lost: repair.lost,
        setAside: [],
        next: 24,
      });
    }),
    { numRuns: 25 },
  );
});
