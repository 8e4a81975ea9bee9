/**
 * The figures of the alarms on a real database, each by alarms made for it; and at the running
 * platform, from a reading to the API and the metrics.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { alarmPerformance, floodShare } from "../alerts/alarm-performance.ts";
import { writeAlarm } from "../alerts/alarm-tables.ts";
import { alertsMigrations } from "../alerts/alerts.ts";
import { markTold } from "../alerts/performance-tables.ts";
import type { DatabaseDoor } from "../database/database.ts";
import type { AlarmHappening, AlarmRecord } from "../model/alarm.ts";
import type { AlarmPerformance } from "../model/alarm-performance.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../model/clock.ts";
import { AlarmId, AssetId, DeviceId, RuleId } from "../model/ids.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { connect, foundCity } from "./support/city.ts";
import { createTestDatabase } from "./support/city-database.ts";
import { startPlatform, until } from "./support/platform.ts";

const FROM = Date.parse("2026-11-23T00:00+08:00");
const TO = FROM + DAY_MS;

let folder: string;
let database: DatabaseDoor;
let alarmCount: number;

async function openDatabase(migrations = alertsMigrations, name = "city.db"): Promise<void> {
  database = createTestDatabase(
    { log: silentLog, metrics: memoryMetrics() },
    { file: join(folder, name) },
  );
  await database.open(migrations);
}

type Made = Partial<Omit<AlarmRecord, "deviceId">> & { deviceId?: string; toldAt?: Instant | null };

/** Told as it was raised, and over a minute later, where nothing else is said. */
async function alarm(raisedAt: Instant, made: Made = {}): Promise<void> {
  const { deviceId = "lid-1", toldAt = raisedAt, ...more } = made;
  alarmCount += 1;
  const record: AlarmRecord = {
    alarmId: AlarmId.parse(`a${String(alarmCount).padStart(4, "0")}`),
    ruleId: RuleId.parse("manhole-cover.water-high"),
    ruleVersion: 1,
    assetId: AssetId.parse(`asset-of-${deviceId}`),
    deviceId: DeviceId.parse(deviceId),
    class: "manhole-cover",
    severity: "notice",
    lifeSafety: false,
    state: "normal",
    raisedAt,
    ...(more.state === undefined
      ? { returnedAt: raisedAt + MINUTE_MS, clearedAt: raisedAt + MINUTE_MS }
      : {}),
    ...more,
  };
  const told: AlarmHappening[] =
    toldAt === null ? [] : [{ kind: "raised", alarm: record, at: toldAt }];
  await database.transaction(async (tx) => {
    await writeAlarm(tx, record);
    await markTold(tx, told);
  });
}

const unitOf = (assetId: string): string | undefined =>
  ({ "asset-of-lid-1": "drains", "asset-of-lid-2": "drains", "asset-of-lid-3": "parks" })[assetId];
const read = (from = FROM, to = TO, now = to): Promise<AlarmPerformance> =>
  alarmPerformance(database.reader, { from, to }, now, unitOf);

