/**
 * Alarms and the real database: what was saved comes back whole, a transaction that failed loses
 * nothing, and a platform that is restarted at any moment raises what it would have raised.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Alerts, alertsMigrations, createAlerts } from "../alerts/alerts.ts";
import type { DatabaseDoor } from "../database/database.ts";
import type { AlarmRecord } from "../model/alarm.ts";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { HOUR_MS, type Instant, MINUTE_MS } from "../model/clock.ts";
import { isErrorCode } from "../model/errors.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { FLAG_BITS, type Reading } from "../model/reading.ts";
import { Asset, Device, type DeviceEntry, type RegistryView } from "../model/registry.ts";
import type { Rule } from "../model/rule.ts";
import { createTestDatabase } from "./support/city-database.ts";

const START = Date.parse("2026-11-22T20:00:00+08:00");
const DEVICES = [
  ["lid-1", "cover-1", "manhole-cover"],
  ["lid-2", "cover-1", "manhole-cover"],
  ["lamp-1", "light-1", "streetlight"],
  ["bin-1", "can-1", "waste-bin"],
] as const;

const entries = new Map<string, DeviceEntry>(
  DEVICES.map(([deviceId, assetId, slug]) => [
    deviceId,
    {
      device: Device.parse({ deviceId, assetId }),
      asset: Asset.parse({
        assetId,
        class: slug,
        componentCode: "4115240101000001",
        name: assetId,
        lon: 114.9,
        lat: 31.8,
      }),
    },
  ]),
);
const registry: RegistryView = {
  device: (deviceId) => entries.get(deviceId),
  deviceByExternalId: () => undefined,
  devices: () => entries.values(),
  asset: () => undefined,
  devicesOf: (assetId) => [...entries.values()].filter(({ asset }) => asset.assetId === assetId),
  devicesOfGateway: () => [],
  partsOf: () => [],
  unit: () => undefined,
  crewsOf: () => [],
  crew: () => undefined,
};

let directory: string;
let database: DatabaseDoor;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "gridwarden-alerts-"));
  database = await openDatabase("alerts.sqlite");
});

afterEach(async () => {
  await database.close();
  await rm(directory, { recursive: true });
});

async function openDatabase(name: string): Promise<DatabaseDoor> {
  const deps = { log: silentLog, metrics: memoryMetrics() };
  const opened = createTestDatabase(deps, { file: join(directory, name) });
  await opened.open(alertsMigrations);
  return opened;
}

async function startAlerts(now: Instant, downSince?: Instant, from = database): Promise<Alerts> {
  const alerts = createAlerts({
    registry,
    classes: ASSET_CLASSES,
    zone: timeZone("Asia/Shanghai"),
    log: silentLog,
    metrics: memoryMetrics(),
  });
  await alerts.load(from.reader, downSince === undefined ? { now } : { now, downSince });
  return alerts;
}

async function commit(alerts: Alerts, to = database): Promise<string[]> {
  const happened = await to.transaction(async (tx) => {
    await alerts.save(tx);
    return alerts.pending().map(({ kind, alarm, at }) => `${alarm.alarmId} ${kind} ${at - START}`);
  });
  alerts.committed();
  return happened;
}

function reading(
  deviceId: string,
  measurement: string,
  value: number,
  at: Instant,
  flags = 0,
): Reading {
  const id = Device.shape.deviceId.parse(deviceId);
  return {
    deviceId: id,
    measurement,
    period: "instant",
    observedAt: at,
    receivedAt: at,
    value,
    flags,
  };
}

test("an alarm is stored with all that it carries, and changed where it changes", async () => {
  const alerts = await startAlerts(START);
  alerts.judge([reading("lid-1", "isOpen", 1, START + 5, FLAG_BITS["clock-absent"])]);
  await commit(alerts);
  const [raised] = (await alerts.list(database.reader, {})).items;
  expect(raised).toEqual({
    alarmId: expect.stringMatching(/^[0-9a-f]{24}$/),
    ruleId: "manhole-cover.open",
    ruleVersion: 1,
    assetId: "cover-1",
    deviceId: "lid-1",
    class: "manhole-cover",
    conditionId: "cover-displaced",
    severity: "critical",
    lifeSafety: true,
    state: "unacknowledged",
    raisedAt: START + 5,
    evidence: {
      measurement: "isOpen",
      value: 1,
      observedAt: START + 5,
      receivedAt: START + 5,
      flags: FLAG_BITS["clock-absent"],
    },
  });
  const alarmId = raised?.alarmId ?? "";
  alerts.acknowledge(alarmId, { by: "ganger", note: "seen" }, START + 10);
  alerts.judge([reading("lid-1", "isOpen", 0, START + 20)]);
  alerts.tick(START + HOUR_MS);
  await commit(alerts);
  expect(await alerts.get(database.reader, alarmId)).toEqual({
    ...raised,
    state: "latched",
    acknowledgedAt: START + 10,
    acknowledgedBy: "ganger",
    note: "seen",
    returnedAt: START + 20 + MINUTE_MS,
  });
  alerts.acknowledge(alarmId, { by: "lead" }, START + HOUR_MS);
  await commit(alerts);
  expect(await alerts.get(database.reader, alarmId)).toMatchObject({
    state: "normal",
    clearedAt: START + HOUR_MS,
    clearedBy: "lead",
  });
  expect(await alerts.get(database.reader, "0123")).toBeUndefined();
});

test("lists are newest first, page by page, by state and by asset", async () => {
  const alerts = await startAlerts(START);
  for (let n = 0; n < 5; n++) {
    const at = START + n * 5 * MINUTE_MS;
    alerts.judge([reading("lid-1", "isOpen", 1, at), reading("lid-1", "isOpen", 0, at + 1)]);
  }
  const last = START + HOUR_MS;
  alerts.judge([reading("lid-1", "isOpen", 1, last), reading("bin-1", "temperatureC", 80, last)]);
  await commit(alerts);
  const all = (await alerts.list(database.reader, {})).items;
  expect(all.map(({ raisedAt }) => raisedAt)).toEqual(
    all.map(({ raisedAt }) => raisedAt).sort((a, b) => b - a),
  );
  expect(all).toHaveLength(7);

  const paged: AlarmRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await alerts.list(database.reader, {
      limit: 3,
      ...(cursor === undefined ? {} : { cursor }),
    });
    expect(page.items.length).toBeLessThanOrEqual(3);
    paged.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  expect(paged).toEqual(all);

  const standing = await alerts.list(database.reader, { state: "unacknowledged" });
  expect(standing.items.map(({ deviceId }) => deviceId).sort()).toEqual(["bin-1", "lid-1"]);
  const ofCan = await alerts.list(database.reader, { assetId: "can-1" });
  expect(ofCan.items.map(({ ruleId }) => ruleId)).toEqual(["waste-bin.fire"]);
  const refused = alerts.list(database.reader, { cursor: "' or 1=1" });
  await expect(refused).rejects.toSatisfy((error) => isErrorCode(error, "REQUEST_INVALID"));
});

test("a transaction that fails loses nothing and doubles nothing", async () => {
  const alerts = await startAlerts(START);
  alerts.judge([reading("lid-1", "isOpen", 1, START)]);
  const broken = database.transaction(async (tx) => {
    await alerts.save(tx);
    throw new Error("the disk is gone");
  });
  await expect(broken).rejects.toThrow();
  expect((await alerts.list(database.reader, {})).items).toEqual([]);
  alerts.judge([reading("lid-2", "isOpen", 1, START + 1)]);
  expect(await commit(alerts)).toHaveLength(2);
  expect(await commit(alerts)).toEqual([]);
  expect((await alerts.list(database.reader, {})).items).toHaveLength(2);
});

test("the database itself refuses a second record of one occurrence", async () => {
  const alerts = await startAlerts(START);
  alerts.judge([reading("lid-1", "isOpen", 1, START)]);
  await commit(alerts);
  const again = (raisedAt: number) =>
    database.transaction((tx) =>
      tx.run(
        `insert into alarms (alarm_id, rule_id, rule_version, asset_id, device_id, class, severity,
           life_safety, state, raised_at)
         select 'another', rule_id, rule_version, asset_id, device_id, class, severity, life_safety,
           state, ? from alarms`,
        [raisedAt],
      ),
    );
  const refused = again(START);
  await expect(refused).rejects.toSatisfy((error) => isErrorCode(error, "DATABASE_FAILED"));
  expect(await again(START + 1)).toEqual({ changes: 1 });
});

test("a proof of repair and its devices outlive a restart, and end when the watch does", async () => {
  const first = await startAlerts(START);
  first.watch("cover-1", "cover-displaced", START);
  first.judge([
    reading("lid-1", "isOpen", 0, START + 10),
    reading("lid-1", "tiltDeg", 1, START + 20),
    reading("lid-2", "isOpen", 1, START + 30),
  ]);
  await commit(first);
  const second = await startAlerts(START + HOUR_MS, START + MINUTE_MS);
  const proof = [
    { deviceId: "lid-1", normalSince: START + 20, lastGoodAt: START + 20 },
    { deviceId: "lid-2", lastAbnormalAt: START + 30 },
  ];
  expect(second.health("cover-1", "cover-displaced").devices).toMatchObject(proof);
  second.watch("cover-1", "cover-displaced", START);
  expect(second.health("cover-1", "cover-displaced").devices).toMatchObject(proof);
  second.judge([reading("lid-2", "isOpen", 0, START + HOUR_MS)]);
  expect(second.health("cover-1", "cover-displaced").devices[1]).toMatchObject({
    normalSince: START + HOUR_MS,
  });
  second.unwatch("cover-1", "cover-displaced");
  await commit(second);
  expect(await database.reader.all("select * from alarm_watches")).toEqual([]);
});

test("an alarm of a device that was deleted while the platform was down is cleared", async () => {
  const first = await startAlerts(START);
  first.judge([reading("bin-1", "temperatureC", 80, START)]);
  first.judge([reading("bin-1", "fillPercent", 99, START)]);
  await commit(first);
  const entry = entries.get("bin-1");
  entries.delete("bin-1");
  try {
    const second = await startAlerts(START + HOUR_MS, START);
    const [happening] = await commit(second);
    expect(happening).toMatch(/ cleared 3600000$/);
    const [alarm] = (await second.list(database.reader, {})).items;
    expect(alarm).toMatchObject({ state: "normal", clearedAt: START + HOUR_MS });
    expect(await database.reader.all("select * from alarm_states")).toEqual([]);
  } finally {
    if (entry !== undefined) entries.set("bin-1", entry);
  }
});

test("what the platform did not hear counts for no silence after a restart either, nor after two", async () => {
  const hour = (n: number): Instant => START + n * HOUR_MS;
  const silences = async (alerts: Alerts): Promise<number> => {
    await commit(alerts);
    const { items } = await alerts.list(database.reader, {});
    return items.filter(({ ruleId }) => ruleId === "manhole-cover.no-data").length;
  };
  const restart = async (now: Instant, downSince: Instant): Promise<Alerts> => {
    const alerts = await startAlerts(now, downSince);
    // The store knows only when they were truly heard.
    for (const [deviceId] of DEVICES) alerts.setHeard(deviceId, hour(0));
    return alerts;
  };
  const first = await startAlerts(hour(0));
  for (const [deviceId] of DEVICES) first.heard(deviceId, hour(0));
  first.deaf(hour(1), hour(11));
  first.tick(hour(11));
  expect(await silences(first)).toBe(0);
  // Deaf again, and stopped meanwhile.
  first.tick(hour(12), { canHear: false });
  first.tick(hour(20), { canHear: false });
  expect(await silences(first)).toBe(0);
  const second = await restart(hour(30), hour(20));
  second.tick(hour(30) + MINUTE_MS);
  expect(await silences(second)).toBe(0);
  const third = await restart(hour(31) - MINUTE_MS, hour(31) - 2 * MINUTE_MS);
  third.tick(hour(31) + MINUTE_MS - 1);
  expect(await silences(third)).toBe(0);
  third.tick(hour(31) + 2 * MINUTE_MS);
  expect(await silences(third)).toBe(2);
  const raised = (await third.list(database.reader, {})).items.filter(
    ({ ruleId }) => ruleId === "manhole-cover.no-data",
  );
  expect(raised.map(({ raisedAt }) => raisedAt)).toEqual([
    hour(31) + MINUTE_MS,
    hour(31) + MINUTE_MS,
  ]);
  // What is long over is not kept for ever.
  third.tick(hour(40));
  await commit(third);
  expect(await database.reader.all("select * from alarm_deaf_spans")).toEqual([]);
});

interface Step {
  afterMs: number;
  what:
    | { kind: "reading"; deviceId: string; measurement: string; value: number; flags: number }
    | { kind: "heard"; deviceId: string }
    | { kind: "acknowledge" };
}

const MEASURED: { deviceId: string; measurement: string; values: number[] }[] = [
  { deviceId: "lid-1", measurement: "isOpen", values: [0, 1] },
  { deviceId: "lid-2", measurement: "tiltDeg", values: [1, 9, 30, -5, 400] },
  { deviceId: "lid-1", measurement: "waterLevelCm", values: [50, 155, 170] },
  { deviceId: "lamp-1", measurement: "isLit", values: [0, 1] },
  { deviceId: "bin-1", measurement: "fillPercent", values: [50, 90, 99] },
];

const anyReading = fc.constantFrom(...MEASURED).chain(({ values, ...measured }) =>
  fc.constantFrom(...values).map((value): Step["what"] => {
    const isPastRange = value < 0 || value > 180;
    return { kind: "reading", ...measured, value, flags: isPastRange ? FLAG_BITS.range : 0 };
  }),
);

const anyStep: fc.Arbitrary<Step> = fc.record({
  afterMs: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 12 * MINUTE_MS }) },
    { weight: 1, arbitrary: fc.integer({ min: HOUR_MS, max: 5 * HOUR_MS }) },
  ),
  what: fc.oneof(
    { weight: 8, arbitrary: anyReading },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(...DEVICES)
        .map(([deviceId]) => ({ kind: "heard" as const, deviceId })),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "acknowledge" as const }) },
  ),
});

/** Lives through the steps; before the steps named it is stopped and started anew. */
async function live(steps: readonly Step[], restarts: ReadonlySet<number>, name: string) {
  const own = await openDatabase(name);
  const heardAt = new Map<string, Instant>();
  const happened: string[] = [];
  const stored: Reading[] = [];
  let now = START;
  let alerts = await startAlerts(now, undefined, own);
  for (const [index, { afterMs, what }] of steps.entries()) {
    if (restarts.has(index)) {
      alerts = await startAlerts(now, now, own);
      for (const [deviceId] of DEVICES) alerts.setHeard(deviceId, heardAt.get(deviceId) ?? START);
      alerts.remember(stored);
    }
    now += afterMs;
    if (what.kind === "acknowledge") {
      const standing = await alerts.list(own.reader, { state: "unacknowledged" });
      const oldest = standing.items.at(-1);
      if (oldest !== undefined) alerts.acknowledge(oldest.alarmId, { by: "ganger" }, now);
    } else {
      heardAt.set(what.deviceId, now);
      alerts.heard(what.deviceId, now);
      if (what.kind === "reading") {
        const { deviceId, measurement, value, flags } = what;
        const read = reading(deviceId, measurement, value, now, flags);
        stored.push(read);
        alerts.judge([read]);
      }
    }
    alerts.tick(now);
    happened.push(...(await commit(alerts, own)));
  }
  alerts.tick(now + 24 * HOUR_MS);
  happened.push(...(await commit(alerts, own)));
  const alarms = (await alerts.list(own.reader, { limit: 1000 })).items;
  await own.close();
  return { happened: happened.sort(), alarms };
}

