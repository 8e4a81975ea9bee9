/** Shapes of messages as CTWing's documentation and receivers of others show them. */
import { describe, expect, test } from "vitest";
import { LIMITS } from "../../model/limits.ts";
import { formatContext, uplinkOn, valuesOf } from "../doubles/formats-world.ts";
import { NOON } from "../doubles/world.ts";
import { createCtwingGateway } from "./ctwing.ts";
import type { Decoded } from "./gateway.ts";

const IMEI = "861050040000017";
const DEVICE_ID = "5e5a54e224b9436f93900c27f0787f61";
const context = formatContext("ctwing", { [IMEI]: "manhole-cover", [DEVICE_ID]: "waste-bin" });

const REPORT = {
  upPacketSN: -1,
  upDataSN: -1,
  topic: "v1/up/ad19",
  timestamp: NOON - 2_000,
  tenantId: "2000000001",
  serviceId: 1,
  protocol: "lwm2m",
  productId: "15000001",
  messageType: "dataReport",
  deviceType: "",
  deviceId: "40edca19b0124480864366de4621de99",
  assocAssetId: "",
  IMSI: "undefined",
  IMEI,
};
const base64 = (text: string): string => Buffer.from(text).toString("base64");

function decode(payload: unknown, more: object = {}): Decoded {
  const uplink = uplinkOn("intake/ctwing/covers", payload, { source: "http", sender: "covers" });
  return createCtwingGateway().decode({ ...uplink, ...more }, 0, context);
}
const faultsOf = ({ faults }: Decoded) => faults.map(({ reason, text }) => `${reason}: ${text}`);

