import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatContext, uplinkOn, valuesOf } from "../doubles/formats-world.ts";
import type { Decoded } from "./gateway.ts";
import { createThingsStackGateway } from "./things-stack.ts";

const EUI = "0004a30b00c0ffee";
const context = formatContext("things-stack", { [EUI]: "manhole-cover" });
interface Message {
  end_device_ids: Record<string, unknown>;
  uplink_message: Record<string, unknown>;
}
const { up } = JSON.parse(
  readFileSync(new URL("things-stack-samples.json", import.meta.url), "utf8"),
) as { up: Message & Record<string, unknown> };
const HEARD_AT = Date.parse("2026-11-22T00:32:45.789Z");
const ids = up.end_device_ids;

const topicOf = (event: string): string => `v3/covers@city/devices/cover-0102-000231/${event}`;
const decode = (event: string, body: unknown, more = {}): Decoded =>
  createThingsStackGateway().decode(uplinkOn(topicOf(event), body, more), 1, context);
const upWith = (message: object): object => ({
  ...up,
  uplink_message: { ...up.uplink_message, ...message },
});

test("values of the formatter, the radio, at the time that the network server heard it", () => {
  const decoded = decode("up", up);
  expect(decoded.faults).toEqual([]);
  expect(decoded.heard).toEqual([`device-${EUI}`]);
  expect(valuesOf(decoded)).toEqual({
    tilt: 34.5,
    cover_open: 1,
    water_level: 0,
    battery_voltage: 3.58,
    rssiDbm: -88,
    snrDb: 6.25,
  });
  for (const value of decoded.values) {
    expect(value).toMatchObject({ claimedAt: HEARD_AT, newestAt: HEARD_AT, seq: 41 });
  }
});

test("an absent counter is 0", () => {
  expect(decode("up", upWith({ f_cnt: undefined })).values[0]?.seq).toBe(0);
});

test("bytes without a formatter are put aside, the radio is kept", () => {
  const { values, faults } = decode("up", upWith({ decoded_payload: undefined }));
  expect(values.map(({ measurement }) => measurement)).toEqual(["rssiDbm", "snrDb"]);
  expect(faults).toMatchObject([{ reason: "FRAME_UNSUPPORTED" }]);
});

test("a frame that comes again in its session is decoded once; in another session it is another", () => {
  const gateway = createThingsStackGateway();
  const at = (position: number, body: object) =>
    gateway.decode(uplinkOn(topicOf("up"), body), position, context).values.length;
  expect([at(1, up), at(2, up), at(1, up)]).toEqual([6, 0, 6]);
  expect(at(3, upWith({ session_key_id: "other" }))).toBe(6);
  expect(at(4, upWith({ f_cnt: 42 }))).toBe(6);
});

test("a device whose counter begins anew in the same session is heard", () => {
  const gateway = createThingsStackGateway();
  const at = (position: number, f_cnt: number, received_at: string) => {
    const uplink = uplinkOn(topicOf("up"), upWith({ f_cnt, received_at }));
    return gateway.decode(uplink, position, context).values.length;
  };
  expect([at(1, 0, "2026-11-22T00:00:00Z"), at(2, 1, "2026-11-22T00:20:00Z")]).toEqual([6, 6]);
  expect([at(3, 0, "2026-11-22T01:00:00Z"), at(4, 1, "2026-11-22T01:20:00Z")]).toEqual([6, 6]);
  expect(at(5, 1, "2026-11-22T01:20:00Z")).toBe(0);
});

test("a session's id of any length is not remembered", () => {
  const gateway = createThingsStackGateway();
  const at = (position: number, length: number) => {
    const frm_payload = Buffer.of(position).toString("base64");
    const body = upWith({ session_key_id: "x".repeat(length), frm_payload });
    return gateway.decode(uplinkOn(topicOf("up"), body), position, context).values.length;
  };
  expect([at(1, 100), at(2, 100)]).toEqual([6, 0]);
  expect([at(3, 300), at(4, 300)]).toEqual([6, 6]);
});

test("a join is a sign of life", () => {
  expect(decode("join", { end_device_ids: ids })).toMatchObject({
    values: [],
    faults: [],
    heard: [`device-${EUI}`],
  });
});

test.each([
  ["down/ack", { downlink_ack: { correlation_ids: ["x", "gridwarden:c-1"] } }, [["c-1", true]]],
  ["down/nack", { correlation_ids: ["gridwarden:c-2"], downlink_nack: {} }, [["c-2", false]]],
  ["down/failed", { downlink_failed: { correlation_ids: ["gridwarden:c-3"] } }, [["c-3", false]]],
  ["down/sent", { downlink_sent: { correlation_ids: ["gridwarden:c-4"] } }, []],
  ["down/queued", { downlink_queued: { correlation_ids: ["gridwarden:c-5"] } }, []],
  ["down/ack", { downlink_ack: { correlation_ids: ["somebody's"] } }, []],
  ["down/ack", {}, []],
])("%s %j", (event, body, wanted) => {
  const { acks, faults } = decode(event, { end_device_ids: ids, ...body });
  expect([acks.map(({ id, isOk }) => [id, isOk]), faults]).toEqual([wanted, []]);
});

