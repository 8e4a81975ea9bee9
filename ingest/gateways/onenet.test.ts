/** Shapes of messages as OneNET's documentation and receivers of others show them. */
import { describe, expect, test } from "vitest";
import { formatContext, uplinkOn, valuesOf } from "../doubles/formats-world.ts";
import { NOON } from "../doubles/world.ts";
import type { Decoded } from "./gateway.ts";
import { createOnenetGateway } from "./onenet.ts";

const IMEI = "869487060000017";
const context = formatContext("onenet", {
  [IMEI]: "manhole-cover",
  "Hk3v9:cover-18": "manhole-cover",
  "bin-3": "waste-bin",
});

const NOTIFY = {
  projectId: "99090",
  productId: "Hk3v9",
  deviceName: "cover-17",
  messageType: "notify",
  notifyType: "property",
  imei: IMEI,
};
const params = (values: Record<string, unknown>, time: unknown = NOON - 3_000) => ({
  data: {
    id: "1",
    params: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { value, time }]),
    ),
  },
});

/** As it is pushed: the message as a text. */
function decode(message: unknown, envelope: object = {}): Decoded {
  const body = { msg: JSON.stringify(message), nonce: "abcdefgh", signature: "…", ...envelope };
  return decodeBody(body);
}
function decodeBody(body: unknown, more: object = {}): Decoded {
  const uplink = uplinkOn("intake/onenet/city", body, { source: "http", sender: "city" });
  return createOnenetGateway().decode({ ...uplink, ...more }, 0, context);
}
const faultsOf = ({ faults }: Decoded) => faults.map(({ reason, text }) => `${reason}: ${text}`);

describe("a notify of the thing model", () => {
  test("has its values by name, each at its own time", () => {
    const decoded = decode({
      ...NOTIFY,
      data: {
        params: {
          tiltDeg: { value: 31.5, time: NOON - 3_000 },
          isOpen: { value: true, time: NOON - 3_000 },
          waterLevelCm: { value: "17 cm", time: NOON - 9_000 },
          "3_0_20": { value: 4, time: NOON - 3_000, bin_data: "A0AA" },
        },
      },
    });
    expect(valuesOf(decoded)).toEqual({ tiltDeg: 31.5, isOpen: 1, "3_0_20": 4, waterLevelCm: 17 });
    expect(decoded.values.map(({ measurement, claimedAt }) => [measurement, claimedAt])).toEqual([
      ["tiltDeg", NOON - 3_000],
      ["isOpen", NOON - 3_000],
      ["3_0_20", NOON - 3_000],
      ["waterLevelCm", NOON - 9_000],
    ]);
    expect(decoded).toMatchObject({ faults: [], heard: [`device-${IMEI}`] });
  });

  test("of an event has the values within it", () => {
    const event = { ...NOTIFY, notifyType: "event", ...params({ moved: { tilt: 12, by: "car" } }) };
    expect(valuesOf(decode(event))).toEqual({ "moved.tilt": 12 });
  });

  test.each([
    ["its IMEI", {}, IMEI],
    ["product and name", { imei: undefined, deviceName: "cover-18" }, "Hk3v9:cover-18"],
    ["its name", { imei: undefined, deviceName: "bin-3" }, "bin-3"],
  ])("is its device's by %s", (_what, more, id) => {
    const decoded = decode({ ...NOTIFY, ...more, ...params({ tiltDeg: 1 }) });
    expect(decoded.values[0]?.deviceId).toBe(`device-${id}`);
  });

  test("a bad value is put aside alone", () => {
    const mixed = { tiltDeg: { value: 2, time: NOON }, isOpen: { value: 1, time: "x" }, a: {} };
    const decoded = decode({ ...NOTIFY, data: { params: mixed } });
    expect(valuesOf(decoded)).toEqual({ tiltDeg: 2 });
    expect(faultsOf(decoded)).toEqual([
      'TIME_INVALID: the time of "isOpen" is "x"',
      'ELEMENT_INVALID: "a" has no "value"',
    ]);
  });

  test.each([
    [{ data: { params: {} } }, /^EMPTY/],
    [{}, /^EMPTY: "data.params" is absent/],
    [params({ Power: "on" }), /^VALUE_INVALID: .*"Power"/],
    [{ ...params({ tiltDeg: 1 }), messageType: "sceneLog" }, /^FRAME_UNSUPPORTED: .*"sceneLog"/],
    [{ ...params({ tiltDeg: 1 }), imei: "1" }, /^DEVICE_UNKNOWN: .*"1" or "Hk3v9:cover-17" or/],
    [params(Object.fromEntries(Array.from({ length: 501 }, (_, n) => [n, n]))), /^TOO_MANY/],
  ])("with %j is put aside: %s", (more, text) => {
    const decoded = decode({ ...NOTIFY, ...more });
    expect(decoded.values).toEqual([]);
    expect(faultsOf(decoded)[0]).toMatch(text);
  });

  test("a name that objects have by birth is a name like others", () => {
    const message = JSON.stringify({ ...NOTIFY, ...params({ tiltDeg: 1 }) });
    const msg = message.replace('"tiltDeg"', '"__proto__"');
    expect(valuesOf(decodeBody({ msg }))).toEqual(Object.fromEntries([["__proto__", 1]]));
  });
});

