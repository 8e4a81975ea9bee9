/**
 * Latched alarms, reminders, and what keeps alarms from being told: shelves, suppression, assets
 * out of service; each as people and cases see it, and over a restart.
 */
import { beforeEach, describe, expect, test } from "vitest";
import { type Alerts, alertsMigrations } from "../alerts/alerts.ts";
import type { AlarmRecord } from "../model/alarm.ts";
import { DAY_MS, type Instant } from "../model/clock.ts";
import { isErrorCode } from "../model/errors.ts";
import { commit, minute, openAlarmWorld, reading, START } from "./support/alarm-world.ts";

const world = openAlarmWorld();
let alerts: Alerts;

beforeEach(async () => {
  alerts = await world.start(START);
});

const told = (): Promise<string[]> => commit(alerts, world.database);
const restart = async (now: Instant): Promise<void> => {
  alerts = await world.start(now);
};
const gas = (value: number, at: Instant, deviceId = "a"): void =>
  alerts.judge([reading(deviceId, "ch4LelPercent", value, at)]);
const water = (value: number, at: Instant): void =>
  alerts.judge([reading("a", "waterLevelCm", value, at)]);
const list = async (state?: AlarmRecord["state"]): Promise<AlarmRecord[]> =>
  (await alerts.list(world.database.reader, state === undefined ? {} : { state })).items;

async function newest(): Promise<AlarmRecord> {
  const [alarm] = await list();
  if (alarm === undefined) throw new Error("there is no alarm");
  return alarm;
}

function shelve(alarmId: string, until: Instant, now: Instant, may = true): Promise<AlarmRecord> {
  const words = { until, reason: "calibration", by: "engineer-1", mayShelveLifeSafety: may };
  return alerts.shelve(world.database.reader, alarmId, words, now);
}

const unshelve = (alarmId: string, now: Instant): Promise<AlarmRecord> =>
  alerts.unshelve(world.database.reader, alarmId, now);

/** Raised at minute 0 and told, back and over at 3; then shelved by its id until minute 30. */
async function shelvedWhileOver(): Promise<string> {
  gas(20, START);
  alerts.tick(START);
  await told();
  const { alarmId } = await newest();
  alerts.acknowledge(alarmId, { by: "ganger" }, minute(1));
  gas(0, minute(2));
  alerts.tick(minute(3));
  await told();
  await shelve(alarmId, minute(30), minute(4));
  await told();
  return alarmId;
}

describe("latched", () => {
  async function latch(isAcknowledged: boolean): Promise<AlarmRecord> {
    water(170, START);
    alerts.tick(minute(1));
    await told();
    const alarm = await newest();
    if (isAcknowledged) alerts.acknowledge(alarm.alarmId, { by: "ganger" }, minute(2));
    await told();
    water(100, minute(3));
    alerts.tick(minute(5));
    expect(await told()).toEqual(["a water latched 5"]);
    return alarm;
  }

  test.each([true, false])(
    "stands until a person resets it, acknowledged before: %s",
    async (is) => {
      const { alarmId } = await latch(is);
      expect(await list("latched")).toMatchObject([{ alarmId, returnedAt: minute(5) }]);
      alerts.tick(minute(600));
      await restart(minute(600));
      expect(await told()).toEqual([]);
      expect(alerts.isAlarming("cover-a", "flooding")).toBe(false);
      const over = alerts.acknowledge(alarmId, { by: "chief", note: "dry" }, minute(700));
      expect(over).toMatchObject({
        state: "normal",
        acknowledgedBy: is ? "ganger" : "chief",
        clearedAt: minute(700),
        clearedBy: "chief",
        note: "dry",
      });
      const cleared = "a water cleared 700";
      expect(await told()).toEqual(is ? [cleared] : ["a water acknowledged 700", cleared]);
      expect(await newest()).toEqual(over);
    },
  );

  test("abnormal again for the on-delay it is another alarm", async () => {
    const { alarmId } = await latch(true);
    water(170, minute(10));
    alerts.tick(minute(11));
    expect(await told()).toEqual(["a water cleared 11", "a water raised 11"]);
    expect((await newest()).alarmId).not.toBe(alarmId);
  });

  test("the end of its case resets what waits for a person, and nothing that is active", async () => {
    await latch(true);
    gas(20, minute(6));
    alerts.judge([reading("b", "ch4LelPercent", 20, minute(6))]);
    gas(0, minute(7));
    alerts.tick(minute(8));
    await told();
    alerts.reset("cover-b", "flooding", minute(9));
    alerts.reset("cover-a", "another", minute(9));
    expect(await told()).toEqual([]);
    for (const _again of [1, 2]) alerts.reset("cover-a", "flooding", minute(9));
    expect(await told()).toEqual(["a gas cleared 9", "a water cleared 9"]);
    expect((await list()).map(({ state, clearedBy }) => [state, clearedBy])).toEqual(
      expect.arrayContaining([
        ["normal", "system"],
        ["unacknowledged", undefined],
      ]),
    );
  });
});

