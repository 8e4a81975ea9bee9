import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { AlarmHappening, AlarmRecord } from "../model/alarm.ts";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../model/clock.ts";
import type { Sql, SqlRow } from "../model/database.ts";
import { isErrorCode } from "../model/errors.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { FLAG_BITS, type Reading } from "../model/reading.ts";
import { Asset, Device, type DeviceEntry, type RegistryView } from "../model/registry.ts";
import { type Alerts, type AlertsDeps, createAlerts } from "./alerts.ts";

const START = Date.parse("2026-11-22T12:00:00+08:00");
const NIGHT = Date.parse("2026-11-22T20:00:00+08:00");

/** An empty database that takes everything and keeps nothing. */
const nowhere: Sql = {
  run: async () => ({ changes: 0 }),
  all: async () => [],
  get: async () => undefined,
};

interface FakeRegistry extends RegistryView {
  entries: Map<string, DeviceEntry>;
  add(deviceId: string, asset: Asset): void;
}

function fakeRegistry(): FakeRegistry {
  const entries = new Map<string, DeviceEntry>();
  return {
    entries,
    add(deviceId, asset) {
      const device = Device.parse({ deviceId, assetId: asset.assetId });
      entries.set(deviceId, { device, asset });
    },
    device: (deviceId) => entries.get(deviceId),
    deviceByExternalId: () => undefined,
    devices: () => entries.values(),
    asset: (assetId) => [...entries.values()].find(({ asset }) => asset.assetId === assetId)?.asset,
    devicesOf: (assetId) => [...entries.values()].filter(({ asset }) => asset.assetId === assetId),
    devicesOfGateway: () => [],
    partsOf: () => [],
    unit: () => undefined,
    crewsOf: () => [],
    crew: () => undefined,
  };
}

function assetOf(assetId: string, slug: string, attributes: Record<string, string> = {}): Asset {
  return Asset.parse({
    assetId,
    class: slug,
    componentCode: "4115240101000001",
    name: assetId,
    lon: 114.9,
    lat: 31.8,
    attributes,
  });
}

let registry: FakeRegistry;
let alerts: Alerts;

async function begin(
  now: Instant,
  more: Partial<AlertsDeps> = {},
  downSince?: Instant,
  from = nowhere,
): Promise<void> {
  alerts = createAlerts({
    registry,
    classes: ASSET_CLASSES,
    zone: timeZone("Asia/Shanghai"),
    log: silentLog,
    metrics: memoryMetrics(),
    ...more,
  });
  await alerts.load(from, downSince === undefined ? { now } : { now, downSince });
}

beforeEach(async () => {
  registry = fakeRegistry();
  registry.add("lid-1", assetOf("cover-1", "manhole-cover"));
  registry.add("lamp-1", assetOf("light-1", "streetlight"));
  registry.add("out-1", assetOf("outlet-1", "sewage-plant", { point: "outlet" }));
  registry.add("in-1", assetOf("inlet-1", "sewage-plant", { point: "inlet" }));
  await begin(START);
});

function reading(
  deviceId: string,
  measurement: string,
  value: number,
  at: Instant,
  more: Partial<Reading> = {},
): Reading {
  const id = Device.shape.deviceId.parse(deviceId);
  return {
    deviceId: id,
    measurement,
    period: "instant",
    observedAt: at,
    receivedAt: at,
    value,
    flags: 0,
    ...more,
  };
}

/** What happened since the last time that it was asked. */
async function happened(): Promise<string[]> {
  await alerts.save(nowhere);
  const lines = alerts
    .pending()
    .map(({ kind, alarm, at }) => `${alarm.deviceId} ${alarm.ruleId} ${kind} +${at - START}`);
  alerts.committed();
  return lines;
}

/** As the database would have it. */
function rowOf(alarm: AlarmRecord | undefined): SqlRow | undefined {
  if (alarm === undefined) return undefined;
  return {
    ...{ alarm_id: alarm.alarmId, rule_id: alarm.ruleId, rule_version: alarm.ruleVersion },
    ...{ asset_id: alarm.assetId ?? "", device_id: alarm.deviceId ?? "", class: alarm.class },
    ...{ severity: alarm.severity, life_safety: alarm.lifeSafety ? 1 : 0 },
    ...{ state: alarm.state, raised_at: alarm.raisedAt, evidence: null, cleared_at: null },
  };
}