describe("a dataReport", () => {
  test("of a thing model: values by their names, at the platform's time", () => {
    const decoded = decode({ ...REPORT, payload: { tiltDeg: 31.5, isOpen: 1, liquid_level: 402 } });
    expect(valuesOf(decoded)).toEqual({ tiltDeg: 31.5, isOpen: 1, liquid_level: 402 });
    expect(decoded).toMatchObject({ faults: [], heard: [`device-${IMEI}`] });
    expect(decoded.values[0]).toMatchObject({
      ...{ deviceId: `device-${IMEI}`, claimedAt: NOON - 2_000, newestAt: NOON - 2_000 },
      ...{ seq: undefined, period: "instant" },
    });
  });

  test("of a profile: its serviceData alone", () => {
    const serviceData = { tiltDeg: "12 °", batteryPercent: 88, IMEI: "861050040000017" };
    const payload = { serviceId: "notification", serviceData };
    const decoded = decode({ ...REPORT, topic: "v1/up/ad19prof", payload });
    expect(valuesOf(decoded)).toEqual({ tiltDeg: 12, batteryPercent: 88 });
  });

  test("of bytes that are JSON: as a tree", () => {
    const payload = { APPdata: base64('\n {"tiltDeg": 7, "water": {"levelCm": 3}}') };
    const decoded = decode({ ...REPORT, topic: "v1/up/ad", payload });
    expect(valuesOf(decoded)).toEqual({ tiltDeg: 7, "water.levelCm": 3 });
  });

  test("of bytes that happen to be a number or a text in JSON: bytes all the same", () => {
    for (const text of ["12", '"tiltDeg"', "true"]) {
      const decoded = decode({ ...REPORT, payload: { APPdata: base64(text) } });
      expect(faultsOf(decoded)[0]).toMatch(/^FRAME_UNSUPPORTED/);
    }
  });

  test("of other bytes: put aside with the cure, and the device was heard", () => {
    const decoded = decode({ ...REPORT, topic: "v1/up/ad", payload: { APPdata: "AQFWMS4wAAA=" } });
    expect(decoded.values).toEqual([]);
    expect(faultsOf(decoded)[0]).toMatch(/^FRAME_UNSUPPORTED: device .* sent 8 bytes.* a decoder/);
    expect(decoded.heard).toEqual([`device-${IMEI}`]);
  });

  test("of bytes for the device's decoder: asked before, and what it answers stands", () => {
    const gateway = createCtwingGateway();
    const report = { ...REPORT, topic: "v1/up/ad", payload: { APPdata: "AQFW" } };
    const stranger = { ...report, IMEI: "861050040000099" };
    const uplink = uplinkOn("intake/ctwing/covers", [report, stranger, 7], { source: "http" });
    const frames = gateway.framesOf?.(uplink, context, () => true);
    expect(frames?.map(({ entry, frame }) => [entry.device.deviceId, frame])).toEqual([
      [`device-${IMEI}`, { bytes: Buffer.from([1, 1, 0x56]), fPort: undefined, at: NOON - 2_000 }],
    ]);
    expect(gateway.framesOf?.(uplink, context, () => false)).toEqual([]);
    const readFrame: typeof context.readFrame = (_entry, { bytes }) => ({
      values: [{ measurement: "tiltDeg", value: bytes[2] ?? 0, at: undefined, seq: undefined }],
      faults: [],
    });
    const one = uplinkOn("intake/ctwing/covers", report, { source: "http" });
    const decoded = gateway.decode(one, 0, { ...context, readFrame });
    expect(valuesOf(decoded)).toEqual({ tiltDeg: 0x56 });
    expect(decoded.values[0]?.claimedAt).toBe(NOON - 2_000);
  });

  test("of a device without an IMEI: by its deviceId", () => {
    const report = { ...REPORT, IMEI: "", deviceId: DEVICE_ID, payload: { fillPercent: 40 } };
    expect(decode(report).values[0]?.deviceId).toBe(`device-${DEVICE_ID}`);
    expect(decode({ ...report, IMEI: "undefined" }).values).toHaveLength(1);
  });

  test("the IMEI goes before the deviceId", () => {
    const decoded = decode({ ...REPORT, deviceId: DEVICE_ID, payload: { tiltDeg: 1 } });
    expect(decoded.values[0]?.deviceId).toBe(`device-${IMEI}`);
  });

  test("nested without an end costs those beside it nothing", () => {
    const good = JSON.stringify({ ...REPORT, payload: { tiltDeg: 1 } });
    const deep = `{"payload":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    const one = uplinkOn("intake/ctwing/ct-1", `[${deep},${good}]`, { source: "http" });
    const decoded = createCtwingGateway().decode(one, 0, context);
    expect([valuesOf(decoded), faultsOf(decoded)]).toEqual([
      { tiltDeg: 1 },
      [expect.stringMatching(/^TOO_DEEP/)],
    ]);
  });

  test("of a stranger: put aside, and it knocks by its IMEI", () => {
    const decoded = decode({ ...REPORT, IMEI: "861050040000099", payload: { tiltDeg: 1 } });
    expect(faultsOf(decoded)[0]).toMatch(/^DEVICE_UNKNOWN: .*"861050040000099" or "40edca19/);
    expect(decoded.knocks).toEqual([{ format: "ctwing", id: "861050040000099" }]);
    expect(decoded.heard).toEqual([]);
    const report = { ...REPORT, IMEI: "undefined", payload: { tiltDeg: 1 } };
    expect(decode(report).knocks).toEqual([{ format: "ctwing", id: REPORT.deviceId }]);
  });

  test.each([
    [{ payload: { APPdata: "not base64!" } }, /^FRAME_INVALID: .*wanted base64/],
    [{ payload: { APPdata: 7 } }, /^FRAME_INVALID/],
    [{ payload: "7" }, /^ELEMENT_INVALID: its payload is "7"/],
    [{}, /^ELEMENT_INVALID: its payload is absent/],
    [{ payload: { alarm: "low" } }, /^VALUE_INVALID: .*"alarm".*no mapping makes a number/],
    [{ payload: { tiltDeg: "steep" } }, /^VALUE_INVALID: 'tiltDeg'/],
    [{ payload: { tiltDeg: 1 }, timestamp: "today" }, /^TIME_INVALID: "timestamp" is "today"/],
    [{ payload: { tiltDeg: 1 }, IMEI: null, deviceId: "" }, /^ELEMENT_INVALID: .*names no device/],
    [
      { messageType: "dataReportTupUnion", payload: {} },
      /^FRAME_UNSUPPORTED: .*subscribe to dataReport/,
    ],
    [{ payload: { APPdata: base64(`${"[".repeat(20)}${"]".repeat(20)}`) } }, /^TOO_DEEP/],
  ])("with %j is put aside: %s", (more, text) => {
    const decoded = decode({ ...REPORT, ...more });
    expect(decoded.values).toEqual([]);
    expect(faultsOf(decoded)[0]).toMatch(text);
  });
});

test("an eventReport is read as a report", () => {
  const event = { ...REPORT, messageType: "eventReport", eventType: 2, serviceId: 1_002 };
  const decoded = decode({ ...event, eventContent: { batteryPercent: 9, battery_state: 1 } });
  expect(valuesOf(decoded)).toEqual({ batteryPercent: 9, battery_state: 1 });
});

describe("a deviceOnlineOfflineReport", () => {
  const status = { messageType: "deviceOnlineOfflineReport", timestamp: NOON, iccid: "undefined" };

  test.each([
    [1, "online", [`device-${DEVICE_ID}`]],
    [0, "offline", []],
  ])("of eventType %i is %s", (eventType, wanted, heard) => {
    const decoded = decode({ ...status, eventType, deviceId: DEVICE_ID });
    expect(decoded.statuses).toEqual([
      { deviceId: `device-${DEVICE_ID}`, status: wanted, at: NOON },
    ]);
    expect(decoded.heard).toEqual(heard);
  });

  test("of a device that is known by its IMEI alone says nothing, and knocks for nobody", () => {
    const decoded = decode({ ...status, eventType: 1, deviceId: REPORT.deviceId });
    expect(decoded).toMatchObject({ statuses: [], faults: [], knocks: [] });
  });

  test("that says neither is put aside", () => {
    const decoded = decode({ ...status, eventType: 3, deviceId: DEVICE_ID });
    expect(faultsOf(decoded)[0]).toMatch(/^ELEMENT_INVALID: "eventType" is 3/);
  });
});

test.each([
  ["DELIVERED", [{ id: "17", isOk: true }]],
  ["SUCCESSFUL", [{ id: "17", isOk: true }]],
  ["SENT", []],
  ["TIMEOUT", [{ id: "17", isOk: false, message: "TIMEOUT" }]],
])("a commandResponse %s", (resultCode, acks) => {
  const response = { messageType: "commandResponse", timestamp: NOON, deviceId: DEVICE_ID };
  const decoded = decode({ ...response, taskId: 17, result: { resultCode, resultDetail: "" } });
  expect(decoded.acks).toMatchObject(acks);
  expect(decoded.acks).toHaveLength(acks.length);
  const isCarried = resultCode === "SENT";
  expect(decoded.carried).toEqual(
    isCarried ? [{ deviceId: `device-${DEVICE_ID}`, id: "17" }] : undefined,
  );
});

describe("several devices in one push", () => {
  test("a bad one is put aside alone, with its own bytes", () => {
    const bad = { ...REPORT, IMEI: "861050040000099", payload: { tiltDeg: 1 } };
    const decoded = decode([
      { ...REPORT, payload: { tiltDeg: 3 } },
      bad,
      7,
      { ...REPORT, IMEI: "", deviceId: DEVICE_ID, payload: { fillPercent: 5 } },
    ]);
    expect(valuesOf(decoded)).toEqual({ tiltDeg: 3, fillPercent: 5 });
    expect(decoded.faults.map(({ reason }) => reason)).toEqual([
      "DEVICE_UNKNOWN",
      "ELEMENT_INVALID",
    ]);
    expect(JSON.parse(String(decoded.faults[0]?.part))).toEqual(bad);
  });

  test("none, and too many", () => {
    expect(faultsOf(decode([]))).toEqual(["EMPTY: the push has no messages"]);
    const many = Array(LIMITS.uplinkElementsMax + 1).fill(REPORT);
    expect(faultsOf(decode(many))[0]).toMatch(/^TOO_MANY_ELEMENTS/);
  });
});

test("what did not come as a push is nobody's, whoever published it", () => {
  const decoded = decode({ ...REPORT, payload: { tiltDeg: 1 } }, { source: "mqtt" });
  expect(faultsOf(decoded)[0]).toMatch(/^TOPIC_UNKNOWN: .*for pushes over HTTP/);
  expect(decoded.values).toEqual([]);
});

test.each([
  ["", "EMPTY"],
  ["{", "NOT_JSON"],
  [new Uint8Array([0xff, 0xfe]), "NOT_UTF8"],
  ["null", "ELEMENT_INVALID"],
  [`${"[".repeat(5_000)}`, "NOT_JSON"],
])("the body %j is put aside as %s", (body, reason) => {
  expect(decode(body).faults[0]?.reason).toBe(reason);
});

describe("the way of a command", () => {
  const way = "15000001/40edca19b0124480864366de4621de99";
  const response = (taskId: unknown, resultCode: string) => ({
    ...{ messageType: "commandResponse", taskId, result: { resultCode }, timestamp: NOON },
    ...{ productId: "15000001", deviceId: REPORT.deviceId },
  });

  test("is what a report names, and several of a push are kept", () => {
    const report = { ...REPORT, payload: { tiltDeg: 1 } };
    const [of] = [{ deviceId: `device-${IMEI}`, way }];
    expect(decode(report).ways).toEqual([of]);
    expect(decode([report, { ...report, productId: 15000002 }]).ways).toEqual([
      of,
      { ...of, way: way.replace("15000001", "15000002") },
    ]);
  });

  test("tells whose command a response is of, where only an IMEI is registered", () => {
    const words = (message: object) => decode(message).wayWords;
    expect(words(response(11, "SENT"))).toEqual([{ way, id: "11", fate: "carried" }]);
    expect(words(response("a1", "DELIVERED"))).toEqual([{ way, id: "a1", fate: "done" }]);
    const failed = { way, id: "11", fate: "failed", message: "TIMEOUT" };
    expect(words(response(11, "TIMEOUT"))).toEqual([failed]);
    expect(words(response(11, "SAVED"))).toBeUndefined();
  });

  test("is none where an id is no id that a database takes", () => {
    for (const id of ["a\0b", "x".repeat(65), "a/b", "\ud800"]) {
      expect(decode({ ...REPORT, productId: id, payload: { tiltDeg: 1 } }).ways).toBeUndefined();
      expect(decode(response(id, "SENT")).wayWords).toBeUndefined();
    }
  });
});
