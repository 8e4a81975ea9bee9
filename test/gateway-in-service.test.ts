/** A gateway and the devices behind it that are not in service: they are not judged, but they speak. */
import { beforeEach, expect, test } from "vitest";
import {
  type ConditionWorld,
  classOf,
  minute,
  openWorld,
  ruleOf,
} from "../alerts/doubles/condition-world.ts";
import { devicesInService } from "../app/devices-in-service.ts";
import { type DeviceLife, keptLife } from "../model/device-life.ts";
import { GATEWAY_CLASS } from "../model/gateway-class.ts";
import { Asset, Device, type DeviceEntry, type RegistryView } from "../model/registry.ts";

const WELL = Asset.parse({
  ...{ assetId: "well", class: "well", componentCode: "4115240101000001", name: "well" },
  ...{ lon: 114.9, lat: 31.8 },
});
const entries = new Map<string, DeviceEntry>();
let world: ConditionWorld;

function put(deviceId: string, life: DeviceLife): void {
  const device = Device.parse({
    ...{ deviceId, assetId: "well", gatewayId: "gw-1", life: keptLife(life) },
  });
  entries.set(deviceId, { device, asset: WELL });
}

beforeEach(async () => {
  entries.clear();
  put("a", "in-service");
  put("b", "in-service");
  put("c", "maintenance");
  const registry: RegistryView = {
    device: (deviceId) => entries.get(deviceId),
    deviceByExternalId: () => undefined,
    devices: () => entries.values(),
    asset: () => WELL,
    devicesOf: () => [...entries.values()],
    devicesOfGateway: () => [...entries.values()],
    partsOf: () => [],
    unit: () => undefined,
    crewsOf: () => [],
    crew: () => undefined,
  };
  // A device may be silent for 30 minutes, its gateway for 20.
  const silent = { kind: "no-data", afterMs: 0 };
  const rules = [ruleOf("well", "no-data", silent, { isDeviceFault: true, family: "silent" })];
  world = await openWorld([classOf("well", ["levelCm"], rules), GATEWAY_CLASS], {
    registry: devicesInService(registry),
    gatewayOf: (deviceId) => entries.get(deviceId)?.device.gatewayId,
  });
});

async function ticks(from: number, to: number, speaking: readonly string[]): Promise<string[]> {
  const told: string[] = [];
  for (let at = from; at <= to; at += 1) {
    for (const deviceId of speaking) world.alerts.heard(deviceId, minute(at));
    world.alerts.tick(minute(at));
    told.push(...(await world.happened()));
  }
  return told;
}

/** Of the gateway, which is no device, without who is counted to it. */
async function ofGateway(told: Promise<string[]>): Promise<string[]> {
  const lines = (await told).filter((line) => line.startsWith("undefined silent "));
  return lines
    .map((line) => line.slice("undefined silent ".length))
    .filter((line) => !line.startsWith("joined"));
}

test("a gateway is not silent while a device in maintenance speaks through it, and the others are", async () => {
  await ticks(0, 5, ["a", "b", "c"]);
  expect(await ticks(6, 60, ["c"])).toEqual(["a no-data raised 35", "b no-data raised 35"]);
});

test("it is silent when that one is, too, and is back with its first word", async () => {
  await ticks(0, 5, ["a", "b", "c"]);
  await ticks(6, 10, ["c"]);
  expect(await ofGateway(ticks(11, 31, []))).toEqual(["raised 30"]);
  expect(await ofGateway(ticks(32, 34, ["c"]))).toEqual(["returned 32"]);
});

test("what was heard before the start counts", async () => {
  await world.restart(10);
  for (const deviceId of ["a", "b"]) world.alerts.setHeard(deviceId, minute(5));
  world.alerts.setHeard("c", minute(9));
  expect(await ofGateway(ticks(10, 34, []))).toEqual(["raised 29"]);
});

test("a clock that is set back takes along when it was heard", async () => {
  await ticks(60, 60, ["a", "b", "c"]);
  world.alerts.tick(minute(20), { clockAt: minute(20) });
  expect(await ofGateway(ticks(21, 45, []))).toEqual(["raised 40"]);
});

test("of a gateway behind which nobody is judged nothing is said", async () => {
  put("a", "maintenance");
  put("b", "stock");
  await ticks(0, 1, ["a", "b", "c"]);
  expect(await ticks(2, 90, [])).toEqual([]);
});
