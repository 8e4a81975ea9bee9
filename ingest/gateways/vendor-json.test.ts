import { describe, expect, test } from "vitest";
import { ASSET_CLASSES } from "../../model/asset-classes/all.ts";
import { idInTopic, type JsonSource } from "../../model/json-source.ts";
import { LIMITS } from "../../model/limits.ts";
import { timeZone } from "../../model/local-time.ts";
import type { Uplink } from "../../model/uplink.ts";
import { formatContext, uplinkOn, valuesOf } from "../doubles/formats-world.ts";
import { NOON } from "../doubles/world.ts";
import { createMappingCache, createPayloadReader } from "../mapping/payload-reader.ts";
import type { Decoded } from "./gateway.ts";
import { createVendorJsonGateway, type SourceView } from "./vendor-json.ts";
import { createSourceTrial } from "./vendor-json-try.ts";

const zone = timeZone("Asia/Shanghai");
const context = formatContext("json", { "17": "manhole-cover", "18": "waste-bin" });

const TILT: JsonSource = {
  sourceId: "tilt",
  topic: "acme/{id}/up",
  mapping: {
    time: { path: "ts", format: "s" },
    fields: [
      { path: "d.angle", measurement: "tiltDeg", scale: 0.1 },
      { path: "d.lid", measurement: "isOpen", states: { open: 1, shut: 0 } },
    ],
  },
};
const LIST: JsonSource = {
  sourceId: "list",
  topic: "bins/+/up",
  device: "meta.id",
  items: "list",
  mapping: { fields: [{ path: "level", measurement: "fillPercent" }], rest: "" },
};
const PUSHED: JsonSource = { ...LIST, sourceId: "pushed", topic: undefined };
const SOURCES = [TILT, LIST, PUSHED];

const VIEW: SourceView = {
  get: (id) => SOURCES.find(({ sourceId }) => sourceId === id),
  byTopic(topic) {
    for (const source of SOURCES) {
      const found = source.topic === undefined ? undefined : idInTopic(source.topic, topic);
      if (found !== undefined) return { source, externalId: found.externalId };
    }
    return undefined;
  },
};

function decode(topic: string, payload: unknown, more: Partial<Uplink> = {}): Decoded {
  return createVendorJsonGateway(VIEW).decode(uplinkOn(topic, payload, more), 0, context);
}
const faultsOf = ({ faults }: Decoded) => faults.map(({ reason, text }) => `${reason}: ${text}`);
const MESSAGE = { ts: NOON / 1_000 - 5, d: { angle: 315, lid: "open" } };

describe("a topic that names its device", () => {
  test("is read by its source's mapping, at its own time", () => {
    const decoded = decode("acme/17/up", MESSAGE);
    expect(valuesOf(decoded)).toEqual({ tiltDeg: 31.5, isOpen: 1 });
    expect(decoded.heard).toEqual(["device-17"]);
    expect(decoded.values[0]).toMatchObject({
      ...{ deviceId: "device-17", claimedAt: NOON - 5_000, newestAt: NOON - 5_000 },
    });
  });

  test("without a time stands at its receipt", () => {
    const { values } = decode("acme/17/up", { d: { angle: 1 } });
    expect(values[0]).toMatchObject({ claimedAt: undefined, newestAt: undefined });
  });

  test("goes before what the payload says", () => {
    const source = { ...TILT, device: "who" };
    const gateway = createVendorJsonGateway({
      get: () => source,
      byTopic: () => ({ source, externalId: "17" }),
    });
    const uplink = uplinkOn("acme/17/up", { ...MESSAGE, who: "18" });
    expect(gateway.decode(uplink, 0, context).heard).toEqual(["device-17"]);
  });

  test.each([
    ["the device itself", { sender: "device-17" }, true],
    ["its gateway", { sender: "gw-1" }, true],
    ["a broker that is not ours", { sender: "" }, true],
    ["another device", { sender: "device-18" }, false],
    ["another gateway", { sender: "gw-2" }, false],
  ])("is spoken on by %s: %s", (_who, more, isTaken) => {
    const decoded = decode("acme/17/up", MESSAGE, more);
    expect(decoded.values.length > 0).toBe(isTaken);
    if (isTaken) return;
    expect(faultsOf(decoded)[0]).toMatch(/^DEVICE_UNKNOWN: .* may not speak for "17"/);
  });

  test.each([
    ["acme/19/up", MESSAGE, /^DEVICE_UNKNOWN: no device of format json is known as "19"/],
    ["acme/17/up", { ...MESSAGE, ts: "soon" }, /^TIME_INVALID: 'ts' is "soon"/],
    ["acme/17/up", { other: 1 }, /^VALUE_INVALID: .* nothing of what source 'tilt' maps/],
    ["acme/17/up", { d: { lid: "ajar" } }, /^VALUE_INVALID: 'd.lid': "ajar" is none of its states/],
    ["acme/17/up", "{", /^NOT_JSON/],
    ["acme/17/up", "", /^EMPTY/],
    ["acme/17/up", `${"[".repeat(12)}${"]".repeat(12)}`, /^TOO_DEEP/],
    ["acme/17/down", MESSAGE, /^TOPIC_UNKNOWN: .* is of no source of JSON/],
  ])("%s with %j is put aside: %s", (topic, payload, text) => {
    const decoded = decode(topic, payload);
    expect(decoded.values).toEqual([]);
    expect(faultsOf(decoded)[0]).toMatch(text);
  });

  test("of a stranger knocks", () => {
    expect(decode("acme/19/up", MESSAGE).knocks).toEqual([{ format: "json", id: "19" }]);
  });
});

