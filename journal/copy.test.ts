/** A journal that is copied while records come and segments go. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createJournal, createJournalCopy, type Journal } from "./journal.ts";

const COPIES = 5;
const directories: string[] = [];

afterEach(async () => {
  for (const each of directories.splice(0)) await rm(each, { recursive: true, force: true });
});

async function folder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "gridwarden-journal-copy-"));
  directories.push(directory);
  return directory;
}

const open = (directory: string): Journal =>
  createJournal(
    { log: silentLog, metrics: memoryMetrics() },
    { directory, segmentBytesMax: 64 * 1024, groupIntervalMs: 0 },
  );

const recordOf = (position: number): Buffer => Buffer.alloc(300, `record ${position} `);

const append = (journal: Journal, position: number): Promise<void> =>
  new Promise((resolve, reject) => {
    journal.append([recordOf(position)], (error) => (error ? reject(error) : resolve()));
  });

test("each copy of a journal at work opens, without a gap, with all that was there before", async () => {
  const directory = await folder();
  const journal = open(directory);
  await journal.open();
  let isWorking = true;
  const working = (async () => {
    while (isWorking) {
      const from = journal.end();
      await Promise.all(Array.from({ length: 20 }, (_, n) => append(journal, from + n)));
      journal.keepFrom("reader", Math.max(0, from - 2_000));
    }
  })();
  for (let n = 0; n < COPIES; n += 1) {
    const before = journal.end();
    while (journal.end() < before + 1_000) await new Promise((resolve) => setTimeout(resolve, 5));
    const to = await folder();
    const copying = createJournalCopy(directory, to);
    await copying.pass();
    const between = journal.end();
    await copying.pass();
    const { first, next } = await copying.check(silentLog);
    expect(next).toBeGreaterThanOrEqual(between);
    const copy = open(to);
    expect(await copy.open()).toMatchObject({ first, next });
    for (let at = first; at < next; ) {
      const { from, records } = await copy.read(at, { records: 1_000, bytes: 1e6 });
      expect(from).toBe(at);
      for (const record of records) {
        expect(Buffer.compare(record, recordOf(at))).toBe(0);
        at += 1;
      }
    }
    await copy.close();
  }
  isWorking = false;
  await working;
  await journal.close();
});