describe("on a database of its own", () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "gridwarden-performance-"));
    alarmCount = 0;
    await openDatabase();
  });

  afterEach(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("a day without alarms meets every benchmark", async () => {
    const figures = await read();
    expect(figures).toMatchObject({ raised: 0, worstActors: [], standing: 0, units: [] });
    const { averagePer10Min, peakPer10Min, floodShare: flood, worstShare, chattering } = figures;
    for (const each of [averagePer10Min, peakPer10Min, flood, worstShare, chattering]) {
      expect(each).toMatchObject({ value: 0, isMet: true });
    }
    expect(figures.peakPer10Min).not.toHaveProperty("at");
    for (const each of Object.values(figures.bySeverity)) expect(each.isMet).toBe(true);
  });

  test("rate, peak and flood are counted by 10 minutes of the span", async () => {
    for (let n = 0; n < 12; n += 1) await alarm(FROM + HOUR_MS + n * 1_000, { deviceId: `d-${n}` });
    for (let n = 0; n < 6; n += 1) {
      await alarm(FROM + HOUR_MS + 10 * MINUTE_MS + n, { deviceId: `d-${n}` });
    }
    await alarm(FROM - 1);
    await alarm(TO);
    const figures = await read();
    expect(figures.raised).toBe(18);
    expect(figures.averagePer10Min).toEqual({
      value: 0.125,
      target: 1,
      sense: "atMost",
      isMet: true,
    });
    expect(figures.peakPer10Min).toEqual({
      value: 12,
      target: 10,
      sense: "atMost",
      isMet: false,
      at: FROM + HOUR_MS,
    });
    // Two buckets of 144: the second goes on with 6, which alone would be no flood.
    expect(figures.floodShare.value).toBeCloseTo(2 / 144);
    expect(figures.floodShare.isMet).toBe(false);
  });

  test("a span that is not over yet ends now, and its rate is of what has passed", async () => {
    await alarm(FROM + MINUTE_MS);
    const figures = await read(FROM, TO, FROM + 20 * MINUTE_MS);
    expect(figures.to).toBe(FROM + 20 * MINUTE_MS);
    expect(figures.averagePer10Min.value).toBe(0.5);
  });

  test("what nobody was told of is no burden; what was told late is one when it was told", async () => {
    await alarm(FROM + HOUR_MS, { toldAt: null });
    await alarm(FROM - HOUR_MS, { toldAt: FROM + 2 * HOUR_MS });
    await alarm(FROM + 3 * HOUR_MS, { toldAt: TO + HOUR_MS });
    const figures = await read();
    expect(figures.raised).toBe(1);
    expect(figures.peakPer10Min.at).toBe(FROM + 2 * HOUR_MS);
  });

  test("told again, the first time stands", async () => {
    await alarm(FROM + HOUR_MS);
    const row = await database.reader.get<{ id: string }>("select alarm_id as id from alarms");
    const again = { kind: "raised", alarm: { alarmId: row?.id }, at: TO } as AlarmHappening;
    await database.transaction((tx) => markTold(tx, [again]));
    expect((await read()).raised).toBe(1);
  });

  test("of each severity its share, against 80, 15, 5 and less than 1 %", async () => {
    const counts = { notice: 79, warning: 15, major: 5, critical: 1 } as const;
    for (const [severity, count] of Object.entries(counts)) {
      for (let n = 0; n < count; n += 1) {
        await alarm(FROM + n * MINUTE_MS, {
          deviceId: `${severity}-${n}`,
          severity: severity as "notice",
        });
      }
    }
    const { bySeverity } = await read();
    const found = Object.entries(bySeverity).map(([name, { count, value, isMet }]) => [
      name,
      count,
      value,
      isMet,
    ]);
    expect(found).toEqual([
      ["notice", 79, 0.79, false],
      ["warning", 15, 0.15, true],
      ["major", 5, 0.05, true],
      ["critical", 1, 0.01, false],
    ]);
  });

  test("the ten worst are named, most first, with their shares; units with theirs", async () => {
    for (let n = 1; n <= 12; n += 1) {
      for (let times = 0; times < n; times += 1) {
        await alarm(FROM + times * HOUR_MS + n, { deviceId: `lid-${n}` });
      }
    }
    const { worstActors, worstShare, units } = await read();
    expect(worstActors).toHaveLength(10);
    expect(worstActors[0]).toEqual({
      deviceId: "lid-12",
      assetId: "asset-of-lid-12",
      ruleId: "manhole-cover.water-high",
      count: 12,
      share: 12 / 78,
    });
    expect(worstShare).toMatchObject({ value: 75 / 78, target: 0.05, isMet: false });
    expect(units.map(({ unitId, raised }) => [unitId, raised])).toEqual([
      [undefined, 72],
      ["drains", 3],
      ["parks", 3],
    ]);
  });

  test("chattering are devices and rules with five raises in ten minutes, told or not", async () => {
    const times = (deviceId: string, gapMs: number, toldAt?: null) =>
      Promise.all(
        [0, 1, 2, 3, 4].map((n) =>
          alarm(FROM + HOUR_MS + n * gapMs, { deviceId, ...(toldAt === null ? { toldAt } : {}) }),
        ),
      );
    await times("fast", MINUTE_MS);
    await times("held", 2 * MINUTE_MS, null);
    await times("slow", 2.5 * MINUTE_MS);
    expect((await read()).chattering).toEqual({
      value: 2,
      target: 0,
      sense: "atMost",
      isMet: false,
    });
  });

  test("standing and stale are as it is now: what is held is neither, what is normal again not stale", async () => {
    const long = TO - 25 * HOUR_MS;
    await alarm(long, { state: "unacknowledged" });
    await alarm(long + 1, { state: "acknowledged", deviceId: "lid-2" });
    await alarm(long, { state: "latched", deviceId: "lid-3" });
    await alarm(long, { state: "shelved", deviceId: "lid-4" });
    await alarm(TO - DAY_MS, { state: "unacknowledged", deviceId: "lid-5" });
    const { standing, stale, staleAlarms } = await read();
    expect(standing).toBe(4);
    expect(stale).toEqual({ value: 2, target: 5, sense: "below", isMet: true });
    expect(staleAlarms.map(({ deviceId, raisedAt }) => [deviceId, raisedAt])).toEqual([
      ["lid-1", long],
      ["lid-2", long + 1],
    ]);
  });

  test("alarms of an older version count as told where nothing held them", async () => {
    await database.close();
    const older = "older.db";
    await openDatabase(
      alertsMigrations.filter(({ id }) => id < "alerts-0010"),
      older,
    );
    await database.transaction(async (tx) => {
      for (const [id, state] of ["normal", "shelved"].entries()) {
        await tx.run(
          `insert into alarms (alarm_id, rule_id, rule_version, asset_id, device_id, class,
             severity, life_safety, state, raised_at) values (?,?,1,'c','d','x','notice',0,?,?)`,
          [`a${id}`, `x.r${id}`, state, FROM + id],
        );
      }
    });
    await database.close();
    await openDatabase(alertsMigrations, older);
    expect((await read()).raised).toBe(1);
  });
});

