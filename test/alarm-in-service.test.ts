/** Alarms of devices by where they stand in their lives: who is not in service is not there. */
import { beforeEach, expect, test } from "vitest";
import {
  test as above,
  type ConditionWorld,
  classOf,
  minute,
  openWorld,
  ruleOf,
} from "../alerts/doubles/condition-world.ts";
import { devicesInService } from "../app/devices-in-service.ts";
import { DeviceLife, keptLife } from "../model/device-life.ts";
import { DeviceId } from "../model/ids.ts";
import { FLAG_BITS, type Reading } from "../model/reading.ts";
import { Asset, Device, type DeviceEntry } from "../model/registry.ts";

/** After three report periods, 30 minutes. */
const NO_DATA = { kind: "no-data", afterMs: 0 };
const OUT = DeviceLife.options.filter((life) => life !== "in-service");
const WELL = Asset.parse({
  ...{ assetId: "well", class: "well", componentCode: "4115240101000001", name: "well" },
  ...{ lon: 114.9, lat: 31.8 },
});
const entries = new Map<string, DeviceEntry>();
let world: ConditionWorld;

function put(deviceId: string, life: DeviceLife): void {
  const device = Device.parse({ deviceId, assetId: "well", life: keptLife(life) });
  entries.set(deviceId, { device, asset: WELL });
}

beforeEach(async () => {
  entries.clear();
  put("a", "in-service");
  put("b", "in-service");
  const registry = devicesInService({
    device: (deviceId) => entries.get(deviceId),
    deviceByExternalId: (_format, id) => entries.get(id),
    devices: () => entries.values(),
    asset: () => WELL,
    devicesOf: () => [...entries.values()],
    devicesOfGateway: () => [...entries.values()],
    partsOf: () => [],
    unit: () => undefined,
    crewsOf: () => [],
    crew: () => undefined,
  });
  const rules = [
    ruleOf("well", "high", above("levelCm", ">", 100), { conditionId: "flooding" }),
    ruleOf("well", "no-data", NO_DATA, { isDeviceFault: true }),
  ];
  world = await openWorld([classOf("well", ["levelCm"], rules)], { registry });
});

const lastOf = (deviceId: string, atMinute: number, value: number, flags = 0): Reading => ({
  ...{ deviceId: DeviceId.parse(deviceId), measurement: "levelCm", period: "instant" },
  ...{ observedAt: minute(atMinute), receivedAt: minute(atMinute), value, flags },
});

const told = () => world.happened();

test.each(OUT)(
  "what a device that is '%s' sends raises nothing, and it is missed by nobody",
  async (life) => {
    put("a", life);
    world.say("a", 1, { levelCm: 500 });
    world.say("b", 1, { levelCm: 50 });
    world.alerts.tick(minute(40));
    expect(await told()).toEqual(["b no-data raised 31"]);
    expect(world.alerts.isAlarming("well", "flooding")).toBe(false);
    expect(world.alerts.health("well", "flooding").devices.map((each) => each.deviceId)).toEqual([
      "b",
    ]);
  },
);

test.each(OUT)("alarms of a device that becomes '%s' are ended by the system", async (life) => {
  world.say("a", 1, { levelCm: 500 });
  world.say("b", 1, { levelCm: 500 });
  expect(await told()).toEqual(["a high raised 1", "b high raised 1"]);
  put("a", life);
  world.alerts.tick(minute(2));
  const [ended] = world.alerts.pending();
  expect(ended?.alarm).toMatchObject({
    state: "normal",
    clearedBy: "system",
    clearedAt: minute(2),
  });
  expect(await told()).toEqual(["a high cleared 2"]);
  expect(world.alerts.isAlarming("well", "flooding")).toBe(true);
  world.say("a", 3, { levelCm: 600 });
  world.alerts.tick(minute(4));
  expect(await told()).toEqual([]);
});

test("back in service after longer than it may be silent, only what it sends then is judged, and its silence begins anew", async () => {
  put("a", "maintenance");
  world.say("a", 1, { levelCm: 500 });
  for (let n = 2; n <= 60; n += 10) world.say("b", n, { levelCm: 50 });
  world.alerts.tick(minute(60));
  put("a", "in-service");
  world.alerts.judgeStanding([lastOf("a", 1, 500)], minute(61));
  world.alerts.tick(minute(61));
  // Of an hour ago: it says nothing of now.
  expect(await told()).toEqual([]);
  world.say("b", 62, { levelCm: 50 });
  world.alerts.tick(minute(90));
  expect(await told()).toEqual([]);
  world.say("b", 91, { levelCm: 50 });
  world.alerts.tick(minute(92));
  expect(await told()).toEqual(["a no-data raised 91"]);
  world.say("a", 93, { levelCm: 500 });
  expect(await told()).toContain("a high raised 93");
});

test("over a restart the alarm of a device that left meanwhile is not taken up", async () => {
  world.say("a", 1, { levelCm: 500 });
  await told();
  put("a", "stock");
  await world.restart(5);
  world.say("a", 6, { levelCm: 500 });
  world.alerts.tick(minute(60));
  expect((await told()).filter((line) => line.startsWith("a "))).toEqual([]);
});

test("what it told last is judged when it comes back, once, as of then and with its own time", async () => {
  put("a", "maintenance");
  world.say("a", 10, { levelCm: 500 });
  put("a", "in-service");
  world.alerts.judgeStanding([lastOf("a", 10, 500)], minute(20));
  const [raised] = world.alerts.pending();
  const evidence = { value: 500, observedAt: minute(10), receivedAt: minute(10) };
  expect(raised).toMatchObject({ kind: "raised", at: minute(20), alarm: { evidence } });
  expect(await told()).toEqual(["a high raised 20"]);
  world.alerts.judgeStanding([lastOf("a", 10, 500)], minute(21));
  expect(await told()).toEqual([]);
  expect(world.alerts.isAlarming("well", "flooding")).toBe(true);
});

test.each([
  ["stands since longer than it may be silent", lastOf("a", -11, 500)],
  ["came late", lastOf("a", 10, 500, FLAG_BITS.late)],
  ["is bad", lastOf("a", 10, 500, FLAG_BITS["hj212-F"])],
  ["is no fault", lastOf("a", 10, 50)],
])("what it told last raises nothing where it %s", async (_why, reading) => {
  world.alerts.judgeStanding([reading], minute(20));
  expect(await told()).toEqual([]);
});

test("what a device told that is not in service raises nothing, though it is told as standing", async () => {
  put("a", "maintenance");
  world.alerts.judgeStanding([lastOf("a", 10, 500)], minute(20));
  expect(await told()).toEqual([]);
});
