/** Devices that nobody hears, while the platform itself may be deaf or its clock set back. */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../model/clock.ts";
import type { Sql, SqlRow } from "../model/database.ts";
import type { Alerts } from "./alerts.ts";
import {
  assetOf,
  type Begun,
  beginAlerts,
  type FakeRegistry,
  fourDevices,
  happenedOf,
  NIGHT,
  nowhere,
  reading,
  rowOf,
  START,
} from "./doubles/four-devices.ts";

let registry: FakeRegistry;
let alerts: Alerts;

async function begin(now: Instant, words: Begun = {}): Promise<void> {
  alerts = await beginAlerts(registry, now, words);
}

beforeEach(async () => {
  registry = fourDevices();
  await begin(START);
});

const happened = (): Promise<string[]> => happenedOf(alerts);

test("a device nobody hears alarms after three of its periods, and a word from it ends that", async () => {
  alerts.heard("lid-1", START + 1_000);
  for (const deviceId of ["lamp-1", "out-1", "in-1"]) alerts.heard(deviceId, START + 9 * HOUR_MS);
  await happened();
  alerts.tick(START + 3 * HOUR_MS + 999);
  expect(await happened()).toEqual([]);
  alerts.tick(START + 4 * HOUR_MS);
  const dueAt = 3 * HOUR_MS + 1_000;
  expect(await happened()).toEqual([`lid-1 manhole-cover.no-data raised +${dueAt}`]);
  alerts.tick(START + 5 * HOUR_MS);
  alerts.heard("lid-1", START + 6 * HOUR_MS);
  alerts.tick(START + 6 * HOUR_MS + 5_000);
  expect(await happened()).toEqual([`lid-1 manhole-cover.no-data returned +${6 * HOUR_MS + 1}`]);
});

test("silence neither raises nor clears what was measured", async () => {
  alerts.judge([reading("lid-1", "tiltDeg", 31, START), reading("lid-1", "tiltDeg", 9, START + 1)]);
  alerts.tick(START + 30 * HOUR_MS);
  expect((await happened()).filter((line) => !line.includes("no-data"))).toEqual([
    "lid-1 manhole-cover.tilt raised +0",
  ]);
  expect(alerts.isAlarming("cover-1", "cover-displaced")).toBe(true);
});

test("a device that was never heard is expected from the start, or from its registration on", async () => {
  registry.add("lid-2", assetOf("cover-2", "manhole-cover"));
  alerts.tick(START + 2 * HOUR_MS);
  alerts.tick(START + 3 * HOUR_MS);
  const first = (await happened()).filter((line) => line.startsWith("lid"));
  expect(first).toEqual([`lid-1 manhole-cover.no-data raised +${3 * HOUR_MS}`]);
  alerts.tick(START + 5 * HOUR_MS);
  const second = (await happened()).filter((line) => line.startsWith("lid"));
  expect(second).toEqual([`lid-2 manhole-cover.no-data raised +${5 * HOUR_MS}`]);
});

test("while the platform is down no device falls silent", async () => {
  const downSince = START + 2 * HOUR_MS;
  const now = START + 50 * HOUR_MS;
  await begin(now, { downSince });
  for (const { device } of registry.devices()) {
    for (const at of [START - HOUR_MS, START, START - 9 * HOUR_MS]) {
      alerts.setHeard(device.deviceId, at);
    }
  }
  alerts.tick(now + HOUR_MS - 1);
  expect((await happened()).filter((line) => line.startsWith("lid"))).toEqual([]);
  alerts.tick(now + HOUR_MS + 5 * SECOND_MS);
  expect((await happened()).filter((line) => line.startsWith("lid"))).toEqual([
    `lid-1 manhole-cover.no-data raised +${51 * HOUR_MS}`,
  ]);
});

/** Of the silences of the lid alone; the others are heard in between or not looked at. */
async function lidSilences(): Promise<string[]> {
  return (await happened()).filter((line) => line.startsWith("lid-1 manhole-cover.no-data"));
}

test("a span in which the platform was deaf counts for no device's silence", async () => {
  alerts.heard("lid-1", START);
  alerts.deaf(START + HOUR_MS, START + 11 * HOUR_MS);
  alerts.tick(START + 13 * HOUR_MS - 1);
  expect(await lidSilences()).toEqual([]);
  alerts.tick(START + 13 * HOUR_MS + 5 * SECOND_MS);
  expect(await lidSilences()).toEqual([`lid-1 manhole-cover.no-data raised +${13 * HOUR_MS}`]);
});