test("an open cover raises at once, with the reading that shows it", async () => {
  alerts.judge([reading("lid-1", "isOpen", 1, START + 5)]);
  await alerts.save(nowhere);
  expect(alerts.pending()).toHaveLength(1);
  expect(alerts.pending()[0]).toMatchObject({
    kind: "raised",
    at: START + 5,
    alarm: {
      ruleId: "manhole-cover.open",
      assetId: "cover-1",
      deviceId: "lid-1",
      class: "manhole-cover",
      conditionId: "cover-displaced",
      severity: "critical",
      lifeSafety: true,
      state: "unacknowledged",
      raisedAt: START + 5,
      evidence: { measurement: "isOpen", value: 1, observedAt: START + 5, flags: 0 },
    },
  });
  expect(alerts.isAlarming("cover-1", "cover-displaced")).toBe(true);
  expect(alerts.isAlarming("cover-1", "sewer-level")).toBe(false);
});

test("the same occurrence has the same id wherever it is judged, and the next one another", async () => {
  const ids: string[] = [];
  for (const _run of [1, 2]) {
    await begin(START);
    alerts.judge([reading("lid-1", "isOpen", 1, START + 5)]);
    ids.push(alerts.pending()[0]?.alarm.alarmId ?? "");
  }
  alerts.judge([reading("lid-1", "isOpen", 0, START + 10)]);
  alerts.judge([reading("lid-1", "isOpen", 1, START + HOUR_MS)]);
  ids.push(alerts.pending().at(-1)?.alarm.alarmId ?? "");
  expect(ids[0]).toMatch(/^[0-9a-f]{24}$/);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
});

test("a lamp that is dark for ten minutes of the night alarms at the end of the tenth", async () => {
  await begin(NIGHT);
  alerts.judge([reading("lamp-1", "isLit", 0, NIGHT)]);
  alerts.tick(NIGHT + 10 * MINUTE_MS - 1);
  expect(await happened()).toEqual([]);
  alerts.tick(NIGHT + 11 * MINUTE_MS);
  const raisedAt = NIGHT + 10 * MINUTE_MS - START;
  expect(await happened()).toEqual([`lamp-1 streetlight.dark raised +${raisedAt}`]);
});

test("a lamp that is dark by day, or goes dark as the lighting hours end, alarms nobody", async () => {
  const dawn = Date.parse("2026-11-23T06:20:00+08:00");
  alerts.judge([reading("lamp-1", "isLit", 0, START)]);
  alerts.judge([reading("lamp-1", "isLit", 0, dawn)]);
  alerts.judge([reading("lamp-1", "isLit", 0, dawn + 6 * MINUTE_MS)]);
  alerts.heard("lamp-1", dawn + 6 * MINUTE_MS);
  alerts.tick(dawn + 11 * MINUTE_MS);
  expect((await happened()).filter((line) => line.includes("dark"))).toEqual([]);
});

test.each([
  ["suspect", { flags: FLAG_BITS["hj212-T"] }, []],
  ["late", { flags: FLAG_BITS.late }, []],
  ["bad", { flags: FLAG_BITS["hj212-D"] }, []],
  ["clock-absent", { flags: FLAG_BITS["clock-absent"] }, ["raised"]],
])("a %s reading over the limit raises as it should", async (_name, more, kinds) => {
  alerts.judge([reading("lid-1", "tiltDeg", 31, START, more)]);
  expect(alerts.pending().map(({ kind }) => kind)).toEqual(kinds);
});

test("a value past the range raises life safety alone, as the end of the range would", async () => {
  const past = { flags: FLAG_BITS.range };
  alerts.judge([
    reading("lid-1", "ch4LelPercent", 120, START, past),
    reading("lid-1", "h2sPpm", 9999, START, past),
    reading("lid-1", "tiltDeg", -5, START, past),
  ]);
  expect(await happened()).toEqual([
    "lid-1 manhole-cover.ch4-leak raised +0",
    "lid-1 manhole-cover.ch4-explosive raised +0",
  ]);
});

test("a suspect reading holds an alarm and stops its way back", async () => {
  const minute = (n: number): Instant => START + n * MINUTE_MS;
  alerts.judge([
    reading("lid-1", "tiltDeg", 31, START),
    reading("lid-1", "tiltDeg", 2, START + 1),
    reading("lid-1", "tiltDeg", -5, START + 2, { flags: FLAG_BITS.range }),
  ]);
  alerts.tick(minute(5));
  expect(await happened()).toEqual(["lid-1 manhole-cover.tilt raised +0"]);
  alerts.judge([reading("lid-1", "tiltDeg", 2, minute(6))]);
  alerts.tick(minute(7));
  expect(await happened()).toEqual([`lid-1 manhole-cover.tilt latched +${7 * MINUTE_MS}`]);
});

