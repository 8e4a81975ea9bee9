import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { timeZone } from "../../model/local-time.ts";
import type { Uplink } from "../../model/uplink.ts";
import { NOON, telemetry, world } from "../doubles/world.ts";
import type { Decoded, GatewayContext } from "./gateway.ts";
import { createNativeGateway } from "./native.ts";
import { NativePayload } from "./native-schema.ts";

const native = createNativeGateway();
const context: GatewayContext = {
  registry: world().registry,
  zone: timeZone("Asia/Shanghai"),
  readPayload: () => ({ values: [], faults: [] }),
  readFrame: () => undefined,
  isTrusted: (sender) => sender === "a-service",
};

function decode(uplink: Uplink): Decoded {
  return native.decode(uplink, 0, context);
}

function decodeText(text: string): Decoded {
  return decode(telemetry("mc-000231", Buffer.from(text)));
}

function samples(): { topic: string; payload: unknown }[] {
  const text = readFileSync(new URL("native-samples.json", import.meta.url), "utf8");
  return JSON.parse(text) as { topic: string; payload: unknown }[];
}

function decodeSample(index: number): Decoded {
  const sample = samples()[index];
  const payload = Buffer.from(JSON.stringify(sample?.payload));
  return decode({ ...telemetry("", payload), topic: sample?.topic ?? "" });
}

test("the sample of a moved cover gives five values at its own time", () => {
  const { values, faults, heard } = decodeSample(0);
  expect(faults).toEqual([]);
  expect(heard).toEqual(["mc-000231"]);
  expect(Object.fromEntries(values.map((each) => [each.measurement, each.value]))).toEqual({
    tiltDeg: 38.5,
    isOpen: 1,
    waterLevelCm: 4,
    ch4LelPercent: 0,
    batteryPercent: 87,
  });
  for (const value of values) {
    expect(value).toMatchObject({ claimedAt: NOON - 5_000, seq: 1, period: "instant", flags: 0 });
  }
});

test("the sample of an array gives each element its time, and all the newest of them", () => {
  const { values } = decodeSample(1);
  expect(values.map((each) => [each.measurement, each.claimedAt, each.newestAt])).toEqual([
    ["fillPercent", NOON - 5_000, NOON - 5_000],
    ["temperatureC", NOON - 5_000, NOON - 5_000],
    ["fillPercent", NOON - 605_000, NOON - 5_000],
  ]);
});

test("the sample without observedAt has no claimed time", () => {
  const { values, faults } = decodeSample(2);
  expect(faults).toEqual([]);
  expect(values.map((each) => each.claimedAt)).toEqual([undefined, undefined]);
});

test("the sample with texts for numbers yields nothing, with a reason", () => {
  const { values, faults, heard } = decodeSample(3);
  expect(values).toEqual([]);
  expect(heard).toEqual([]);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject({ reason: "VALUE_INVALID", count: 2 });
  expect(faults[0]?.text).toContain(`"powerW" is "12 W"`);
});

const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const element = `{"observedAt":${NOON},"values":{"tiltDeg":1}}`;

test.each([
  ["0 bytes", "", "EMPTY"],
  ["[]", "[]", "EMPTY"],
  ["empty values", `{"observedAt":${NOON},"values":{}}`, "EMPTY"],
  ["no JSON", "tilt=3", "NOT_JSON"],
  ["half a JSON", `{"values":{"tiltDeg":`, "NOT_JSON"],
  ["NaN", `{"values":{"tiltDeg":NaN}}`, "NOT_JSON"],
  ["a number that is too large", `{"values":{"tiltDeg":1e999}}`, "VALUE_INVALID"],
  ["a text for a number", `{"values":{"tiltDeg":"31.5"}}`, "VALUE_INVALID"],
  ["null for a number", `{"values":{"tiltDeg":null}}`, "VALUE_INVALID"],
  ["a nested value", `{"values":{"tiltDeg":{"value":3}}}`, "VALUE_INVALID"],
  ["a lone number", "3", "ELEMENT_INVALID"],
  ["null", "null", "ELEMENT_INVALID"],
  ["values of the wrong kind", `{"values":[1,2]}`, "ELEMENT_INVALID"],
  ["no values", `{"observedAt":${NOON}}`, "ELEMENT_INVALID"],
  ["a seq that is a text", `{"seq":"1","values":{"tiltDeg":1}}`, "ELEMENT_INVALID"],
  ["a seq with a fraction", `{"seq":1.5,"values":{"tiltDeg":1}}`, "ELEMENT_INVALID"],
  ["ISO without offset", `{"observedAt":"2026-11-22T08:30:00","values":{"a":1}}`, "TIME_INVALID"],
  ["a time that is no time", `{"observedAt":"soon","values":{"a":1}}`, "TIME_INVALID"],
  ["a time beyond all dates", `{"observedAt":1e300,"values":{"a":1}}`, "TIME_INVALID"],
  ["deep JSON", deep(1_000), "TOO_DEEP"],
  ["very deep JSON", deep(120_000), "TOO_DEEP"],
  ["depth in a value", `{"values":{"tiltDeg":1,"a":${deep(7)}}}`, "TOO_DEEP"],
  ["depth beside the values", `{"values":{"tiltDeg":1},"meta":${deep(8)}}`, "TOO_DEEP"],
  ["501 elements", `[${Array.from({ length: 501 }, () => element).join()}]`, "TOO_MANY_ELEMENTS"],
])("a payload of %s yields nothing and says why", (_title, text, reason) => {
  const { values, faults } = decodeText(text);
  expect(values).toEqual([]);
  expect(faults.map((each) => each.reason)).toEqual([reason]);
  expect(faults[0]?.text.length).toBeLessThan(300);
});

