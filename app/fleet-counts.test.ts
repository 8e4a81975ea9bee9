import { expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import type { DeviceEntry } from "../model/registry.ts";
import { countedFleet } from "./fleet-counts.ts";

const NOW = Date.UTC(2026, 10, 22);

const entry = (deviceId: string, attributes: object = {}, device: object = {}): DeviceEntry =>
  ({
    device: { deviceId, assetId: deviceId, ...device },
    asset: { assetId: deviceId, class: "waste-bin", gridCell: "41152400100101", attributes },
  }) as DeviceEntry;

const counted = (
  devices: DeviceEntry[],
  silent: string[] = [],
  skews: Record<string, number> = {},
) => {
  const usualSkewMs = (deviceId: string): number => skews[deviceId] ?? 0;
  const around = { now: NOW, silent: new Set(silent), usualSkewMs };
  return [...countedFleet(devices, around).values()];
};
const GOOD_CLOCKS = {
  ...{ slowClocks: 0, slowMinutesMax: 0, notInService: 0 },
  ...{ calibrationDue: 0, calibrationOverdue: 0 },
};

const TAGS = { class: "waste-bin", street: "411524001", gateway: "", format: "native" };

test("devices are counted by what they are, and of them those that are heard", () => {
  const battery = { transport: "battery", gatewayId: "gw-1", format: "hj212" };
  expect(counted([entry("a"), entry("b"), entry("c", {}, battery)], ["b"])).toEqual([
    { tags: { ...TAGS, transport: "" }, fields: { devices: 2, online: 1, ...GOOD_CLOCKS } },
    {
      tags: { ...TAGS, transport: "battery", gateway: "gw-1", format: "hj212" },
      fields: { devices: 1, online: 1, ...GOOD_CLOCKS },
    },
  ]);
});

test("clocks that are behind are counted from a minute on, and the slowest is told", () => {
  const skews = { a: 29_000, b: 60_000, c: 8 * 3_600_000 };
  const [count] = counted([entry("a"), entry("b"), entry("c"), entry("d")], [], skews);
  expect(count?.fields).toMatchObject({ devices: 4, slowClocks: 2, slowMinutesMax: 480 });
});

test("vendor, model and firmware are those of the asset's attributes, where they are single words", () => {
  const kept = { deviceVendor: "星辰", deviceModel: "EM-400", deviceFirmware: "1.2.0+b7" };
  const [known, other] = counted([
    entry("a", kept),
    entry("b", { deviceVendor: "two words", deviceModel: 7 }),
  ]);
  expect(known?.tags).toMatchObject({ vendor: "星辰", model: "EM-400", firmware: "1.2.0+b7" });
  expect(other?.tags).toEqual({ ...TAGS, transport: "" });
});

test("what the device itself says comes before the attributes of its asset", () => {
  const [count] = counted([entry("a", { deviceVendor: "asset" }, { vendor: "device" })]);
  expect(count?.tags).toMatchObject({ vendor: "device" });
});

test("who is not in service is counted apart, and who is retired nowhere", () => {
  const lives = ["stock", "installed", "maintenance", "retired", "in-service"];
  const devices = lives.map((life) => entry(life, {}, { life, calibrationDueAt: NOW }));
  const [count] = counted([...devices, entry("soon", {}, { calibrationDueAt: NOW + 1 })], []);
  expect(count?.fields).toEqual({
    ...{ devices: 2, online: 2, notInService: 3, slowClocks: 0, slowMinutesMax: 0 },
    ...{ calibrationDue: 1, calibrationOverdue: 3 },
  });
});

test("beyond so many kinds the words are left out, and no device is", () => {
  const devices = Array.from({ length: LIMITS.fleetSeriesMax + 10 }, (_, n) =>
    entry(`d-${n}`, { deviceFirmware: `1.${n}` }),
  );
  const counts = counted([...devices, entry("again", { deviceFirmware: "1.0" })]);
  expect(counts).toHaveLength(LIMITS.fleetSeriesMax + 1);
  expect(counts[0]?.fields.devices).toBe(2);
  expect(counts.at(-1)).toEqual({
    tags: { ...TAGS, transport: "" },
    fields: { devices: 10, online: 10, ...GOOD_CLOCKS },
  });
});