test("discharge limits: an hour's mean warns, a day's mean makes a case, an inlet does neither", async () => {
  for (const deviceId of ["out-1", "in-1"]) {
    alerts.judge([
      reading(deviceId, "codMgL", 80, START, { period: "hour" }),
      reading(deviceId, "codMgL", 60, START, { period: "day" }),
    ]);
  }
  const raised = alerts.pending().map(({ alarm }) => [alarm.ruleId, alarm.conditionId]);
  expect(raised).toEqual([
    ["sewage-plant.cod-hour", undefined],
    ["sewage-plant.cod-day", "effluent-over-limit"],
  ]);
});

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
  await begin(now, {}, downSince);
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

test("an acknowledgement is taken once, and of an alarm that stands", async () => {
  alerts.judge([reading("lid-1", "o2Percent", 18, START)]);
  const alarmId = alerts.pending()[0]?.alarm.alarmId ?? "";
  const by = { by: "ganger", note: "crew is on the way" };
  expect(alerts.acknowledge(alarmId, by, START + 10)).toMatchObject({
    state: "acknowledged",
    acknowledgedAt: START + 10,
    acknowledgedBy: "ganger",
    note: "crew is on the way",
  });
  const refusal = (id: string): unknown => {
    try {
      return alerts.acknowledge(id, by, START + 20);
    } catch (error) {
      return error;
    }
  };
  expect(isErrorCode(refusal(alarmId), "ALARM_STATE_REFUSED")).toBe(true);
  alerts.judge([reading("lid-1", "o2Percent", 21, START + 30)]);
  alerts.tick(START + 6 * MINUTE_MS);
  expect(isErrorCode(refusal(alarmId), "ALARM_NOT_FOUND")).toBe(true);
  expect(alerts.pending().map(({ kind }) => kind)).toEqual(["raised", "acknowledged", "cleared"]);
});

test("an opened cover that is closed again stays latched until somebody has seen that, too", async () => {
  alerts.judge([reading("lid-1", "isOpen", 1, START)]);
  const alarmId = alerts.pending()[0]?.alarm.alarmId ?? "";
  alerts.acknowledge(alarmId, { by: "ganger" }, START + 10);
  alerts.judge([reading("lid-1", "isOpen", 0, START + 30)]);
  alerts.tick(START + 2 * MINUTE_MS);
  expect(alerts.pending().at(-1)).toMatchObject({ kind: "latched", alarm: { state: "latched" } });
  expect(alerts.acknowledge(alarmId, { by: "lead" }, START + HOUR_MS)).toMatchObject({
    state: "normal",
    acknowledgedBy: "ganger",
    clearedBy: "lead",
  });
});

test("an alarm that returned before anybody looked is over when it is acknowledged", async () => {
  alerts.judge([reading("lid-1", "isOpen", 1, START), reading("lid-1", "isOpen", 0, START + 1)]);
  alerts.tick(START + 2 * MINUTE_MS);
  const alarmId = alerts.pending()[0]?.alarm.alarmId ?? "";
  expect(alerts.acknowledge(alarmId, { by: "ganger" }, START + HOUR_MS)).toMatchObject({
    state: "normal",
    acknowledgedBy: "ganger",
    returnedAt: START + 1 + MINUTE_MS,
    clearedAt: START + HOUR_MS,
  });
});

test("what a failed transaction carried is carried again, with what came after it", async () => {
  const told = (): string[] => alerts.pending().map(({ alarm }) => alarm.ruleId);
  alerts.judge([reading("lid-1", "isOpen", 1, START)]);
  expect(told()).toEqual(["manhole-cover.open"]);
  await alerts.save(nowhere);
  alerts.judge([reading("lid-1", "tiltDeg", 40, START + 1)]);
  expect(told()).toEqual(["manhole-cover.open", "manhole-cover.tilt"]);
  await alerts.save(nowhere);
  alerts.committed();
  expect(told()).toEqual([]);
});