describe("told again", () => {
  test("a restart in the midst of a period tells neither twice nor never", async () => {
    gas(20, START);
    const lines: string[] = [];
    for (let n = 0; n <= 25; n++) {
      alerts.tick(minute(n));
      lines.push(...(await told()));
      if (n % 5 === 0) await restart(minute(n));
    }
    await restart(minute(58));
    alerts.tick(minute(58));
    alerts.tick(minute(59));
    lines.push(...(await told()));
    alerts.acknowledge((await newest()).alarmId, { by: "ganger" }, minute(59));
    alerts.tick(minute(200));
    lines.push(...(await told()));
    expect(lines).toEqual([
      "a gas raised 0",
      "a gas realarmed 10",
      "a gas realarmed 20",
      "a gas realarmed 50",
      "a gas acknowledged 59",
    ]);
  });
});

describe("shelved", () => {
  test("an alarm that began meanwhile is told when the shelf ends by time, also over a restart", async () => {
    await shelvedWhileOver();
    gas(20, minute(10));
    gas(60, minute(11));
    alerts.tick(minute(25));
    expect(alerts.hasUnsavedAlarms()).toBe(true);
    expect(await told()).toEqual([]);
    expect(alerts.hasUnsavedAlarms()).toBe(false);
    const held = {
      state: "shelved",
      raisedAt: minute(10),
      severity: "critical",
      shelvedUntil: minute(30),
      shelvedBy: "engineer-1",
      shelveReason: "calibration",
    };
    expect(await list("shelved")).toMatchObject([held]);
    expect(await list("unacknowledged")).toEqual([]);
    await restart(minute(26));
    alerts.tick(minute(30) - 1);
    expect(await told()).toEqual([]);
    await restart(minute(45));
    alerts.tick(minute(45));
    expect(await told()).toEqual(["a gas raised 30", "a gas realarmed 40"]);
    const after = await newest();
    expect(after).toMatchObject({ state: "unacknowledged", raisedAt: minute(10) });
    expect(after).not.toHaveProperty("shelvedUntil");
    expect(await world.database.reader.all("select * from alarm_holds")).toEqual([]);
    await restart(minute(46));
    alerts.tick(minute(46));
    expect(await told()).toEqual([]);
  });

  test.each(["the clock", "a reading"])(
    "a delay that ended on the shelf and is seen late, by %s, raises on the shelf",
    async (who) => {
      water(170, START);
      alerts.tick(minute(1));
      const { alarmId } = alerts.pending()[0]?.alarm ?? { alarmId: "" };
      await shelve(alarmId, minute(30), minute(1));
      water(100, minute(2));
      alerts.tick(minute(5));
      alerts.acknowledge(alarmId, { by: "ganger" }, minute(6));
      await told();
      water(170, minute(28));
      if (who === "the clock") alerts.tick(minute(45));
      else water(170, minute(45));
      expect(await told()).toEqual(["a water raised 30"]);
      expect(await newest()).toMatchObject({ raisedAt: minute(29), state: "unacknowledged" });
    },
  );

  test("unshelved by hand it is told then, and once", async () => {
    const alarmId = await shelvedWhileOver();
    gas(20, minute(10));
    await told();
    expect(await unshelve(alarmId, minute(12))).toMatchObject({ state: "unacknowledged" });
    alerts.tick(minute(13));
    expect(await told()).toEqual(["a gas raised 12"]);
    alerts.tick(minute(31));
    expect(await told()).toEqual(["a gas realarmed 22"]);
    const again = unshelve(alarmId, minute(32));
    await expect(again).rejects.toSatisfy((error) => isErrorCode(error, "ALARM_STATE_REFUSED"));
  });

  test("an alarm that began and ended meanwhile is never told", async () => {
    await shelvedWhileOver();
    gas(20, minute(10));
    gas(0, minute(11));
    alerts.tick(minute(29));
    expect(await told()).toEqual([]);
    alerts.tick(minute(30));
    alerts.acknowledge((await newest()).alarmId, { by: "ganger" }, minute(31));
    expect(await told()).toEqual([]);
    expect(await newest()).toMatchObject({ state: "normal", returnedAt: minute(12) });
  });

  test("an alarm that was told before tells its end, and no step and no reminder", async () => {
    gas(20, START);
    await told();
    const { alarmId } = await newest();
    expect(await shelve(alarmId, minute(60), minute(1))).toMatchObject({ state: "shelved" });
    gas(60, minute(2));
    alerts.tick(minute(30));
    expect(await told()).toEqual([]);
    expect(await newest()).toMatchObject({ state: "shelved", severity: "critical" });
    gas(0, minute(31));
    alerts.tick(minute(32));
    expect(await told()).toEqual(["a gas returned 32"]);
    alerts.acknowledge(alarmId, { by: "ganger" }, minute(33));
    expect(await told()).toEqual(["a gas acknowledged 33", "a gas cleared 33"]);
  });

  test("the shelf is shown by the newest alarm, over or not, and by no other", async () => {
    const first = await shelvedWhileOver();
    expect(await list("shelved")).toMatchObject([{ alarmId: first, clearedAt: minute(3) }]);
    await restart(minute(5));
    gas(20, minute(10));
    await told();
    const second = await newest();
    expect(await list("shelved")).toEqual([second]);
    expect(await list("normal")).toMatchObject([{ alarmId: first }]);
    expect((await list("normal"))[0]).not.toHaveProperty("shelvedBy");
    alerts.acknowledge(second.alarmId, { by: "ganger" }, minute(11));
    gas(0, minute(12));
    alerts.tick(minute(14));
    expect(await told()).toEqual([]);
    expect(await list("shelved")).toMatchObject([{ alarmId: second.alarmId }]);
    alerts.tick(minute(30));
    await told();
    expect(await list("shelved")).toEqual([]);
    expect(await list("normal")).toHaveLength(2);
  });

  test("shelved again, the new shelf counts", async () => {
    const alarmId = await shelvedWhileOver();
    gas(20, minute(10));
    await shelve(alarmId, minute(20), minute(11));
    alerts.tick(minute(30));
    expect(await told()).toEqual(["a gas raised 20", "a gas realarmed 30"]);
  });

  test.each<[string, number]>([
    ["now", 0],
    ["past", -1],
    ["more than 30 days", 30 * DAY_MS + 1],
  ])("until %s is refused", async (_name, aheadMs) => {
    gas(20, START);
    await told();
    const { alarmId } = await newest();
    const refused = shelve(alarmId, minute(1) + aheadMs, minute(1));
    await expect(refused).rejects.toSatisfy((error) => isErrorCode(error, "REQUEST_INVALID"));
    expect(await list("shelved")).toEqual([]);
    await shelve(alarmId, minute(1) + 30 * DAY_MS, minute(1));
  });

  test("life safety is not for everybody, and an alarm that never was is nobody's", async () => {
    alerts.judge([reading("a", "isOpen", 1, START)]);
    await told();
    const { alarmId } = await newest();
    const refused = shelve(alarmId, minute(9), minute(1), false);
    await expect(refused).rejects.toSatisfy((error) => isErrorCode(error, "ROLE_REFUSED"));
    expect(await shelve(alarmId, minute(9), minute(1))).toMatchObject({ state: "shelved" });
    for (const unknown of [shelve("0123", minute(9), minute(1)), unshelve("0123", minute(1))]) {
      await expect(unknown).rejects.toSatisfy((error) => isErrorCode(error, "ALARM_NOT_FOUND"));
    }
  });
});