test("restarted at any moment, the platform raises, returns and clears the same alarms", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 10, maxLength: 40 }),
      fc.array(fc.nat({ max: 39 }), { minLength: 1, maxLength: 10 }),
      async (steps, restarts) => {
        run++;
        const through = await live(steps, new Set(), `through-${run}.sqlite`);
        const stopped = await live(steps, new Set(restarts), `stopped-${run}.sqlite`);
        expect(stopped).toEqual(through);
      },
    ),
    { numRuns: 25 },
  );
});

test("a rule that this build cannot read is followed by the next version, which outlives a restart", async () => {
  const first = await startAlerts(START);
  const { version: _version, ...tilt } = first.rule("manhole-cover.tilt") ?? ({} as Rule);
  for (const severity of ["major", "warning"] as const) {
    first.putRule({ ...tilt, severity }, { by: "engineer", now: START });
    await commit(first);
  }
  expect(
    (await first.ruleVersions(database.reader, tilt.ruleId)).map(({ rule }) => rule.version),
  ).toEqual([3, 2]);
  await database.transaction((tx) =>
    tx.run('update alarm_rules set body = \'{"from":"another build"}\' where version = 3'),
  );
  const second = await startAlerts(START);
  expect(second.rule(tilt.ruleId)).toMatchObject({ version: 1, severity: "critical" });
  expect(
    second.putRule({ ...tilt, severity: "notice" }, { by: "engineer", now: START }),
  ).toMatchObject({ version: 4 });
  await commit(second);
  expect((await startAlerts(START)).rule(tilt.ruleId)).toMatchObject({
    version: 4,
    severity: "notice",
  });
});
