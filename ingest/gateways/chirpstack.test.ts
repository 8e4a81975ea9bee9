import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatContext, uplinkOn, valuesOf } from "../doubles/formats-world.ts";
import { NOON } from "../doubles/world.ts";
import { createChirpstackGateway } from "./chirpstack.ts";
import type { Decoded } from "./gateway.ts";

const EUI = "24e124713b000017";
const context = formatContext("chirpstack", { [EUI]: "waste-bin" });
const samples = JSON.parse(
  readFileSync(new URL("chirpstack-samples.json", import.meta.url), "utf8"),
) as Record<"up" | "upWithDefaultsOmitted" | "status", Record<string, unknown>>;
/** 2026-11-22T00:30:15.775+00:00 */
const HEARD_AT = 1_795_307_415_775;

const topicOf = (event: string, eui = EUI): string =>
  `application/5b1f/device/${eui}/event/${event}`;
const decode = (event: string, body: unknown, more = {}): Decoded =>
  createChirpstackGateway().decode(uplinkOn(topicOf(event), body, more), 1, context);

describe("up", () => {
  test("the codec's values, the radio of the gateway that heard it best, at the server's time", () => {
    const decoded = decode("up", samples.up);
    expect(decoded.faults).toEqual([]);
    expect(decoded.heard).toEqual([`device-${EUI}`]);
    expect(valuesOf(decoded)).toEqual({
      battery: 95,
      temperature: 23.4,
      distance: 454,
      rssiDbm: -97,
      snrDb: 7.5,
    });
    for (const value of decoded.values) {
      expect(value).toMatchObject({ claimedAt: HEARD_AT, newestAt: HEARD_AT, seq: 118, flags: 0 });
    }
  });

  test("names of the class are its measurements, with the unit that the codec says", () => {
    const object = { temperatureC: { value: 77, unit: "°F" }, fillPercent: 81, isLidOpen: false };
    expect(valuesOf(decode("up", { ...samples.up, object, rxInfo: [] }))).toEqual({
      temperatureC: 25,
      fillPercent: 81,
      isLidOpen: 0,
    });
  });

  test("an absent counter is 0; bytes that no codec decoded are put aside, the radio is kept", () => {
    const decoded = decode("up", samples.upWithDefaultsOmitted);
    expect(decoded.values.map(({ measurement, seq }) => [measurement, seq])).toEqual([
      ["rssiDbm", 0],
      ["snrDb", 0],
    ]);
    expect(decoded.faults).toMatchObject([{ reason: "FRAME_UNSUPPORTED" }]);
    expect(decoded.faults[0]?.text).toContain("give its device a decoder");
  });

  test("an EUI in upper case is the same device", () => {
    const uplink = uplinkOn(topicOf("up", EUI.toUpperCase()), samples.up);
    expect(createChirpstackGateway().decode(uplink, 1, context).values).toHaveLength(5);
  });

  test("an event that is sent again is decoded once, and the same uplink read again as before", () => {
    const gateway = createChirpstackGateway();
    const at = (position: number, event = "up") =>
      gateway.decode(uplinkOn(topicOf(event), samples.up), position, context);
    expect(at(7).values).toHaveLength(5);
    expect(at(8)).toMatchObject({ values: [], faults: [], heard: [] });
    expect(at(7).values).toHaveLength(5);
    expect(at(9, "status").values).not.toHaveLength(0);
  });

  test("an id of any length is not remembered", () => {
    const gateway = createChirpstackGateway();
    const at = (position: number, deduplicationId: string) => {
      const body = { ...samples.status, deduplicationId };
      return gateway.decode(uplinkOn(topicOf("status"), body), position, context).values.length;
    };
    expect([at(1, "x".repeat(200)), at(2, "x".repeat(200))]).toEqual([2, 0]);
    expect([at(3, "x".repeat(300)), at(4, "x".repeat(300))]).toEqual([2, 2]);
  });

  test("what the counter says was lost is counted, and nothing across a join", () => {
    const gateway = createChirpstackGateway();
    const lostAt = (position: number, fCnt: number, event = "up") => {
      const time = new Date(HEARD_AT + position * 60_000).toISOString();
      const body = { ...samples.up, fCnt, time, deduplicationId: `id-${position}` };
      const uplink = uplinkOn(topicOf(event), body);
      return valuesOf(gateway.decode(uplink, position, context)).framesLost;
    };
    expect([lostAt(1, 10), lostAt(2, 11), lostAt(3, 15)]).toEqual([undefined, undefined, 3]);
    expect([lostAt(4, 0, "join"), lostAt(5, 20)]).toEqual([undefined, undefined]);
  });

  test("the same frame under another id of the server's is the same frame", () => {
    const gateway = createChirpstackGateway();
    const at = (position: number, deduplicationId: string) => {
      const body = { ...samples.up, deduplicationId };
      return gateway.decode(uplinkOn(topicOf("up"), body), position, context).values.length;
    };
    expect([at(1, "a"), at(2, "b"), at(2, "b")]).toEqual([5, 0, 0]);
  });
});