describe("suppressed", () => {
  const target = { bearerId: "a", ruleId: "manhole-cover.gas" };

  test("what began under a cause is told when the last cause lets go of it", async () => {
    alerts.suppress(target, "cabinet-1", START);
    alerts.suppress(target, "feeder-1", START);
    alerts.suppress(target, "feeder-1", START);
    gas(20, minute(1));
    alerts.tick(minute(2));
    expect(await told()).toEqual([]);
    expect(await list("suppressed")).toHaveLength(1);
    await restart(minute(3));
    alerts.release(target, "feeder-1", minute(4));
    alerts.release(target, "nobody", minute(4));
    expect(await told()).toEqual([]);
    alerts.release(target, "cabinet-1", minute(5));
    expect(await told()).toEqual(["a gas raised 5"]);
    expect(await list("suppressed")).toEqual([]);
  });

  test("of an alarm that stood before, nothing is told twice", async () => {
    gas(20, START);
    await told();
    alerts.suppress(target, "cabinet-1", minute(1));
    alerts.tick(minute(15));
    alerts.release(target, "cabinet-1", minute(16));
    expect(await told()).toEqual([]);
  });

  test("held by two, it is told when both have ended", async () => {
    const alarmId = await shelvedWhileOver();
    alerts.suppress(target, "cabinet-1", minute(5));
    gas(20, minute(10));
    await unshelve(alarmId, minute(12));
    await told();
    expect(await list("suppressed")).toHaveLength(1);
    alerts.release(target, "cabinet-1", minute(13));
    expect(await told()).toEqual(["a gas raised 13"]);
  });

  test("what holds a device's rules goes with the device", async () => {
    alerts.suppress(target, "cabinet-1", START);
    await shelvedWhileOver();
    world.entries.delete("a");
    alerts.tick(minute(10));
    await told();
    expect(await world.database.reader.all("select * from alarm_holds")).toEqual([]);
    expect(await list("shelved")).toEqual([]);
  });
});