test.each([
  [[11], 1],
  [[10], 0],
  [[11, 5, 5, 4, 5], 3],
  [[5, 11, 0, 5], 1],
])("of four hours' tenths with %j a flood takes %i", (counts, wanted) => {
  const buckets = counts.map((count, index) => ({ index, count }));
  const span = { from: 0, to: 240 * MINUTE_MS };
  expect(floodShare(buckets, span) * 24).toBeCloseTo(wanted);
});

test("at the running platform an alarm is in the figures once, also after a restart", async () => {
  let city = await startPlatform();
  const key = await (await foundCity(city.api)).addDevice("manhole-cover", "mc-1");
  const lid = await connect(city.ports.mqtt ?? 0, "mc-1", key);
  await lid.publishAsync(
    "v1/manhole-cover/mc-1/telemetry",
    JSON.stringify({ values: { isOpen: true } }),
    { qos: 1 },
  );
  await lid.endAsync();
  const figures = async () =>
    (await city.api.get<AlarmPerformance>("/api/v1/alarms/performance")).body;
  await until(async () => (await figures()).raised > 0, "the figures");
  const directory = city.directory;
  await city.stop("keep");
  city = await startPlatform({}, directory);
  // A slow machine may have told the centre of itself.
  const told = (await city.api.get<{ items: unknown[] }>("/api/v1/notices")).body.items.length;
  expect(await figures()).toMatchObject({
    raised: 1,
    worstActors: [{ deviceId: "mc-1", ruleId: "manhole-cover.open", count: 1, share: 1 }],
    standing: 1,
    units: [{ unitId: "works", raised: 1 }],
    load: [
      { state: "calm", per10Min: 1 + told, gathered: 0 },
      { crewId: "crew-1", state: "calm", per10Min: 1, gathered: 0 },
    ],
  });
  const metrics = async (): Promise<string> =>
    await (await fetch(`http://127.0.0.1:${city.ports.http}/metrics`)).text();
  await until(async () => (await metrics()).includes("gridwarden_alarms_told 1\n"), "the metrics");
  expect(await metrics()).toContain(`gridwarden_alarms_severity_share{severity="critical"} 1`);
  await city.stop();
});