describe("status", () => {
  test("battery and margin", () => {
    expect(valuesOf(decode("status", samples.status))).toEqual({
      batteryPercent: 94.88,
      linkMarginDb: 7,
    });
  });

  test.each([
    [{ externalPowerSource: true }, { linkMarginDb: 0 }],
    [{ batteryLevelUnavailable: true, margin: -3 }, { linkMarginDb: -3 }],
    // Absent is its default: an empty battery.
    [{ margin: 5 }, { linkMarginDb: 5, batteryPercent: 0 }],
  ])("%j", (body, wanted) => {
    expect(valuesOf(decode("status", { time: samples.status.time, ...body }))).toEqual(wanted);
  });
});

test("a join and an acknowledgement are signs of life, the latter the answer to a command", () => {
  const time = "2026-11-22T00:30:15.775Z";
  expect(decode("join", { time })).toMatchObject({ values: [], heard: [`device-${EUI}`] });
  const acks = (body: object) => decode("ack", { time, ...body }).acks;
  expect(acks({ queueItemId: "q-1", acknowledged: true })).toEqual([
    { deviceId: `device-${EUI}`, id: "q-1", isOk: true, at: HEARD_AT },
  ]);
  expect(acks({ queueItemId: "q-2" })).toMatchObject([{ id: "q-2", isOk: false }]);
  expect(decode("ack", { queueItemId: "q-3", acknowledged: true }).acks).toMatchObject([
    { at: NOON },
  ]);
});

test("a location is kept beside the measurements", () => {
  const location = { latitude: 31.8, longitude: 115.4, source: "GPS" };
  expect(valuesOf(decode("location", { location }))).toEqual({
    latitude: 31.8,
    longitude: 115.4,
    altitude: 0,
  });
});

test("an uplink tells the way back, and a gateway that has sent a command says so", () => {
  const deviceId = `device-${EUI}`;
  const way = `application/5b1f/device/${EUI}`;
  expect(decode("up", samples.up).ways).toEqual([{ deviceId, way }]);
  const { carried, heard } = decode("txack", { queueItemId: "c-1" });
  expect([carried, heard]).toEqual([[{ deviceId, id: "c-1" }], []]);
});

test.each([
  ["txack", {}],
  ["integration", { integrationName: "x" }],
  ["log", { level: "INFO", code: "ADR", description: "x" }],
  ["log", {}],
])("%s %j is nothing to keep", (event, body) => {
  expect(decode(event, body)).toMatchObject({ values: [], faults: [], heard: [] });
});