describe("out of service", () => {
  test("nothing is told of the asset, until the registry says that it is back", async () => {
    gas(20, START);
    await told();
    world.setService("a", true);
    alerts.tick(minute(1));
    alerts.judge([reading("a", "isOpen", 1, minute(2))]);
    gas(20, minute(2), "b");
    alerts.tick(minute(15));
    expect(await told()).toEqual(["b gas raised 2", "b gas realarmed 12"]);
    expect(await list("out-of-service")).toHaveLength(2);
    world.setService("a", false);
    alerts.tick(minute(16));
    expect(await told()).toEqual(["a open raised 16"]);
    expect(await list("out-of-service")).toEqual([]);
  });

  test("back in service while the platform was down, it is told at the start", async () => {
    world.setService("a", true);
    alerts.tick(minute(1));
    gas(20, minute(2));
    expect(await told()).toEqual([]);
    world.setService("a", false);
    await restart(minute(30));
    expect(await told()).toEqual(["a gas raised 30"]);
    world.setService("a", true);
    await restart(minute(40));
    await told();
    expect(await list("out-of-service")).toHaveLength(1);
  });
});

test("an alarm is listed under the state that it shows, and what is pending is no alarm yet", async () => {
  await shelvedWhileOver();
  alerts.judge([reading("b", "isOpen", 1, minute(5))]);
  water(170, minute(5));
  alerts.tick(minute(6));
  await told();
  const counts = await Promise.all(
    (["normal", "pending", "unacknowledged", "shelved"] as const).map(
      async (state) => [state, (await list(state)).length] as const,
    ),
  );
  expect(counts).toEqual([
    ["normal", 0],
    ["pending", 0],
    ["unacknowledged", 2],
    ["shelved", 1],
  ]);
});

test("what an older version saved is read: told, and held by nothing", async () => {
  const before0004 = alertsMigrations.filter(({ id }) => id < "alerts-0004");
  const old = await world.open("old.sqlite", before0004);
  await old.transaction(async (tx) => {
    await tx.run(
      `insert into alarms (alarm_id, rule_id, rule_version, asset_id, device_id, class, severity,
        life_safety, state, raised_at) values (?,?,?,?,?,?,?,?,?,?)`,
      [
        "0123",
        "manhole-cover.gas",
        1,
        "cover-a",
        "a",
        "manhole-cover",
        "warning",
        0,
        "unacknowledged",
        START,
      ],
    );
    await tx.run(
      "insert into alarm_states (device_id, rule_id, asset_id, alarm_id, state) values (?,?,?,?,?)",
      [
        "a",
        "manhole-cover.gas",
        "cover-a",
        "0123",
        JSON.stringify({ state: "unacknowledged", raisedAt: START, normalSince: minute(1) }),
      ],
    );
  });
  await old.close();
  const database = await world.open("old.sqlite");
  const later = await world.start(minute(1), database);
  later.tick(minute(2));
  expect(await commit(later, database)).toEqual(["a gas returned 2"]);
  expect(await database.reader.all("select * from alarm_holds")).toEqual([]);
  await database.close();
});