describe("several devices in one message", () => {
  const list = [
    { meta: { id: 18 }, level: "40 %" },
    { meta: { id: "19" }, level: 1 },
    { meta: {}, level: 2 },
    { meta: { id: "17" }, pitch: 3 },
  ];

  test("a bad one is put aside alone, with its own bytes", () => {
    const decoded = decode("bins/x/up", { list });
    expect(valuesOf(decoded)).toEqual({ fillPercent: 40, pitch: 3 });
    expect(decoded.values.map(({ deviceId }) => deviceId)).toEqual(["device-18", "device-17"]);
    expect(faultsOf(decoded)).toEqual([
      expect.stringMatching(/^DEVICE_UNKNOWN/),
      "ELEMENT_INVALID: 'meta.id' is absent; wanted the device's external id",
    ]);
    const { part } = decoded.faults[0] ?? {};
    expect(JSON.parse(String(part))).toEqual({ list: [list[1]] });
    expect(faultsOf(decode("bins/x/up", part))).toEqual([expect.stringMatching(/^DEVICE_UNKNOWN/)]);
  });

  test.each([
    [{}, /^ELEMENT_INVALID: 'list' is absent; wanted an array/],
    [{ list: {} }, /^ELEMENT_INVALID: 'list' is an object/],
    [{ list: [] }, /^EMPTY/],
    [{ list: Array(LIMITS.uplinkElementsMax + 1).fill(1) }, /^TOO_MANY_ELEMENTS/],
    [{ list: [7] }, /^ELEMENT_INVALID: 'meta.id' is absent/],
  ])("%j is put aside", (payload, text) => {
    expect(faultsOf(decode("bins/x/up", payload))[0]).toMatch(text);
  });

  test("pushed for a source over HTTP they are its intake's to say", () => {
    const more = { source: "http" as const, sender: "city" };
    const decoded = decode("intake/json/city/pushed", { list }, more);
    expect(valuesOf(decoded)).toEqual({ fillPercent: 40, pitch: 3 });
    expect(faultsOf(decode("intake/json/city/none", { list }, more))[0]).toMatch(/^TOPIC_UNKNOWN/);
    const overMqtt = decode("intake/json/city/pushed", { list });
    expect(faultsOf(overMqtt)[0]).toMatch(/^TOPIC_UNKNOWN/);
  });
});

