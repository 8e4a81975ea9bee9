import { expect, test } from "vitest";
import { externalIdFault } from "../../../../model/device-formats.ts";
import { Device, DeviceFormat } from "../../../../model/registry.ts";
import { Refused } from "../../shared/api.ts";
import { deviceLacks, deviceOf, FORMATS, type Format } from "./device-typed.ts";
import { faultFields } from "./fault-fields.ts";

const SAMPLES = [
  "411524WWTP0001",
  "24e124713b0000ff",
  "24E124713B0000F",
  "group/edge",
  "group/edge/device",
  "group/edge/device/more",
  "product:name",
  "a b",
  "a+b/c",
  "x".repeat(65),
];

test("every format of the platform is offered, and wants the external id that the platform wants", () => {
  expect(Object.keys(FORMATS).sort()).toEqual([...DeviceFormat.options].sort());
  for (const format of DeviceFormat.options) {
    if (format === "native") continue;
    for (const id of [undefined, ...SAMPLES]) {
      const typed = { deviceId: "d-1", format, ...(id !== undefined && { externalId: id }) };
      const isRefused = externalIdFault(format, id) !== undefined;
      expect([format, id, deviceLacks(typed).has("externalId")]).toEqual([format, id, isRefused]);
    }
  }
});

test.each([
  ["deviceId", "", "isNeeded"],
  ["deviceId", "d 1", "badId"],
  ["vendor", "x".repeat(65), "badWord"],
  ["externalId", "", "isNeeded"],
])("'%s' as '%s' is refused beside its field: %s", (field, text, lack) => {
  const typed = { deviceId: "d-1", format: "hj212", externalId: "MN1", [field]: text };
  expect([...deviceLacks(typed)]).toEqual([[field, lack]]);
});

test("what its format has no use for is not sent", () => {
  const typed = {
    ...{ deviceId: " d-1 ", externalId: "MN1", protocolPassword: "123456" },
    ...{ vendor: "Milesight", firmware: "", decoder: "", transport: "battery" },
  };
  const sentAs = (format: Format) => deviceOf({ ...typed, format }, "cover-1");
  const all = { deviceId: "d-1", assetId: "cover-1", vendor: "Milesight", transport: "battery" };
  expect(sentAs("native")).toEqual({ ...all, format: "native" });
  expect(sentAs("senml")).toEqual({ ...all, format: "senml", externalId: "MN1" });
  const hj212 = { ...all, format: "hj212", externalId: "MN1", protocolPassword: "123456" };
  expect(sentAs("hj212")).toEqual(hj212);
  expect(Device.safeParse(sentAs("hj212")).success).toBe(true);
});

test.each([
  [
    "REQUEST_INVALID",
    "field 'lon': got 'x', wanted a; field 'attributes.a': …",
    ["lon", "attributes.a"],
  ],
  ["UNIT_NOT_FOUND", "field 'ownerUnitId': no unit has the id 'x'", ["ownerUnitId"]],
  ["ASSET_EXISTS", "asset 'a' is already registered", ["assetId"]],
  ["DEVICE_EXISTS", "device 'a' is registered", ["deviceId"]],
  ["DEVICE_EXISTS", "field 'externalId': 'x' belongs to device 'b' already", ["externalId"]],
  ["ROLE_FORBIDDEN", "an admin may", []],
])("%s: '%s' is told at %j", (code, message, fields) => {
  expect(faultFields(new Refused(400, { code, message }))).toEqual(fields);
});