test("bytes that are not UTF-8 yield nothing", () => {
  const bytes = Buffer.from(`{"values":{"x\u00ff":1}}`, "latin1");
  expect(decode(telemetry("mc-000231", bytes)).faults[0]?.reason).toBe("NOT_UTF8");
});

test("500 elements are taken, and what is beside the values is not looked at", () => {
  expect(decodeText(`[${Array.from({ length: 500 }, () => element).join()}]`).values).toHaveLength(
    500,
  );
  const { values, faults } = decodeText(`{"values":{"tiltDeg":1},"meta":${deep(7)}}`);
  expect([values.length, faults.length]).toEqual([1, 0]);
});

test("bad elements are put aside alone, each with its own bytes, and the good are kept", () => {
  const text = `[3,${element},{"values":{"tiltDeg":2,"a":"x","b":null}},{"observedAt":"x","values":{"c":1}}]`;
  const { values, faults } = decodeText(text);
  expect(values.map((each) => each.value)).toEqual([1, 2]);
  expect(
    faults.map(({ reason, count, part }) => [reason, count, Buffer.from(part ?? []).toString()]),
  ).toEqual([
    ["ELEMENT_INVALID", 1, "3"],
    ["TIME_INVALID", 1, `{"observedAt":"x","values":{"c":1}}`],
    ["VALUE_INVALID", 2, `{"values":{"tiltDeg":2,"a":"x","b":null}}`],
  ]);
});

test("keys that would pollute a prototype are read as names and change nothing", () => {
  const { values } = decodeText(
    `{"__proto__":{"values":{"x":1}},"values":{"__proto__":2,"constructor":3,"tiltDeg":1}}`,
  );
  expect(values.map((each) => each.measurement)).toEqual(["__proto__", "constructor", "tiltDeg"]);
  expect(({} as Record<string, unknown>).values).toBeUndefined();
  expect(decodeText(`{"__proto__":{"values":{"x":1}}}`).faults[0]?.reason).toBe("ELEMENT_INVALID");
});

test("an element whose clock runs ahead does not hide that the others are late", () => {
  const hourAgo = NOON - 3_600_000;
  const { values } = decodeText(
    `[{"observedAt":${NOON + 600_000},"values":{"a":1}},{"observedAt":${hourAgo},"values":{"a":2}}]`,
  );
  expect(values.map((each) => each.newestAt)).toEqual([hourAgo, hourAgo]);
});

const anyKey = fc.oneof(
  fc.constantFrom("observedAt", "seq", "values", "tiltDeg", "isOpen", "meta"),
  fc.string({ maxLength: 4 }).filter((key) => key !== "__proto__"),
);
const anyLeaf = fc.oneof(
  fc.constantFrom<unknown>(NOON, "2026-11-22T08:30:00+08:00", "2026-11-22T08:30:00", null, 0, -1),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.string({ maxLength: 5 }),
);
const anyValues = fc.dictionary(anyKey, anyLeaf, { maxKeys: 3, noNullPrototype: true });
const anyElement = fc.oneof(
  fc.record(
    { observedAt: anyLeaf, seq: anyLeaf, values: anyValues, meta: anyLeaf },
    { requiredKeys: [], noNullPrototype: true },
  ),
  fc.record({
    observedAt: fc.constantFrom<unknown>(NOON, "2026-11-22T08:30:00Z"),
    seq: fc.nat(),
    values: fc.dictionary(anyKey, fc.oneof(fc.integer(), fc.boolean()), { maxKeys: 3 }),
  }),
  anyLeaf,
);

