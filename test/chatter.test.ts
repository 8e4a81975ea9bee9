/** Chatter on a real database: shelved by itself, life safety excepted, whatever restarts between. */
import { expect, test } from "vitest";
import type { Alerts } from "../alerts/alerts.ts";
import type { AlarmHappening } from "../model/alarm.ts";
import { commit, minute, openAlarmWorld, reading } from "./support/alarm-world.ts";

const world = openAlarmWorld();

/** Raised at once, normal again, and returned a minute later. */
function blip(alerts: Alerts, n: number, measurement = "ch4LelPercent"): AlarmHappening[] {
  const high = measurement === "isOpen" ? 1 : 20;
  alerts.judge([reading("a", measurement, high, minute(n))]);
  alerts.judge([reading("a", measurement, 0, minute(n + 0.25))]);
  alerts.tick(minute(n + 1.5));
  return alerts.pending().filter(({ kind }) => kind === "raised");
}

const shelved = async (alerts: Alerts) =>
  (await alerts.list(world.database.reader, { state: "shelved" })).items.map(
    ({ shelvedBy, shelveReason, shelvedUntil }) => ({ shelvedBy, shelveReason, shelvedUntil }),
  );

const SHELF = {
  shelvedBy: "system",
  shelveReason: "chatter: raised 5 times within 8 min",
  shelvedUntil: minute(68),
};

test("the fifth raise within ten minutes is told as chatter and shelves what follows for an hour", async () => {
  const alerts = await world.start(minute(-1));
  for (const n of [0, 2, 4, 6]) {
    expect(blip(alerts, n).map(({ chatter }) => chatter)).toEqual([undefined]);
    await commit(alerts, world.database);
  }
  const [told] = blip(alerts, 8);
  expect(told?.chatter).toEqual({ count: 5, overMs: minute(8) - minute(0) });
  await commit(alerts, world.database);
  expect(await shelved(alerts)).toEqual([SHELF]);
  expect(blip(alerts, 10)).toEqual([]);
  await commit(alerts, world.database);
  alerts.tick(minute(68));
  await commit(alerts, world.database);
  expect(await shelved(alerts)).toEqual([]);
  expect(blip(alerts, 70).map(({ chatter }) => chatter)).toEqual([undefined]);
});

test("raises before a restart count", async () => {
  const before = await world.start(minute(-1));
  for (const n of [0, 2, 4, 6]) {
    blip(before, n);
    await commit(before, world.database);
  }
  const after = await world.start(minute(7.5));
  expect(blip(after, 8)[0]?.chatter?.count).toBe(5);
  await commit(after, world.database);
  expect(await shelved(after)).toEqual([SHELF]);
});

test("life safety is told every time, as chatter, and never shelved", async () => {
  const alerts = await world.start(minute(-1));
  const counts: (number | undefined)[] = [];
  for (const n of [0, 2, 4, 6, 8, 9.9]) {
    counts.push(...blip(alerts, n, "isOpen").map(({ chatter }) => chatter?.count));
    await commit(alerts, world.database);
  }
  expect(counts).toEqual([undefined, undefined, undefined, undefined, 5, 6]);
  expect(await shelved(alerts)).toEqual([]);
});

test("what still chatters when its shelf ends is told once and shelved again", async () => {
  const alerts = await world.start(minute(-1));
  for (let n = 0; n < 67; n += 2) {
    blip(alerts, n);
    await commit(alerts, world.database);
  }
  alerts.judge([reading("a", "ch4LelPercent", 20, minute(67.9))]);
  alerts.tick(minute(68));
  const raised = alerts.pending().filter(({ kind }) => kind === "raised");
  expect(raised.map(({ at, chatter }) => [at, chatter !== undefined])).toEqual([
    [minute(68), true],
  ]);
  await commit(alerts, world.database);
  expect(await shelved(alerts)).toMatchObject([{ shelvedUntil: minute(128) }]);
});