test.each(["told and then saved", "saved and then told"])(
  "what happens in the midst of a transaction stays for the next: %s",
  async (order) => {
    const told = (): string[] => alerts.pending().map(({ alarm }) => alarm.ruleId);
    const steps = [async () => void told(), () => alerts.save(nowhere)];
    const [first, second] = order.startsWith("told") ? steps : steps.reverse();
    alerts.judge([reading("lid-1", "isOpen", 1, START)]);
    await first?.();
    alerts.judge([reading("lid-1", "tiltDeg", 40, START + 1)]);
    await second?.();
    alerts.committed();
    expect(told()).toEqual(["manhole-cover.tilt"]);
  },
);

test("a device that is gone, moved or of another kind now takes its alarms with it", async () => {
  registry.add("lid-2", assetOf("cover-2", "manhole-cover"));
  registry.add("out-2", assetOf("outlet-2", "sewage-plant", { point: "outlet" }));
  alerts.judge([
    reading("lid-1", "isOpen", 1, START),
    reading("lid-2", "isOpen", 1, START),
    reading("out-2", "codMgL", 99, START, { period: "day" }),
  ]);
  await happened();
  registry.entries.delete("lid-1");
  registry.add("lid-2", assetOf("cover-3", "manhole-cover"));
  registry.add("out-2", assetOf("outlet-2", "sewage-plant", { point: "process" }));
  alerts.tick(START + 10_000);
  expect((await happened()).sort()).toEqual([
    "lid-1 manhole-cover.open cleared +10000",
    "lid-2 manhole-cover.open cleared +10000",
    "out-2 sewage-plant.cod-day cleared +10000",
  ]);
});

test("a new name for an asset leaves its alarms alone", async () => {
  alerts.judge([reading("lid-1", "isOpen", 1, START)]);
  await happened();
  registry.add("lid-1", { ...assetOf("cover-1", "manhole-cover"), name: "renamed" });
  alerts.tick(START + 10_000);
  expect(await happened()).toEqual([]);
  expect(alerts.isAlarming("cover-1", "cover-displaced")).toBe(true);
});

/** What the devices say of the proof, without when they were heard. */
const proofOf = (assetId: string, conditionId: string): object[] =>
  alerts
    .health(assetId, conditionId)
    .devices.map(({ heardAt: _heard, silentAt: _silent, ...proof }) => proof);

test("an asset of two devices is alarming while one is, and proven when both are normal", async () => {
  registry.add("lid-1b", assetOf("cover-1", "manhole-cover"));
  alerts.judge([reading("lid-1", "isOpen", 1, START)]);
  alerts.watch("cover-1", "cover-displaced", START + 100);
  const health = (): object[] => proofOf("cover-1", "cover-displaced");
  expect(health()).toEqual([{ deviceId: "lid-1" }, { deviceId: "lid-1b" }]);
  alerts.judge([
    reading("lid-1b", "isOpen", 0, START + 90),
    reading("lid-1b", "tiltDeg", 1, START + 200),
    reading("lid-1", "tiltDeg", 1, START + 300),
  ]);
  // The open lid still counts, though its tilt is right.
  expect(health()).toEqual([
    { deviceId: "lid-1", lastGoodAt: START + 300 },
    { deviceId: "lid-1b", normalSince: START + 200, lastGoodAt: START + 200 },
  ]);
  alerts.judge([
    reading("lid-1", "isOpen", 0, START + 400),
    reading("lid-1", "tiltDeg", 9, START + 500),
    reading("lid-1", "isOpen", 0, START + 600, { flags: FLAG_BITS.late }),
    reading("lid-1b", "tiltDeg", -5, START + 650, { flags: FLAG_BITS["hj212-T"] }),
  ]);
  expect(health()).toEqual([
    { deviceId: "lid-1", normalSince: START + 400, lastGoodAt: START + 500 },
    { deviceId: "lid-1b", normalSince: START + 200, lastGoodAt: START + 200 },
  ]);
  alerts.judge([reading("lid-1", "tiltDeg", 30, START + 700)]);
  expect(health()[0]).toEqual({
    deviceId: "lid-1",
    lastGoodAt: START + 500,
    lastAbnormalAt: START + 700,
  });
  alerts.judge([
    reading("lid-1", "isOpen", 0, START + 750),
    reading("lid-1", "tiltDeg", 1, START + 800),
  ]);
  expect(health()[0]).toMatchObject({ normalSince: START + 800, lastGoodAt: START + 800 });
});