test.each<[string, unknown, string, string]>([
  ["up", "", "EMPTY", "no bytes"],
  ["up", "{", "NOT_JSON", "not JSON"],
  ["up", "[]", "ELEMENT_INVALID", "an array of 0"],
  ["up", { time: "soon" }, "TIME_INVALID", '"time" is "soon"'],
  ["up", { fCnt: -1 }, "ELEMENT_INVALID", '"fCnt" is -1'],
  ["up", { fCnt: "7" }, "ELEMENT_INVALID", '"fCnt" is "7"'],
  ["up", { a: [[[[[[[[[1]]]]]]]]] }, "TOO_DEEP", "deeper than 8"],
  ["up", { object: { temperatureC: "warm" } }, "VALUE_INVALID", "warm"],
  ["ack", {}, "ELEMENT_INVALID", '"queueItemId" is absent'],
  [
    "log",
    { level: "ERROR", code: "UPLINK_CODEC", description: "JS error" },
    "FRAME_INVALID",
    'ChirpStack says "UPLINK_CODEC": "JS error"',
  ],
  ["downlink", {}, "TOPIC_UNKNOWN", 'no event "downlink"'],
])("%s %j is put aside: %s", (event, body, reason, text) => {
  const { faults, values } = decode(event, body);
  expect([values, faults.map((fault) => fault.reason)]).toEqual([[], [reason]]);
  expect(faults[0]?.text).toContain(text);
});

test("who may not speak for a device is put aside and listed as knocking, as is an unknown one", () => {
  const decoded = decode("up", samples.up, { sender: "gw-2" });
  expect(decoded.faults).toMatchObject([{ reason: "DEVICE_UNKNOWN" }]);
  expect(decoded.faults[0]?.text).toContain("register its device under this gateway");
  const unknown = uplinkOn(topicOf("up", "ffffffffffffffff"), samples.up);
  expect(createChirpstackGateway().decode(unknown, 1, context)).toMatchObject({
    faults: [{ reason: "DEVICE_UNKNOWN" }],
    knocks: [{ format: "chirpstack", id: "ffffffffffffffff" }],
  });
  for (const sender of ["gw-1", "a-service", "", `device-${EUI}`]) {
    expect(decode("up", samples.up, { sender }).values).toHaveLength(5);
  }
  const topic = "application/x/device/y";
  expect(createChirpstackGateway().decode(uplinkOn(topic, {}), 1, context).faults).toMatchObject([
    { reason: "TOPIC_UNKNOWN" },
  ]);
});

test("whatever bytes come: one answer, nothing thrown, no value that was not in the payload", () => {
  const gateway = createChirpstackGateway();
  const keys = [
    ...["time", "deduplicationId", "fCnt", "object", "rxInfo", "rssi", "snr", "location", "margin"],
    ...["batteryLevel", "queueItemId", "level", "value", "unit", "__proto__", "temperatureC"],
  ];
  const { body } = fc.letrec((tie) => ({
    body: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.constant("3 °C")),
      fc.array(tie("body"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...keys), tie("body"), { maxKeys: 6 }),
    ),
  }));
  const event = fc.constantFrom("up", "join", "status", "ack", "txack", "log", "location", "x");
  const payload = fc.oneof(
    body.map((tree) => Buffer.from(JSON.stringify(tree) ?? "")),
    fc.uint8Array({ maxLength: 64 }),
  );
  fc.assert(
    fc.property(event, payload, fc.nat(), (name, bytes, position) => {
      const uplink = uplinkOn(topicOf(name), bytes);
      const { values, faults } = gateway.decode(uplink, position, context);
      const text = Buffer.from(bytes).toString();
      for (const { value } of values) {
        expect(Number.isFinite(value)).toBe(true);
        // A boolean is 0 or 1; what ChirpStack leaves out is 0.
        const isThere = value === 0 || value === 1 || text.includes(String(value));
        expect(isThere || text.includes("e")).toBe(true);
      }
      for (const fault of faults) expect(fault.text.length).toBeLessThan(500);
    }),
    { numRuns: Number(process.env.GRIDWARDEN_FUZZ ?? 2_000) },
  );
});