test("the checks by hand say the same as the schema, for whatever JSON", () => {
  let goodCount = 0;
  fc.assert(
    fc.property(fc.oneof(anyElement, fc.array(anyElement, { maxLength: 4 })), (payload) => {
      const text = JSON.stringify(payload);
      const { values, faults } = decodeText(text);
      const isGood = NativePayload.safeParse(JSON.parse(text)).success;
      if (isGood) goodCount += 1;
      expect(faults.length === 0 && values.length > 0).toBe(isGood);
    }),
    { numRuns: 3_000 },
  );
  expect(goodCount).toBeGreaterThan(100);
});

test("no bytes at all make the decoder throw, and it always answers something", () => {
  const topics = fc.constantFrom("telemetry", "status", "state", "command/ack");
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), topics, (bytes, leaf) => {
      const topic = `v1/manhole-cover/mc-000231/${leaf}`;
      const {
        values,
        faults,
        statuses,
        acks,
        reports = [],
      } = decode({
        ...telemetry("", bytes),
        topic,
      });
      const found = [values, faults, statuses, acks, reports];
      expect(found.flat().length).toBeGreaterThan(0);
    }),
  );
});

const good = { values: { fillPercent: 3 } };

test.each([
  ["the device itself", "bin-gw-1", "bin-gw-1", undefined],
  ["its gateway", "gw-1", "bin-gw-1", undefined],
  ["a broker that is not ours", "", "bin-gw-1", undefined],
  ["a trusted service", "a-service", "bin-gw-1", undefined],
  ["another gateway", "gw-2", "bin-gw-1", "DEVICE_UNKNOWN"],
  ["a gateway, for a device that stands alone", "gw-1", "bin-000017", "DEVICE_UNKNOWN"],
  ["a gateway, for a device that nobody registered", "gw-1", "bin-9", "DEVICE_UNKNOWN"],
])("%s may speak for a device, or knocks", (_title, sender, deviceId, reason) => {
  const topic = `v1/waste-bin/${deviceId}/telemetry`;
  const { faults, knocks, values } = decode({ ...telemetry(deviceId, good), sender, topic });
  expect(faults.map((each) => each.reason)).toEqual(reason === undefined ? [] : [reason]);
  expect(knocks).toEqual(reason === undefined ? [] : [{ format: "native", id: deviceId }]);
  expect(values.length).toBe(reason === undefined ? 1 : 0);
});

test.each([
  ["v1/streetlight/bin-000017/telemetry", "CLASS_MISMATCH"],
  ["v1/streetlight/bin-000017/status", "CLASS_MISMATCH"],
  ["v1/waste-bin/bin-000017/other", "TOPIC_UNKNOWN"],
  ["v1/waste-bin/bin-000017/command", "TOPIC_UNKNOWN"],
  ["v1/waste-bin/bin-000017", "TOPIC_UNKNOWN"],
  ["v1", "TOPIC_UNKNOWN"],
  ["v1/crews/crew-1/cases", "TOPIC_UNKNOWN"],
  [`v1/waste-bin/${"x".repeat(2_000)}/telemetry`, "DEVICE_UNKNOWN"],
])("the topic %s is put aside as %s", (topic, reason) => {
  const { faults, knocks } = decode({ ...telemetry("bin-000017", good), topic });
  expect(faults.map((each) => each.reason)).toEqual([reason]);
  expect(faults[0]?.text.length).toBeLessThan(300);
  for (const knock of knocks) expect(knock.id.length).toBeLessThanOrEqual(64);
});

test.each([
  ["online", [{ deviceId: "mc-000231", status: "online", at: NOON }], ["mc-000231"], []],
  ["offline", [{ deviceId: "mc-000231", status: "offline", at: NOON }], [], []],
  ["", [], [], ["EMPTY"]],
  ["asleep", [], [], ["ELEMENT_INVALID"]],
])("the status '%s'", (text, statuses, heard, reasons) => {
  const topic = "v1/manhole-cover/mc-000231/status";
  const decoded = decode({ ...telemetry("mc-000231", Buffer.from(text)), topic });
  expect(decoded.statuses).toEqual(statuses);
  expect(decoded.heard).toEqual(heard);
  expect(decoded.faults.map((each) => each.reason)).toEqual(reasons);
});