test("a watch that is asked for again keeps its proof; a later one begins anew; an ended one is gone", () => {
  const health = (): object | undefined => proofOf("cover-1", "cover-displaced")[0];
  alerts.watch("cover-1", "cover-displaced", START);
  alerts.judge([reading("lid-1", "isOpen", 0, START + 10)]);
  alerts.watch("cover-1", "cover-displaced", START);
  expect(health()).toMatchObject({ normalSince: START + 10 });
  alerts.watch("cover-1", "cover-displaced", START + 20);
  expect(health()).toEqual({ deviceId: "lid-1" });
  alerts.judge([reading("lid-1", "isOpen", 0, START + 30)]);
  expect(health()).toMatchObject({ normalSince: START + 30 });
  alerts.unwatch("cover-1", "cover-displaced");
  expect(health()).toEqual({ deviceId: "lid-1" });
});

test("effluent is proven by a day's mean alone", () => {
  alerts.watch("outlet-1", "effluent-over-limit", START);
  alerts.judge([
    reading("out-1", "codMgL", 20, START + 1),
    reading("out-1", "codMgL", 20, START + 2, { period: "hour" }),
  ]);
  const health = (): object[] => proofOf("outlet-1", "effluent-over-limit");
  expect(health()).toEqual([{ deviceId: "out-1" }]);
  alerts.judge([
    reading("out-1", "codMgL", 20, START + 3, { period: "day" }),
    reading("out-1", "tpMgL", 0.9, START + 3, { period: "day" }),
  ]);
  expect(health()).toEqual([
    { deviceId: "out-1", lastGoodAt: START + 3, lastAbnormalAt: START + 3 },
  ]);
  alerts.judge([reading("out-1", "tpMgL", 0.4, START + 4, { period: "day" })]);
  expect(health()).toEqual([{ deviceId: "out-1", normalSince: START + 4, lastGoodAt: START + 4 }]);
});

test("a device that never reported what a condition is judged by is not asked for proof", async () => {
  registry.add("gas-1", assetOf("cover-1", "manhole-cover"));
  const reported = [
    { deviceId: "lid-1", measurement: "tiltDeg" },
    { deviceId: "gas-1", measurement: "ch4LelPercent" },
  ];
  await begin(START, { latest: () => reported });
  const witnesses = (conditionId: string): string[] =>
    alerts.health("cover-1", conditionId).devices.map(({ deviceId }) => deviceId);
  expect(witnesses("cover-displaced")).toEqual(["lid-1"]);
  expect(witnesses("gas-leak-fence")).toEqual(["gas-1"]);
  expect(witnesses("sewer-level")).toEqual(["lid-1", "gas-1"]);
  expect(witnesses("lamp-off")).toEqual([]);
});

test("a condition's sensor was heard by the newest good reading of what it is judged by", async () => {
  const read = (measurement: string, receivedAt: number, flags = 0) => ({
    ...{ deviceId: "lid-1", measurement, receivedAt, flags },
  });
  let reported = [read("tiltDeg", START + 1), read("isOpen", START + 2, FLAG_BITS.range)];
  await begin(START, { latest: () => reported });
  const heard = () => alerts.health("cover-1", "cover-displaced").devices[0]?.heardAt;
  // What is suspect says nothing, nor does another measurement.
  expect(heard()).toBe(START + 1);
  reported = [...reported, read("batteryPercent", START + 9)];
  expect(heard()).toBe(START + 1);
  reported = [read("tiltDeg", START + 5)];
  expect(heard()).toBe(START + 5);
  const silentAt = () => alerts.health("cover-1", "cover-displaced").devices[0]?.silentAt ?? 0;
  const afterMs = silentAt() - (START + 5);
  expect(afterMs).toBeGreaterThan(HOUR_MS);
  // What the platform could not hear is no silence.
  alerts.deaf(START + HOUR_MS, START + 3 * HOUR_MS);
  expect(silentAt()).toBe(START + 5 + afterMs + 2 * HOUR_MS);
  reported = [];
  expect(heard()).toBeUndefined();
});