test("a downlink that was sent is on its way; one that failed says why, also beside its error", () => {
  const end_device_ids = ids;
  const downlink = { correlation_ids: ["gridwarden:c-6"] };
  const sent = decode("down/sent", { end_device_ids, downlink_sent: downlink });
  expect(sent.carried).toEqual([{ deviceId: `device-${EUI}`, id: "c-6" }]);
  const error = { message_format: "no gateway hears it" };
  const failed = decode("down/failed", { end_device_ids, downlink_failed: { downlink, error } });
  expect(failed.acks).toMatchObject([{ id: "c-6", isOk: false, message: "no gateway hears it" }]);
});

test("an uplink tells the way back; what the platform itself sends there is no uplink", () => {
  const way = "v3/covers@city/devices/cover-0102-000231";
  expect(decode("up", up).ways).toEqual([{ deviceId: `device-${EUI}`, way }]);
  expect(decode("down/push", { downlinks: [] })).toMatchObject({ faults: [], acks: [] });
});

test.each<[string, unknown, string, string]>([
  ["up", "", "EMPTY", "no bytes"],
  ["up", "{", "NOT_JSON", "not JSON"],
  ["up", "3", "ELEMENT_INVALID", "wanted an object"],
  ["up", {}, "ELEMENT_INVALID", '"end_device_ids.dev_eui" is absent'],
  ["up", { ...up, simulated: true }, "ELEMENT_INVALID", "simulated in the console"],
  ["up", { end_device_ids: ids }, "ELEMENT_INVALID", '"uplink_message" is absent'],
  ["up", upWith({ f_cnt: -3 }), "ELEMENT_INVALID", '"f_cnt" is -3'],
  ["up", upWith({ received_at: "noon" }), "TIME_INVALID", '"received_at" is "noon"'],
  ["up", { ...up, x: [[[[[[[[[1]]]]]]]]] }, "TOO_DEEP", "deeper than 8"],
  ["service/data", up, "TOPIC_UNKNOWN", "is not v3/"],
])("%s %j is put aside: %s", (event, body, reason, text) => {
  const { values, faults } = decode(event, body);
  expect([values, faults.map((fault) => fault.reason)]).toEqual([[], [reason]]);
  expect(faults[0]?.text).toContain(text);
});

test("an unknown EUI, and a sender who may not speak for it", () => {
  const unknown = { ...up, end_device_ids: { ...ids, dev_eui: "FFFFFFFFFFFFFFFF" } };
  expect(decode("up", unknown)).toMatchObject({
    faults: [{ reason: "DEVICE_UNKNOWN" }],
    knocks: [{ format: "things-stack", id: "FFFFFFFFFFFFFFFF" }],
  });
  expect(decode("up", up, { sender: "gw-2" }).faults).toMatchObject([{ reason: "DEVICE_UNKNOWN" }]);
});

test("whatever comes: nothing thrown, finite values, short texts", () => {
  const gateway = createThingsStackGateway();
  const key = fc.constantFrom(
    ...["uplink_message", "decoded_payload", "rx_metadata", "rssi", "snr", "f_cnt", "received_at"],
    ...[
      "session_key_id",
      "correlation_ids",
      "downlink_ack",
      "simulated",
      "value",
      "unit",
      "__proto__",
    ],
  );
  const { body } = fc.letrec((tie) => ({
    body: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null)),
      fc.array(tie("body"), { maxLength: 4 }),
      fc.dictionary(key, tie("body"), { maxKeys: 6 }),
    ),
  }));
  const event = fc.constantFrom("up", "join", "down/ack", "down/failed");
  const payload = fc.oneof(
    fc.dictionary(key, body).map((tree) => JSON.stringify({ ...tree, end_device_ids: ids })),
    fc.uint8Array({ maxLength: 64 }),
  );
  fc.assert(
    fc.property(event, payload, fc.nat(), (name, bytes, position) => {
      const uplink = uplinkOn(topicOf(name), bytes);
      const { values, faults } = gateway.decode(uplink, position, context);
      for (const { value } of values) expect(Number.isFinite(value)).toBe(true);
      for (const fault of faults) expect(fault.text.length).toBeLessThan(500);
    }),
    { numRuns: Number(process.env.GRIDWARDEN_FUZZ ?? 2_000) },
  );
});
