/** What readings become: alarms that are raised, held, acknowledged, saved and over. */
import { beforeEach, describe, expect, test } from "vitest";
import type { AlarmHappening } from "../model/alarm.ts";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { HOUR_MS, type Instant, MINUTE_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { isErrorCode } from "../model/errors.ts";
import { FLAG_BITS } from "../model/reading.ts";
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
  proofOf,
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
    const health = (): object[] => proofOf(alerts, "cover-1", "cover-displaced");
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
