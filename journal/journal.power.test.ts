/** Power cuts: a disk in memory that forgets any part of what was not synced. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { JournalDisk, JournalFile } from "./disk.ts";
import { createJournal, type Journal } from "./journal.ts";

const SECTOR_BYTES = 512;
type Chance = () => number;

interface StoredFile {
  durable: Buffer;
  now: Buffer;
  /** Not synced, in order; undefined bytes stand for a truncation at `offset`. */
  waiting: { offset: number; bytes: Buffer | undefined }[];
}

function applyTo(image: Buffer, offset: number, bytes: Buffer | undefined): Buffer {
  if (bytes === undefined) {
    const cut = Buffer.alloc(offset);
    image.copy(cut);
    return cut;
  }
  const grown = Buffer.alloc(Math.max(image.length, offset + bytes.length));
  image.copy(grown);
  bytes.copy(grown, offset);
  return grown;
}

class CrashDisk implements JournalDisk {
  /** Operations left before the power fails; then nothing answers any more. */
  operationsLeft = Number.POSITIVE_INFINITY;
  names = new Map<string, StoredFile>();
  private durableNames = new Map<string, StoredFile>();
  private waitingNames: ((names: Map<string, StoredFile>) => void)[] = [];

  private operate<T>(work: () => T): Promise<T> {
    this.operationsLeft -= 1;
    return this.operationsLeft < 0 ? new Promise(() => {}) : Promise.resolve().then(work);
  }

  private changeNames(change: (names: Map<string, StoredFile>) => void): void {
    change(this.names);
    this.waitingNames.push(change);
  }

  private find(path: string): StoredFile {
    const file = this.names.get(path);
    if (file === undefined) throw new Error(`no file ${path}`);
    return file;
  }

  makeFolder = (): Promise<void> => Promise.resolve();
  list = (): Promise<string[]> =>
    this.operate(() => [...this.names.keys()].map((path) => path.slice(path.lastIndexOf("/") + 1)));
  readWhole = (path: string): Promise<Buffer> =>
    this.operate(() => Buffer.from(this.find(path).now));
  rename = (from: string, to: string): Promise<void> =>
    this.operate(() => {
      const file = this.find(from);
      this.changeNames((names) => {
        names.delete(from);
        names.set(to, file);
      });
    });
  remove = (path: string): Promise<void> =>
    this.operate(() => this.changeNames((names) => void names.delete(path)));
  syncFolder = (): Promise<void> =>
    this.operate(() => {
      for (const change of this.waitingNames.splice(0)) change(this.durableNames);
    });

  open = (path: string, how: "make" | "change" | "read"): Promise<JournalFile> =>
    this.operate(() => {
      if (how === "make") {
        const made = { durable: Buffer.alloc(0), now: Buffer.alloc(0), waiting: [] };
        this.changeNames((names) => void names.set(path, made));
      }
      const file = this.find(path);
      const change = (offset: number, bytes: Buffer | undefined): Promise<void> =>
        this.operate(() => {
          file.now = applyTo(file.now, offset, bytes);
          file.waiting.push({ offset, bytes });
        });
      return {
        write: (bytes, offset) => change(offset, Buffer.from(bytes)),
        truncate: (bytes) => change(bytes, undefined),
        read: (into, offset) => this.operate(() => file.now.copy(into, 0, offset)),
        sync: () =>
          this.operate(() => {
            file.durable = file.now;
            file.waiting = [];
          }),
        close: () => this.operate(() => {}),
      };
    });

  /** What stands on the disk after the power came back: some of each unsynced write's sectors. */
  afterPowerCut(chance: Chance): CrashDisk {
    const next = new CrashDisk();
    const names = new Map(this.durableNames);
    const changed = Math.floor(chance() * (this.waitingNames.length + 1));
    for (const change of this.waitingNames.slice(0, changed)) change(names);
    for (const [path, file] of names) {
      let image = file.durable;
      for (const { offset, bytes } of file.waiting) {
        if (bytes === undefined) {
          if (chance() < 0.5) image = applyTo(image, offset, undefined);
          continue;
        }
        for (let at = 0; at < bytes.length; ) {
          const end = Math.min(bytes.length, at + SECTOR_BYTES - ((offset + at) % SECTOR_BYTES));
          if (chance() < 0.5) image = applyTo(image, offset + at, bytes.subarray(at, end));
          at = end;
        }
      }
      next.names.set(path, { durable: image, now: image, waiting: [] });
    }
    next.durableNames = new Map(next.names);
    return next;
  }