test("a lifeCycle is a status", () => {
  const { imei, deviceName } = NOTIFY;
  const life = { ...{ imei, deviceName }, messageType: "lifeCycle" };
  const deviceId = `device-${IMEI}`;
  expect(decode({ ...life, data: { status: "online", time: NOON } })).toMatchObject({
    statuses: [{ deviceId, status: "online", at: NOON }],
    heard: [deviceId],
  });
  expect(decode({ ...life, data: { status: "offline" } })).toMatchObject({ heard: [] });
  expect(faultsOf(decode({ ...life, data: {} }))[0]).toMatch(/^ELEMENT_INVALID: its status/);
});

test("a place is two numbers", () => {
  const place = { ...NOTIFY, messageType: "lbsAndWifi", type: 2, timestamp: NOON };
  const decoded = decode({ ...place, data: { accuracy: 683, lon: 115.4, lat: 31.8 } });
  expect(valuesOf(decoded)).toEqual({ longitude: 115.4, latitude: 31.8, accuracyM: 683 });
});

test.each([
  [200, { isOk: true }],
  [10_411, { isOk: false, message: "code 10411" }],
])("a reply with code %i ends a command", (code, ack) => {
  const reply = { ...NOTIFY, messageType: "reply", request: { id: "c-1" }, rTime: NOON };
  expect(decode({ ...reply, response: { id: "c-1", code } }).acks).toMatchObject([
    { id: "c-1", at: NOON, ...ack },
  ]);
});

describe("data streams of the older platforms", () => {
  const stream = { at: NOON - 1_000, type: 1, ds_id: "tiltDeg", value: 12.5, imei: IMEI };

  test("one message as it is, and several with times as texts", () => {
    expect(valuesOf(decodeBody({ msg: stream, msg_signature: "…" }))).toEqual({ tiltDeg: 12.5 });
    const water = { ...stream, at: String(NOON), ds_id: "waterLevelCm", value: "40" };
    const decoded = decodeBody({ msg: [stream, water], msg_signature: "…" });
    expect(valuesOf(decoded)).toEqual({ tiltDeg: 12.5, waterLevelCm: 40 });
    expect(decoded.values.map(({ claimedAt }) => claimedAt)).toEqual([NOON - 1_000, NOON]);
  });

  test("a status", () => {
    const status = { at: NOON, login_type: 10, type: 2, imei: IMEI, status: 1 };
    expect(decodeBody({ msg: status }).statuses).toMatchObject([{ status: "online", at: NOON }]);
  });

  test.each([
    [{ type: 7 }, /^FRAME_UNSUPPORTED: .*types 1 \(a value\) and 2/],
    [{ ds_id: "" }, /^FRAME_UNSUPPORTED/],
    [{ at: "now" }, /^TIME_INVALID/],
    [{ value: "0080138400000001AAFF" }, /^VALUE_INVALID/],
    [{ value: null }, /^VALUE_INVALID/],
    [{ type: 2, status: 5 }, /^ELEMENT_INVALID/],
  ])("with %j is put aside: %s", (more, text) => {
    const decoded = decodeBody({ msg: { ...stream, ...more } });
    expect(decoded.values).toEqual([]);
    expect(faultsOf(decoded)[0]).toMatch(text);
  });
});

test("a push of the rule engine has no envelope", () => {
  expect(valuesOf(decodeBody({ ...NOTIFY, ...params({ tiltDeg: 4 }) }))).toEqual({ tiltDeg: 4 });
});

test.each([[{ enc_msg: "V2hhdA==" }], [{ msg: "gJ7R0pU4Jc3s8Q==" }]])(
  "an encrypted push is put aside with the cure: %j",
  (body) => {
    const decoded = decodeBody({ ...body, nonce: "abcdefgh", signature: "…" });
    expect(faultsOf(decoded)[0]).toMatch(/^FRAME_UNSUPPORTED: .*encrypted; choose the plain mode/);
  },
);

test("what did not come as a push is nobody's", () => {
  const body = { ...NOTIFY, ...params({ tiltDeg: 4 }) };
  expect(faultsOf(decodeBody(body, { source: "mqtt" }))[0]).toMatch(/^TOPIC_UNKNOWN/);
});

test("a message names the way that commands go, unless its ids are none that a database takes", () => {
  const whole = { ...NOTIFY, productId: "Hk3v9", deviceName: "cover-18" };
  const params = { data: { params: { tiltDeg: { value: 1 } } } };
  expect(decode({ ...whole, ...params }).ways).toMatchObject([{ way: "Hk3v9:cover-18" }]);
  expect(decode({ ...whole, ...params, imei: IMEI, deviceName: "a\0" }).ways).toEqual([]);
});