describe("when a rule changes", () => {
  const put = (ruleId: string, change: object, now: Instant): void => {
    const rule = alerts.rule(ruleId);
    if (rule === undefined) throw new Error(`no rule ${ruleId}`);
    alerts.putRule({ ...rule, ...change }, { by: "engineer-1", now });
  };

  test("a silence that it no longer judges, and then does again, is another alarm", async () => {
    const isOfLid = ({ alarm }: AlarmHappening) => alarm.deviceId === "lid-1";
    const told = (): string[] =>
      alerts
        .pending()
        .filter(isOfLid)
        .map(({ kind, at }) => `${kind} +${(at - START) / HOUR_MS}`);
    alerts.heard("lid-1", START);
    alerts.tick(START + 4 * HOUR_MS);
    put("manhole-cover.no-data", { enabled: false }, START + 5 * HOUR_MS);
    put("manhole-cover.no-data", { enabled: true }, START + 6 * HOUR_MS);
    alerts.tick(START + 6 * HOUR_MS - 1);
    alerts.tick(START + 7 * HOUR_MS);
    expect(told()).toEqual(["raised +3", "cleared +5", "raised +6"]);
    const ids = alerts
      .pending()
      .filter(isOfLid)
      .map(({ alarm }) => alarm.alarmId);
    expect(new Set(ids).size).toBe(2);
  });

  test("and no longer judges, what it found abnormal does not stand against the proof", () => {
    alerts.watch("cover-1", "cover-displaced", START);
    alerts.judge([
      reading("lid-1", "tiltDeg", 1, START + 100),
      reading("lid-1", "isOpen", 1, START + 200),
    ]);
    const health = (): object[] => proofOf("cover-1", "cover-displaced");
    expect(health()[0]).not.toHaveProperty("normalSince");
    put("manhole-cover.open", { enabled: false }, START + 300);
    expect(health()).toEqual([
      { deviceId: "lid-1", normalSince: START + 100, lastGoodAt: START + 100 },
    ]);
  });

  test("the end of a case still resets the alarms that were raised for it", async () => {
    alerts.judge([reading("lid-1", "isOpen", 1, START), reading("lid-1", "isOpen", 0, START + 1)]);
    alerts.tick(START + 10 * MINUTE_MS);
    await happened();
    put("manhole-cover.open", { conditionId: "cover-broken" }, START + HOUR_MS);
    alerts.reset("cover-1", "cover-broken", START + HOUR_MS + 1);
    expect(await happened()).toEqual([]);
    alerts.reset("cover-1", "cover-displaced", START + HOUR_MS + 2);
    expect(await happened()).toEqual([`lid-1 manhole-cover.open cleared +${HOUR_MS + 2}`]);
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
  await begin(now, {}, now - 1, before);
  alerts.setHeard("lid-1", START);
  alerts.tick(now + 1_000);
  const lines = (await happened()).filter((line) => line.startsWith("lid-1"));
  expect(lines).toEqual([
    `lid-1 manhole-cover.no-data cleared +${4 * HOUR_MS}`,
    `lid-1 manhole-cover.no-data raised +${4 * HOUR_MS}`,
  ]);
});

test("an alarm that is over and not saved yet is shelved as one that is over", async () => {
  alerts.judge([reading("lid-1", "o2Percent", 18, START)]);
  await alerts.save(nowhere);
  const [raised] = alerts.pending();
  const alarmId = raised?.alarm.alarmId ?? "";
  alerts.committed();
  alerts.acknowledge(alarmId, { by: "ganger" }, START + 10);
  alerts.judge([reading("lid-1", "o2Percent", 21, START + 30)]);
  alerts.tick(START + 6 * MINUTE_MS);
  // A transaction failed: the database still has it as it was raised.
  const stale: Sql = { ...nowhere, get: async () => rowOf(raised?.alarm) as never };
  const words = { by: "engineer-1", reason: "calibration", mayShelveLifeSafety: true };
  const until = START + HOUR_MS;
  const shelved = await alerts.shelve(stale, alarmId, { ...words, until }, START + 7 * MINUTE_MS);
  expect(shelved).toMatchObject({ state: "shelved", clearedAt: expect.any(Number) });
  const over = await alerts.unshelve(stale, alarmId, START + 8 * MINUTE_MS);
  expect(over).toMatchObject({ state: "normal", acknowledgedBy: "ganger" });
});

test("the default rules are those of the classes", () => {
  const ids = ASSET_CLASSES.flatMap(({ rules }) => rules.map(({ ruleId }) => ruleId));
  expect(alerts.rules().map(({ ruleId }) => ruleId)).toEqual(ids);
  expect(alerts.rule("waste-bin.full")).toMatchObject({ conditionId: "bin-full" });
  expect(alerts.rule("waste-bin.unheard-of")).toBeUndefined();
});