test.each([
  [{ id: "c1", ok: true }, { id: "c1", isOk: true }, undefined],
  [{ id: "c1", ok: false, message: "jam" }, { id: "c1", isOk: false, message: "jam" }, undefined],
  [{ id: "c1" }, undefined, "ELEMENT_INVALID"],
  [{ ok: true }, undefined, "ELEMENT_INVALID"],
  [{ id: "a\0b", ok: true }, undefined, "ELEMENT_INVALID"],
  [{ id: "x".repeat(129), ok: true }, undefined, "ELEMENT_INVALID"],
  [[], undefined, "ELEMENT_INVALID"],
])("the answer %j to a command", (payload, ack, reason) => {
  const topic = "v1/manhole-cover/mc-000231/command/ack";
  const { acks, faults } = decode({ ...telemetry("mc-000231", payload), topic });
  expect(acks).toEqual(ack === undefined ? [] : [{ ...ack, deviceId: "mc-000231", at: NOON }]);
  expect(faults[0]?.reason).toBe(reason);
});

test.each([
  [
    '{"reportMinutes":30,"led":false,"site":"东门"}',
    { reportMinutes: 30, led: false, site: "东门" },
  ],
  ["{}", {}],
  ['{"a":null}', "ELEMENT_INVALID"],
  ['{"a":{"b":1}}', "ELEMENT_INVALID"],
  ["[1]", "ELEMENT_INVALID"],
  ["7", "ELEMENT_INVALID"],
  ['{"a b":1}', "ELEMENT_INVALID"],
  [
    JSON.stringify(Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`f${n}`, n]))),
    "ELEMENT_INVALID",
  ],
  ["{", "NOT_JSON"],
  ["", "EMPTY"],
])("a state %j is %j", (text, wanted) => {
  const topic = "v1/manhole-cover/mc-000231/state";
  const decoded = decode({ ...telemetry("mc-000231", Buffer.from(text)), topic });
  expect(decoded.values).toEqual([]);
  if (typeof wanted === "string") {
    expect(decoded.faults).toMatchObject([{ reason: wanted }]);
    expect([decoded.reports, decoded.heard]).toEqual([undefined, []]);
    return;
  }
  expect(decoded.reports).toMatchObject([{ deviceId: "mc-000231", state: wanted }]);
  expect([decoded.faults, decoded.heard]).toEqual([[], ["mc-000231"]]);
});

test("an answer's message is cut at 1,000 characters and holds nothing that cannot be written", () => {
  const topic = "v1/manhole-cover/mc-000231/command/ack";
  const message = `a\0b\n${"x".repeat(995)}\u{1f6a7}`;
  const { acks } = decode({ ...telemetry("mc-000231", { id: "c1", ok: false, message }), topic });
  expect(acks[0]?.message).toBe(`a\ufffdb\n${"x".repeat(995)}\ufffd`);
});

test.each([
  ["5 minutes ahead", NOON + 300_000, NOON + 300_000],
  ["more than 5 minutes ahead", NOON + 300_001, NOON],
  ["89 days back", NOON - 89 * 86_400_000, NOON - 89 * 86_400_000],
  ["longer back than places are kept", NOON - 91 * 86_400_000, NOON],
  ["in seconds", NOON / 1_000, NOON],
])("a crew's place whose time is %s stands where it can be believed", (_title, claimed, at) => {
  const payload = { lon: 115, lat: 32, at: claimed };
  const topic = "v1/crews/crew-1/position";
  const { positions } = decode({ ...telemetry("", payload), sender: "crew-1", topic });
  expect(positions).toEqual([{ crewId: "crew-1", lon: 115, lat: 32, at }]);
});

test.each([
  [{ lon: 115, lat: 32, accuracyM: 8, at: NOON }, "crew-1", undefined],
  [{ lon: 115, lat: 32 }, "crew-1", undefined],
  [{ lon: 115, lat: 32 }, "crew-2", "TOPIC_UNKNOWN"],
  [{ lon: 215, lat: 32 }, "crew-1", "ELEMENT_INVALID"],
  [{ lon: "115", lat: 32 }, "crew-1", "ELEMENT_INVALID"],
  [{ lon: 115, lat: 32, at: "now" }, "crew-1", "TIME_INVALID"],
])("the position %j from %s", (payload, sender, reason) => {
  const topic = "v1/crews/crew-1/position";
  const { positions, faults } = decode({ ...telemetry("", payload), sender, topic });
  expect(faults[0]?.reason).toBe(reason);
  if (reason !== undefined) return;
  expect(positions).toEqual([{ ...payload, crewId: "crew-1", at: NOON }]);
});
