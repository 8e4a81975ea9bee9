import { expect, test } from "vitest";
import {
  downlinkTopic,
  externalIdFault,
  topicsOfDevice,
  uplinkFilters,
  uplinkTopic,
} from "./device-formats.ts";
import type { DeviceId } from "./ids.ts";
import type { ForeignFormat } from "./registry.ts";

test.each<[string, ReturnType<typeof uplinkTopic>]>([
  ["hj212/MN1/up", { format: "hj212", externalId: "MN1" }],
  ["application/a/device/24e1/event/up", { format: "chirpstack", externalId: "24e1" }],
  ["v3/a@t/devices/x/up", { format: "things-stack", externalId: undefined }],
  ["spBv1.0/north/NBIRTH/edge", { format: "sparkplug", externalId: "north/edge" }],
  ["spBv1.0/north/DDATA/edge/lid", { format: "sparkplug", externalId: "north/edge" }],
  ["spBv1.0/north/DDATA/edge", undefined],
  ["spBv1.0/north/NCMD/edge", undefined],
  ["spBv1.0/STATE/host", undefined],
])("%s carries something of %j", (topic, found) => {
  expect(uplinkTopic(topic)).toEqual(found);
});

test.each<[string, ReturnType<typeof downlinkTopic>]>([
  ["hj212/MN1/down", { format: "hj212", externalId: "MN1" }],
  ["spBv1.0/north/NCMD/edge", { format: "sparkplug", externalId: "north/edge" }],
  ["spBv1.0/north/NCMD/edge/#", { format: "sparkplug", externalId: "north/edge" }],
  ["spBv1.0/north/DCMD/edge/+", { format: "sparkplug", externalId: "north/edge" }],
  ["spBv1.0/north/DCMD/edge/#", { format: "sparkplug", externalId: "north/edge" }],
  ["spBv1.0/north/#", undefined],
])("%s leads to %j", (filter, found) => {
  expect(downlinkTopic(filter)).toEqual(found);
});

const topics = (format: ForeignFormat, externalId: string) =>
  topicsOfDevice({ deviceId: "d-1" as DeviceId, format, externalId });

test("a device has the topics of its own id, a Sparkplug node those of its devices too", () => {
  expect(topics("hj212", "MN1")).toEqual({
    publish: ["hj212/MN1/up"],
    subscribe: ["hj212/MN1/down"],
  });
  const node = topics("sparkplug", "north/edge");
  expect(node.publish).toContain("spBv1.0/north/NDEATH/edge");
  expect(node.publish).toContain("spBv1.0/north/DDATA/edge/+");
  expect(node.subscribe).toContain("spBv1.0/north/NCMD/edge/#");
  expect(node.subscribe).toContain("spBv1.0/STATE/+");
  // Its node speaks for it.
  expect(topics("sparkplug", "north/edge/lid")).toEqual({ publish: [], subscribe: [] });
  expect(topics("things-stack", "0004a30b00c0ffee")).toMatchObject({ publish: [] });
});

test("no filter of another broker keeps a place for an id", () => {
  expect(uplinkFilters().filter((filter) => filter.includes("{"))).toEqual([]);
  expect(uplinkFilters()).toContain("spBv1.0/+/DDATA/+/+");
});

test.each<[string, boolean]>([
  ["north/edge", true],
  ["north/edge/lid 1", true],
  ["城北/边缘/井盖", true],
  ["north", false],
  ["north//lid", false],
  ["north/edge/", false],
  ["north/edge/lid/more", false],
  ["north/+/lid", false],
  ["north/edge/#", false],
  ["north/edge\n", false],
  [`north/${"e".repeat(122)}`, true],
  [`north/${"e".repeat(123)}`, false],
])("the Sparkplug id '%s' is good: %s", (id, isGood) => {
  expect(externalIdFault("sparkplug", id) === undefined).toBe(isGood);
});