test("spans that overlap count once, in whatever order they are told", async () => {
  alerts.heard("lid-1", START);
  alerts.deaf(START + 2 * HOUR_MS, START + 3 * HOUR_MS);
  alerts.deaf(START + HOUR_MS, START + 5 * HOUR_MS);
  alerts.deaf(START + 2 * HOUR_MS, START + 3 * HOUR_MS);
  alerts.tick(START + 7 * HOUR_MS - 1);
  expect(await lidSilences()).toEqual([]);
  alerts.tick(START + 8 * HOUR_MS);
  expect(await lidSilences()).toEqual([`lid-1 manhole-cover.no-data raised +${7 * HOUR_MS}`]);
});

test("a word that comes after a deaf span raises nothing, one that comes too late does", async () => {
  alerts.heard("lid-1", START);
  alerts.deaf(START + HOUR_MS, START + 11 * HOUR_MS);
  alerts.heard("lid-1", START + 13 * HOUR_MS - 1);
  expect(await lidSilences()).toEqual([]);
  alerts.deaf(START + 14 * HOUR_MS, START + 20 * HOUR_MS);
  alerts.heard("lid-1", START + 23 * HOUR_MS);
  alerts.tick(START + 23 * HOUR_MS + 5 * SECOND_MS);
  expect(await lidSilences()).toEqual([
    `lid-1 manhole-cover.no-data raised +${22 * HOUR_MS - 1}`,
    `lid-1 manhole-cover.no-data returned +${23 * HOUR_MS + 1}`,
  ]);
});

test("deaf ticks call nobody silent, and what they span is not counted afterwards", async () => {
  alerts.heard("lid-1", START);
  alerts.tick(START + HOUR_MS);
  for (let hour = 2; hour <= 20; hour++) alerts.tick(START + hour * HOUR_MS, { canHear: false });
  expect(await lidSilences()).toEqual([]);
  alerts.tick(START + 21 * HOUR_MS);
  alerts.tick(START + 22 * HOUR_MS - 1);
  expect(await lidSilences()).toEqual([]);
  alerts.tick(START + 22 * HOUR_MS + 5 * SECOND_MS);
  expect(await lidSilences()).toEqual([`lid-1 manhole-cover.no-data raised +${22 * HOUR_MS}`]);
});

test("a silence that was too long before the platform went deaf is raised at its own moment", async () => {
  alerts.heard("lid-1", START);
  alerts.tick(START + 4 * HOUR_MS, { canHear: false });
  expect(await lidSilences()).toEqual([]);
  alerts.tick(START + 6 * HOUR_MS);
  expect(await lidSilences()).toEqual([`lid-1 manhole-cover.no-data raised +${3 * HOUR_MS}`]);
});

test("whatever the platform did not hear, a device that is heard within its time of hearing is never silent", async () => {
  const limitMs = 3 * HOUR_MS;
  const anyStep = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("hear"), ms: fc.nat(limitMs - 1) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom("told", "ticks"), ms: fc.nat(30 * HOUR_MS) }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 25 }), async (steps) => {
      await begin(START);
      alerts.heard("lid-1", START);
      let now = START;
      let audibleMs = 0;
      for (const { kind, ms } of steps) {
        const since = now;
        if (kind === "hear") {
          const stepMs = Math.min(ms, limitMs - 1 - audibleMs);
          now += stepMs;
          audibleMs += stepMs;
          alerts.tick(now);
          if (ms % 3 === 0) {
            alerts.heard("lid-1", now);
            audibleMs = 0;
          }
        } else {
          now += ms;
          if (kind === "told") alerts.deaf(since, now);
          else for (const part of [0, ms / 2, ms]) alerts.tick(since + part, { canHear: false });
          alerts.tick(now);
        }
      }
      alerts.heard("lid-1", now);
      expect(await lidSilences()).toEqual([]);
    }),
  );
});