  /** A killed process: what it wrote is all there, though not synced. */
  afterKill(): CrashDisk {
    this.operationsLeft = Number.POSITIVE_INFINITY;
    return this;
  }
}

function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function journalOn(disk: JournalDisk): Journal {
  return createJournal(
    { log: silentLog, metrics: memoryMetrics(), disk },
    { directory: "/j", segmentBytesMax: 6_000, memoryBytesMax: 4_000, groupIntervalMs: 0 },
  );
}

/** Reads all that is on disk; what stood at a position once must stand there for ever. */
async function look(journal: Journal, from: number, seen: Map<number, string>): Promise<void> {
  for (let position = from; ; ) {
    const { from: at, records } = await journal.read(position, { records: 50, bytes: 5_000 });
    if (records.length === 0) return;
    expect(at).toBe(position);
    for (const record of records) {
      const text = Buffer.from(record).toString().trimEnd();
      expect(seen.get(position) ?? text).toBe(text);
      seen.set(position, text);
      position += 1;
    }
  }
}

interface Life {
  operations: number;
  sizes: number[];
  ends: "power cut" | "kill";
}

/** Appends in small batches until the disk's operations are used up or nothing is left to do. */
async function live(
  disk: CrashDisk,
  life: Life,
  about: { acknowledged: string[]; seen: Map<number, string>; prefix: string },
): Promise<void> {
  disk.operationsLeft = life.operations;
  const journal = journalOn(disk);
  let isLeft = false;
  const work = async (): Promise<void> => {
    const { first } = await journal.open();
    await look(journal, first, about.seen);
    for (let at = 0; at < life.sizes.length; at += 3) {
      await Promise.all(
        life.sizes.slice(at, at + 3).map((size, nth) => {
          const text = `${about.prefix}-${at + nth}`;
          return new Promise<void>((resolve) =>
            journal.append([Buffer.from(text.padEnd(size, " "))], (error) => {
              expect(error).toBeUndefined();
              if (!isLeft) about.acknowledged.push(text);
              resolve();
            }),
          );
        }),
      );
      await look(journal, Math.max(first, journal.end() - 3), about.seen);
    }
  };
  const stopped = (async () => {
    for (let idle = 0; idle < 6; idle = disk.operationsLeft < 0 ? idle + 1 : 0) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isLeft) return;
    }
  })();
  await Promise.race([work(), stopped]);
  isLeft = true;
}

test("whatever a power cut or a kill leaves, the journal opens and has all it acknowledged, where it was", async () => {
  const life = fc.record({
    operations: fc.integer({ min: 1, max: 90 }),
    sizes: fc.array(fc.integer({ min: 1, max: 2_500 }), { minLength: 1, maxLength: 40 }),
    ends: fc.constantFrom<Life["ends"]>("power cut", "kill"),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      async (lives, seed) => {
        const chance = chanceOf(seed);
        const acknowledged: string[] = [];
        const seen = new Map<number, string>();
        let disk = new CrashDisk();
        for (const [index, each] of lives.entries()) {
          await live(disk, each, { acknowledged, seen, prefix: `${index}` });
          disk = each.ends === "kill" ? disk.afterKill() : disk.afterPowerCut(chance);
        }
        const journal = journalOn(disk);
        await journal.open();
        await look(journal, 0, seen);
        expect(journal.end()).toBe(seen.size);
        const order = [...seen.values()];
        expect(new Set(order).size).toBe(order.length);
        let at = -1;
        for (const text of acknowledged) {
          const found = order.indexOf(text, at + 1);
          expect(found, `acknowledged '${text}'`).toBeGreaterThan(at);
          at = found;
        }
        await journal.close();
      },
    ),
    { numRuns: 500 },
  );
});
