import { expect, test } from "vitest";
import type { Journal } from "../journal/journal.ts";
import { HOUR_MS, manualClock, SECOND_MS } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import { type Log, silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { Engine } from "./engine.ts";
import { createSelfWatch } from "./self-watch.ts";

const NOON = Date.parse("2026-11-23T12:00:00+08:00");
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
  const errors: [string, unknown][] = [];
  const log: Log = {
    ...silentLog,
    error: (text, about) => {
      said.push(text);
      errors.push([text, about]);
    },
    info: (text) => said.push(text),
  };
  const clock = manualClock(NOON);
  const metrics = memoryMetrics();
  const watch = createSelfWatch({
    journal: { stats: () => now.journal } as unknown as Journal,
    engine: { stats: () => now.engine } as unknown as Engine,
    clock,
    zone: timeZone("Asia/Shanghai"),
    log,
    metrics,
  });
  return { watch, now, said, errors, clock, metrics };
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

test("a clock that is set back is told at once with both times, and stands as an alarm for an hour", () => {
  const { watch, said, errors, clock, metrics } = watchOf({});
  watch.start();
  clock.setBack(8 * HOUR_MS);
  expect(errors).toEqual([
    [
      expect.stringContaining("platform alarm 'clock-set-back': the machine's clock was set back"),
      { from: "2026-11-23T12:00:00.000+08:00", to: "2026-11-23T04:00:00.000+08:00" },
    ],
  ]);
  expect(metrics.value("gridwarden_clock_set_backs_total")).toBe(1);
  const alarms = () => watch.health(true).details.alarms;
  const standing = [
    {
      alarm: "clock-set-back",
      text: expect.stringContaining(
        "from 2026-11-23T12:00:00.000+08:00 to 2026-11-23T04:00:00.000+08:00",
      ),
    },
  ];
  expect(watch.health(true).ready).toBe(true);
  expect(alarms()).toEqual(standing);
  clock.advance(HOUR_MS - SECOND_MS);
  expect(alarms()).toEqual(standing);
  expect(metrics.value("gridwarden_platform_alarm")).toBe(1);
  expect(said).toHaveLength(1);
  clock.advance(10 * SECOND_MS);
  expect(alarms()).toEqual([]);
  expect(said[1]).toBe("platform alarm 'clock-set-back' is over");
  watch.stop();
});

test("a clock that is set back again within the hour is told again, and its hour begins anew", () => {
  const { watch, errors, clock, metrics } = watchOf({});
  clock.setBack(8 * HOUR_MS);
  clock.advance(HOUR_MS / 2);
  clock.setBack(HOUR_MS);
  expect(errors).toHaveLength(2);
  expect(metrics.value("gridwarden_clock_set_backs_total")).toBe(2);
  clock.advance(HOUR_MS - SECOND_MS);
  expect(JSON.stringify(watch.health(true).details)).toContain("from 2026-11-23T04:30");
  watch.stop();
});
