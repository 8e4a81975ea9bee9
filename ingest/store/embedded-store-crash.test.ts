/** The embedded store beside another process, killed in the middle of it, and on a full disk. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { DAY_MS } from "../../model/clock.ts";
import { silentLog } from "../../model/log.ts";
import { memoryMetrics } from "../../model/metrics.ts";
import { createEmbeddedStore } from "./embedded-store.ts";
import { DAY, expectSame, modelAnswer, type Row, rawQuery } from "./reading-model.ts";
import type { ReadingStore } from "./reading-store.ts";

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "gridwarden-store-"));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function storeIn(directory: string): ReadingStore {
  const store = createEmbeddedStore({ log: silentLog, metrics: memoryMetrics() }, { directory });
  cleanups.push(() => store.close());
  return store;
}

test("one process holds the directory: a second door or a second process is told who", async () => {
  const directory = await temporaryDirectory();
  const store = storeIn(directory);
  await store.open();
  await expect(storeIn(directory).open()).rejects.toThrow(
    /this process has the store open already/,
  );
  const child = startChild(directory);
  const lines: string[] = [];
  for await (const line of child.lines) lines.push(line);
  expect(lines.join()).toMatch(/STORE_FAILED.*is held by .*PID \d+.*stop it, or use another/);
});

/** Batch `position` has these rows; a day begins every 25 batches, so that sealing is under way. */
const CHILD_ROWS = `
  const rowsAt = (position) => 1 + (position * 7) % 50;
  const timeAt = (position, row) => ${DAY} + Math.floor(position / 25) * ${DAY_MS} + (position % 25) * 1000 + row;
`;

/** A process that appends batch after batch, prints what was acknowledged, and seals as it goes. */
function startChild(directory: string, fileBlocksMax?: number) {
  const door = JSON.stringify(new URL("./embedded-store.ts", import.meta.url).href);
  const code = `
    const { createEmbeddedStore } = await import(${door});
    const log = { debug() {}, info() {}, warn() {}, error() {}, of: () => log };
    const none = { add() {}, observe() {} };
    const metrics = { counter: () => none, gauge() {}, gaugeBy() {}, histogram: () => none };
    ${CHILD_ROWS}
    const series = [1, 2, 3].map((seriesId) => ({ seriesId, deviceId: "d" + seriesId, measurement: "m", period: "instant", retentionDays: 90 }));
    const batch = (position) => {
      const n = rowsAt(position);
      const index = Array.from({ length: n }, (_, i) => i);
      return {
        position, newSeries: position === 1 ? series : [],
        ledger: { journaled: n, stored: n, duplicate: 0, conflict: 0, putAside: 0 },
        columns: { length: n, seriesId: Int32Array.from(index, (i) => 1 + i % 3),
          observedAt: Float64Array.from(index, (i) => timeAt(position, i)),
          receivedAt: Float64Array.from(index, (i) => timeAt(position, i) + 9),
          value: Float64Array.from(index, (i) => position + i / 10), flags: new Uint16Array(n) },
      };
    };
    try {
      const store = createEmbeddedStore({ log, metrics }, { directory: ${JSON.stringify(directory)}, commitPauseMs: 0, sealDelayMs: 0, walBytesMax: 65536 });
      let { position } = await store.open();
      console.log("opened " + position);
      for (;;) {
        const group = [1, 2, 3].map(() => { position += 1; const p = position; return store.append(batch(p)).then(() => console.log("acknowledged " + p)); });
        if (position % 5 === 0) store.maintain(timeAt(position, 0)).catch((error) => console.log(error.message));
        await Promise.all(group);
      }
    } catch (error) {
      console.log(error.code + ": " + error.message);
      process.exit(1);
    }
  `;
  const node = [process.execPath, "--import", "tsx", "--input-type=module", "-e", code];
  const command =
    fileBlocksMax === undefined
      ? node
      : ["sh", "-c", `trap '' XFSZ; ulimit -f ${fileBlocksMax}; exec "$@"`, "sh", ...node];
  const child = spawn(String(command[0]), command.slice(1), {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  cleanups.push(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { child, ended, lines: createInterface({ input: child.stdout }) };
}

async function expectWhole(directory: string, acknowledged: number): Promise<void> {
  const store = storeIn(directory);
  const { position, ledger } = await store.open();
  expect(position).toBeGreaterThanOrEqual(acknowledged);
  const wanted: Row[] = [];
  for (let at = 1; at <= position; at += 1) {
    for (let row = 0; row < 1 + ((at * 7) % 50); row += 1) {
      const time = DAY + Math.floor(at / 25) * DAY_MS + (at % 25) * 1_000 + row;
      wanted.push({ seriesId: 1 + (row % 3), at: time, value: at + row / 10 });
    }
  }
  expect(ledger.stored).toBe(wanted.length);
  expect((await store.size()).rows).toBe(wanted.length);
  const query = rawQuery([1, 2, 3], { to: DAY + 100_000 * DAY_MS });
  expectSame(await store.query(query), modelAnswer(wanted, query));
  await store.close();
}

test("kill -9 in the middle of commits and sealing loses nothing that was acknowledged", async () => {
  const directory = await temporaryDirectory();
  for (const batches of [40, 73, 110]) {
    const { child, ended, lines } = startChild(directory);
    let acknowledged = 0;
    let begun = 0;
    for await (const line of lines) {
      const [word, number] = line.split(" ");
      if (word === "opened") begun = Number(number);
      if (word === "acknowledged") acknowledged = Math.max(acknowledged, Number(number));
      if (acknowledged - begun >= batches) child.kill("SIGKILL");
    }
    await ended;
    expect(acknowledged - begun).toBeGreaterThanOrEqual(batches);
    await expectWhole(directory, acknowledged);
  }
  expect((await readdir(path.join(directory, "sealed"))).length).toBeGreaterThan(3);
});

test("a full disk refuses the batch with a cure, and nothing that was acknowledged is lost", async () => {
  const directory = await temporaryDirectory();
  const { lines } = startChild(directory, 600);
  let acknowledged = 0;
  let refusal = "";
  for await (const line of lines) {
    if (line.startsWith("acknowledged ")) acknowledged = Number(line.split(" ")[1]);
    else if (line.startsWith("STORE_FAILED")) refusal = line;
  }
  expect(refusal).toMatch(/the disk is full .*free space and start again/);
  expect(acknowledged).toBeGreaterThan(0);
  await expectWhole(directory, acknowledged);
});