describe("after the clock was set back by eight hours", () => {
  const BEFORE = NIGHT + 8 * HOUR_MS - 10 * MINUTE_MS;

  test("a delay that had begun counts from the step and does not stand still", async () => {
    await begin(BEFORE);
    alerts.judge([reading("lamp-1", "isLit", 0, BEFORE)]);
    alerts.tick(BEFORE + MINUTE_MS, { clockAt: BEFORE + MINUTE_MS });
    expect(await happened()).toEqual([]);
    const stepAt = BEFORE + 2 * MINUTE_MS - 8 * HOUR_MS;
    alerts.tick(stepAt, { clockAt: stepAt });
    alerts.tick(stepAt + 10 * MINUTE_MS - 1, { clockAt: stepAt + 10 * MINUTE_MS });
    expect((await happened()).filter((line) => line.includes("dark"))).toEqual([]);
    alerts.tick(stepAt + 10 * MINUTE_MS, { clockAt: stepAt + 10 * MINUTE_MS });
    expect((await happened()).filter((line) => line.includes("dark"))).toEqual([
      `lamp-1 streetlight.dark raised +${stepAt + 10 * MINUTE_MS - START}`,
    ]);
  });

  test("an alarm on its way back is normal after its off-delay from the step", async () => {
    alerts.judge([
      reading("lid-1", "isOpen", 1, START + 8 * HOUR_MS),
      reading("lid-1", "isOpen", 0, START + 8 * HOUR_MS + 1),
    ]);
    await happened();
    alerts.tick(START, { clockAt: START });
    alerts.tick(START + MINUTE_MS, { clockAt: START + MINUTE_MS });
    expect(await happened()).toEqual([`lid-1 manhole-cover.open latched +${MINUTE_MS}`]);
  });

  test("silence is counted from the step, and a new device is expected from when it came", async () => {
    await begin(START + 8 * HOUR_MS);
    alerts.heard("lid-1", START + 8 * HOUR_MS);
    alerts.tick(START + 8 * HOUR_MS, { clockAt: START + 8 * HOUR_MS });
    await happened();
    alerts.tick(START, { clockAt: START });
    registry.add("lid-2", assetOf("cover-2", "manhole-cover"));
    alerts.tick(START + HOUR_MS, { clockAt: START + HOUR_MS });
    expect((await happened()).filter((line) => line.startsWith("lid"))).toEqual([]);
    alerts.tick(START + 5 * HOUR_MS, { clockAt: START + 5 * HOUR_MS });
    expect((await happened()).filter((line) => line.startsWith("lid"))).toEqual([
      `lid-1 manhole-cover.no-data raised +${3 * HOUR_MS}`,
      `lid-2 manhole-cover.no-data raised +${4 * HOUR_MS}`,
    ]);
  });

  test("a deaf span of times to come is void", async () => {
    await begin(START + 8 * HOUR_MS);
    alerts.deaf(START + 7 * HOUR_MS, START + 8 * HOUR_MS);
    alerts.tick(START, { clockAt: START });
    for (const hour of [2, 4, 6]) alerts.heard("lid-1", START + hour * HOUR_MS);
    alerts.tick(START + 10 * HOUR_MS, { clockAt: START + 10 * HOUR_MS });
    expect(await lidSilences()).toEqual([`lid-1 manhole-cover.no-data raised +${9 * HOUR_MS}`]);
  });
});

test("a silent device that moves to another asset alarms there anew", async () => {
  alerts.heard("lid-1", START);
  alerts.tick(START + 4 * HOUR_MS);
  registry.add("lid-1", assetOf("cover-9", "manhole-cover"));
  alerts.tick(START + 5 * HOUR_MS);
  const lines = (await happened()).filter((line) => line.startsWith("lid-1"));
  expect(lines).toEqual([
    `lid-1 manhole-cover.no-data raised +${3 * HOUR_MS}`,
    `lid-1 manhole-cover.no-data cleared +${5 * HOUR_MS}`,
    `lid-1 manhole-cover.no-data raised +${5 * HOUR_MS}`,
  ]);
});

test("a silent device that had moved when the platform died alarms there anew", async () => {
  alerts.heard("lid-1", START);
  alerts.tick(START + 3 * HOUR_MS);
  const silence = alerts.pending().find(({ alarm }) => alarm.deviceId === "lid-1")?.alarm;
  const saved: SqlRow = {
    ...{ bearerId: "lid-1", ruleId: "manhole-cover.no-data", assetId: "cover-1", untold: null },
    alarmId: silence?.alarmId ?? null,
    state: JSON.stringify({ state: "unacknowledged", raisedAt: silence?.raisedAt }),
  };
  const before: Sql = {
    ...nowhere,
    async all<Row>(sql: string) {
      if (sql.includes("from alarm_states order")) return [saved] as Row[];
      return (sql.includes("from alarms") && silence ? [rowOf(silence)] : []) as Row[];
    },
  };
  registry.add("lid-1", assetOf("cover-9", "manhole-cover"));
  const now = START + 4 * HOUR_MS;
  await begin(now, { downSince: now - 1, from: before });
  alerts.setHeard("lid-1", START);
  alerts.tick(now + 1_000);
  const lines = (await happened()).filter((line) => line.startsWith("lid-1"));
  expect(lines).toEqual([
    `lid-1 manhole-cover.no-data cleared +${4 * HOUR_MS}`,
    `lid-1 manhole-cover.no-data raised +${4 * HOUR_MS}`,
  ]);
});
