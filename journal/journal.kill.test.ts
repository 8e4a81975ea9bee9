/** A process that appends without end is killed; all it was told is on disk must be there. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createJournal } from "./journal.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-journal-kill-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const APPENDS_WITHOUT_END = `
  const load = (url) => import(url);
  import { writeSync } from "node:fs";
  const { createJournal } = await load("${new URL("./journal.ts", import.meta.url).href}");
  const { silentLog } = await load("${new URL("../model/log.ts", import.meta.url).href}");
  const { memoryMetrics } = await load("${new URL("../model/metrics.ts", import.meta.url).href}");
  const journal = createJournal(
    { log: silentLog, metrics: memoryMetrics() },
    { directory: process.argv[1], segmentBytesMax: 200_000 },
  );
  const { next } = await journal.open();
  let number = next;
  const more = () => {
    const mine = number++;
    journal.append([Buffer.from(String(mine).padEnd(20 + (mine % 400)))], (error) => {
      if (error !== undefined) throw error;
      writeSync(1, mine + "\\n");
      more();
    });
  };
  for (let inFlight = 0; inFlight < 50; inFlight += 1) more();
`;

async function runUntil(acknowledgements: number): Promise<number[]> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", APPENDS_WITHOUT_END, folder],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let text = "";
  let lines = 0;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    lines += chunk.split("\n").length - 1;
    if (lines >= acknowledgements) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.once("close", resolve));
  return text.slice(0, text.lastIndexOf("\n")).split("\n").map(Number);
}

test("kill -9 during appends loses no acknowledged record, again and again", async () => {
  for (const acknowledgements of [1, 700, 3_000]) {
    const acknowledged = await runUntil(acknowledgements);
    expect(acknowledged.length).toBeGreaterThanOrEqual(acknowledgements);
    const journal = createJournal(
      { log: silentLog, metrics: memoryMetrics() },
      { directory: folder },
    );
    const { next } = await journal.open();
    expect(next).toBeGreaterThan(Math.max(...acknowledged));
    for (let position = 0; position < next; ) {
      const { records } = await journal.read(position, { records: 1_000, bytes: 1_000_000 });
      for (const record of records) {
        // In this test a record's text is its own position.
        if (Number(Buffer.from(record).toString()) !== position) expect(position).toBe("its text");
        position += 1;
      }
    }
    await journal.close();
  }
});
