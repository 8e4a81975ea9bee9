import { expect, test } from "vitest";
import type { Journal } from "../journal/journal.ts";
import { manualClock } from "../model/clock.ts";
import { type Log, silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { Engine } from "./engine.ts";
import { createSelfWatch } from "./self-watch.ts";

const WELL = {
  journal: { bytes: 10, bytesMax: 100, first: 0, end: 5, pending: 0, isNearFull: false },
  engine: { isReplayed: true, pendingUplinks: 0, fault: undefined, storeFault: undefined },
};

function watchOf(change: { journal?: object; engine?: object }) {
  const now = {
    journal: { ...WELL.journal, ...change.journal },
    engine: { ...WELL.engine, ...change.engine },
  };
  const said: string[] = [];
  const log: Log = {
    ...silentLog,
    error: (text) => said.push(text),
    info: (text) => said.push(text),
  };
  const clock = manualClock(0);
  const metrics = memoryMetrics();
  const watch = createSelfWatch({
    journal: { stats: () => now.journal } as unknown as Journal,
    engine: { stats: () => now.engine } as unknown as Engine,
    clock,
    log,
    metrics,
  });
  return { watch, now, said, clock, metrics };
}

test("a platform that is well raises nothing and is ready once it listens", () => {
  const { watch, said } = watchOf({});
  expect(watch.health(false).ready).toBe(false);
  expect(watch.health(true)).toMatchObject({ ready: true, details: { alarms: [] } });
  expect(said).toEqual([]);
});

test.each([
  ["journal-near-full", { journal: { isNearFull: true, bytes: 80 } }, true],
  ["journal-full", { journal: { isNearFull: true, bytes: 100 } }, true],
  ["engine-fault", { engine: { fault: "the database refuses" } }, false],
  ["store-away", { engine: { storeFault: "locked" } }, false],
  ["store-behind", { engine: { pendingUplinks: 300_000 } }, true],
])("%s is raised with its cure", (alarm, change, ready) => {
  const { watch, said, metrics } = watchOf(change);
  const health = watch.health(true);
  expect(JSON.stringify(health.details)).toContain(`"alarm":"${alarm}"`);
  expect(health.ready).toBe(ready);
  expect(said.join("\n")).toContain(`platform alarm '${alarm}'`);
  expect(metrics.value("gridwarden_platform_alarm")).toBeGreaterThan(0);
});

test("an alarm is said once when it comes and once when it is over", () => {
  const { watch, now, said, clock } = watchOf({ journal: { isNearFull: true } });
  watch.start();
  clock.advance(60_000);
  expect(said).toHaveLength(1);
  now.journal.isNearFull = false;
  clock.advance(60_000);
  watch.stop();
  expect(said).toHaveLength(2);
  expect(said[1]).toContain("is over");
});

test("before everything is replayed the platform is not ready", () => {
  expect(watchOf({ engine: { isReplayed: false } }).watch.health(true).ready).toBe(false);
});
