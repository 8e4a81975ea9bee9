/** The embedded store, killed in the middle of putting rows in the place of others. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { DAY_MS } from "../../model/clock.ts";
import { silentLog } from "../../model/log.ts";
import { memoryMetrics } from "../../model/metrics.ts";
import { createEmbeddedStore } from "./embedded-store.ts";
import { DAY, rawQuery } from "./reading-model.ts";

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const ROWS = 600;
const ROWS_A_CALL = 60;
const ROUNDS = 40;

/**
 * A process that stores rows of four days, seals them, and replaces them all, some a call, round after
 * round; the value of a row is its round. A seal comes between now and then.
 */
function startChild(directory: string) {
  const door = JSON.stringify(new URL("./embedded-store.ts", import.meta.url).href);
  const code = `
    const { createEmbeddedStore } = await import(${door});
    const log = { debug() {}, info() {}, warn() {}, error() {}, of: () => log };
    const none = { add() {}, observe() {} };
    const metrics = { counter: () => none, gauge() {}, gaugeBy() {}, histogram: () => none };
    const columns = (from, to, value) => {
      const rows = Array.from({ length: to - from }, (_, index) => from + index);
      const at = (row) => ${DAY} + (row % 4) * ${DAY_MS} + row * 1000;
      return { length: rows.length, seriesId: Int32Array.from(rows, () => 1),
        observedAt: Float64Array.from(rows, at), receivedAt: Float64Array.from(rows, at),
        value: Float64Array.from(rows, () => value), flags: new Uint16Array(rows.length) };
    };
    const store = createEmbeddedStore({ log, metrics }, { directory: ${JSON.stringify(directory)}, commitPauseMs: 0, sealDelayMs: 0, walBytesMax: 65536 });
    const { position } = await store.open();
    const seal = () => store.maintain(${DAY + 9 * DAY_MS});
    if (position === 0) {
      const newSeries = [{ seriesId: 1, deviceId: "d", measurement: "m", period: "instant", retentionDays: 90 }];
      const ledger = { journaled: ${ROWS}, stored: ${ROWS}, duplicate: 0, conflict: 0, putAside: 0 };
      await store.append({ position: 1, newSeries, ledger, columns: columns(0, ${ROWS}, 0) });
      await seal();
    }
    console.log("stored");
    for (let round = 1; ; round += 1) {
      for (let from = 0; from < ${ROWS}; from += ${ROWS_A_CALL}) {
        await store.replace({ newSeries: [], columns: columns(from, from + ${ROWS_A_CALL}, round) });
        console.log("replaced " + round + " " + from);
        if ((round + from / ${ROWS_A_CALL}) % 7 === 0) await seal();
      }
    }
  `;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
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

test("kill -9 in the middle leaves each row once, as it was or as it is to be", async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), "gridwarden-store-"));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  for (const calls of [3, 8, ROUNDS]) {
    const { child, ended, lines } = startChild(directory);
    let done = 0;
    const rounds = new Map<number, number>();
    for await (const line of lines) {
      const [word, round, from] = line.split(" ");
      if (word !== "replaced") continue;
      rounds.set(Number(from), Number(round));
      done += 1;
      if (done === calls) child.kill("SIGKILL");
    }
    await ended;
    expect(done).toBeGreaterThanOrEqual(calls);

    const deps = { log: silentLog, metrics: memoryMetrics() };
    const store = createEmbeddedStore(deps, { directory });
    const { position, ledger } = await store.open();
    expect([position, ledger.stored, (await store.size()).rows]).toEqual([1, ROWS, ROWS]);
    const [series] = await store.query(rawQuery([1]));
    const points = [...(series?.points ?? [])];
    expect(new Set(points.map(([at]) => at)).size).toBe(ROWS);
    expect(points).toHaveLength(ROWS);
    for (const [at, value] of points) {
      const row = Math.round(((at - DAY) % DAY_MS) / 1_000);
      const round = rounds.get(row - (row % ROWS_A_CALL));
      // Those that nobody has answered for may be of the call that was cut off.
      if (round !== undefined)
        expect([row, [round, round + 1].includes(value)]).toEqual([row, true]);
    }
    await store.close();
  }
}, 120_000);
