/** What is run by hand on a data folder whose platform is stopped. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createJournal } from "../journal/journal.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { repair } from "./care.ts";
import type { Config } from "./config.ts";
import { dataPaths } from "./paths.ts";

let dataDirectory: string;
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), "gridwarden-care-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dataDirectory, { recursive: true });
});

async function journalIn(directory: string) {
  const journal = createJournal(
    { log: silentLog, metrics: memoryMetrics() },
    { directory, segmentBytesMax: 700, memoryBytesMax: 0, groupIntervalMs: 0 },
  );
  await journal.open();
  return journal;
}

async function fill(directory: string): Promise<void> {
  const journal = await journalIn(directory);
  for (let n = 0; n < 20; n += 1) {
    await new Promise<void>((resolve, reject) => {
      const record = Buffer.from(`record ${n} `.padEnd(80, "x"));
      journal.append([record], (error) => (error ? reject(error) : resolve()));
    });
  }
  await journal.close();
}

/** What it prints. */
async function repaired(...args: string[]): Promise<Record<string, unknown>> {
  const said = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  expect(await repair({ dataDirectory } as Config, args)).toBe(0);
  return JSON.parse(String(said.mock.calls.at(-1)?.[0]));
}

test("a damaged segment of raw uplinks is set aside, and all others of them can be read again", async () => {
  const { journal, rawUplinks } = dataPaths(dataDirectory);
  await fill(journal);
  await fill(rawUplinks);
  const [, name = ""] = readdirSync(rawUplinks).filter((each) => each.endsWith(".journal"));
  const bytes = readFileSync(join(rawUplinks, name));
  writeFileSync(join(rawUplinks, name), bytes.fill(7, 75, 76));
  await expect(journalIn(rawUplinks)).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
  const first = Number.parseInt(name, 10);
  expect(await repaired()).toMatchObject({
    ...{ lost: [], setAside: [], recordsKept: 20, next: 20 },
    rawUplinks: {
      ...{ lost: [{ from: first, to: first + 1 }], recordsKept: 19, next: 20 },
      setAside: [join(rawUplinks, `${name}.damaged`)],
    },
  });
  const again = await journalIn(rawUplinks);
  const { from, records } = await again.read(first, { records: 1, bytes: 1 });
  expect([from, records.length]).toEqual([first + 1, 1]);
  await again.close();
});

test("where no raw uplinks are kept, no folder is made for them, and a position is the journal's alone", async () => {
  const { journal, rawUplinks } = dataPaths(dataDirectory);
  await fill(journal);
  expect(await repaired("--continue-at", "30")).toEqual({
    ...{ lost: [{ from: 20, to: 30 }], setAside: [], recordsKept: 20, next: 30 },
  });
  expect(existsSync(rawUplinks)).toBe(false);
  await fill(rawUplinks);
  expect(await repaired("--continue-at", "30")).toMatchObject({ rawUplinks: { next: 20 } });
});