test("a decoder of the device's own goes before the source's mapping, one that is not there does not", () => {
  const decoder = { mapping: { fields: [{ path: "d.angle", measurement: "angle" }] } };
  const read = (decoderId: string): Decoded => {
    const decoders = { get: (name: string) => (name === "acme" ? decoder : undefined) };
    const readPayload = createPayloadReader(
      decoders as unknown as Parameters<typeof createPayloadReader>[0],
      createMappingCache({ classes: ASSET_CLASSES, zone }),
    );
    const { deviceByExternalId } = context.registry;
    const registry = {
      ...context.registry,
      deviceByExternalId(...asked: Parameters<typeof deviceByExternalId>) {
        const entry = deviceByExternalId(...asked);
        return entry && { ...entry, device: { ...entry.device, decoder: decoderId } };
      },
    };
    const uplink = uplinkOn("acme/17/up", MESSAGE);
    return createVendorJsonGateway(VIEW).decode(uplink, 0, { ...context, registry, readPayload });
  };
  expect(valuesOf(read("acme"))).toEqual({ angle: 315 });
  expect(valuesOf(read("gone"))).toEqual({ tiltDeg: 31.5, isOpen: 1 });
});

test("the reader of payloads hears of the source, and has the last word", () => {
  const asked: unknown[] = [];
  const own: typeof context.readPayload = (entry, tree, otherwise) => {
    asked.push([entry.device.deviceId, tree, otherwise]);
    return { values: [{ measurement: "own", value: 7, at: NOON, seq: 3 }], faults: [] };
  };
  const uplink = uplinkOn("acme/17/up", MESSAGE);
  const gateway = createVendorJsonGateway(VIEW);
  const decoded = gateway.decode(uplink, 0, { ...context, readPayload: own });
  expect(asked).toEqual([["device-17", MESSAGE, TILT]]);
  expect(decoded.values).toMatchObject([{ measurement: "own", value: 7, claimedAt: NOON, seq: 3 }]);
});

test("a source that was replaced is read anew", () => {
  let source = TILT;
  const sources = { get: () => source, byTopic: () => ({ source, externalId: "17" }) };
  const gateway = createVendorJsonGateway(sources);
  const read = () => valuesOf(gateway.decode(uplinkOn("acme/17/up", MESSAGE), 0, context));
  expect(read()).toMatchObject({ tiltDeg: 31.5 });
  source = { ...TILT, mapping: { fields: [{ path: "d.angle", measurement: "angle" }] } };
  expect(read()).toEqual({ angle: 315 });
});

describe("tried before it is saved", () => {
  const trial = createSourceTrial({
    ...{ classes: ASSET_CLASSES, zone },
    deviceByExternalId: (id) => context.registry.deviceByExternalId("json", id),
  });
  const payload = Buffer.from(JSON.stringify(MESSAGE));

  test("values with their units, of the device's class", () => {
    expect(trial({ source: TILT, payload, topic: "acme/17/up" })).toEqual({
      items: [
        {
          externalId: "17",
          deviceId: "device-17",
          values: [
            { measurement: "tiltDeg", value: 31.5, unit: "°", observedAt: NOON - 5_000 },
            { measurement: "isOpen", value: 1, unit: "", observedAt: NOON - 5_000 },
          ],
          faults: [],
        },
      ],
      faults: [],
    });
  });

  test("of a stranger the values by the class that was said, and that it is one", () => {
    const given = {
      source: LIST,
      payload: Buffer.from('{"list":[{"meta":{"id":"99"},"level":"1 %"}]}'),
    };
    const [item] = trial({ ...given, class: "waste-bin" }).items;
    expect(item).toMatchObject({
      values: [{ measurement: "fillPercent", value: 1, unit: "%" }],
      faults: [{ reason: "DEVICE_UNKNOWN" }],
    });
  });

  test("faults of the message, of an item and of a value", () => {
    expect(trial({ source: LIST, payload }).faults).toMatchObject([{ reason: "ELEMENT_INVALID" }]);
    const bad = Buffer.from('{"list":[{"level":1},{"meta":{"id":"18"},"level":"full"}]}');
    expect(trial({ source: LIST, payload: bad }).items.map(({ faults }) => faults)).toMatchObject([
      [{ reason: "ELEMENT_INVALID" }],
      [{ reason: "VALUE_INVALID" }],
    ]);
  });
});
