import fc from "fast-check";
import { expect, test } from "vitest";
import { DeviceId } from "../../model/ids.ts";
import { timeZone } from "../../model/local-time.ts";
import { FLAG_BITS } from "../../model/reading.ts";
import type { DeviceEntry, RegistryView } from "../../model/registry.ts";
import { Asset, Device } from "../../model/registry.ts";
import type { Uplink } from "../../model/uplink.ts";
import type { Decoded, GatewayContext } from "./gateway.ts";
import { encodeHj212, FrameReader } from "./hj212-frame.ts";
import { createHj212Gateway } from "./hj212-gateway.ts";
import {
  CODES_OF_2005,
  EFFLUENT_HOUR,
  EFFLUENT_NOW,
  FLAGS_NOT_NORMAL,
  HEARTBEAT,
} from "./hj212-samples.ts";

const zone = timeZone("Asia/Shanghai");
const at = (text: string): number => Date.parse(text);

function entryOf(mn: string, more: object = {}): DeviceEntry {
  return {
    device: Device.parse({
      deviceId: `plant-${mn.slice(-1)}`,
      assetId: "outlet-1",
      format: "hj212",
      externalId: mn,
      protocolPassword: "123456",
      ...more,
    }),
    asset: Asset.parse({
      assetId: "outlet-1",
      class: "sewage-plant",
      componentCode: "4115240198000001",
      name: "排口",
      lon: 115.4,
      lat: 31.8,
    }),
  };
}

const entries = new Map([
  ["411524WWTP0001", entryOf("411524WWTP0001")],
  ["41152400000002", entryOf("41152400000002")],
  ["41152400000003", entryOf("41152400000003", { gatewayId: "gateway-1" })],
]);
const context: GatewayContext = {
  registry: {
    deviceByExternalId: (_format: string, id: string) => entries.get(id),
  } as unknown as RegistryView,
  zone,
  readPayload: () => ({ values: [], faults: [] }),
  readFrame: () => undefined,
  isTrusted: () => false,
};

function uplink(payload: string | Uint8Array, more: Partial<Uplink> = {}): Uplink {
  return {
    source: "mqtt",
    sender: "plant-1",
    topic: "hj212/411524WWTP0001/up",
    payload: typeof payload === "string" ? Buffer.from(payload, "latin1") : payload,
    receivedAt: at("2026-11-22T08:30:05+08:00"),
    ...more,
  };
}

const decode = (payload: string | Uint8Array, more: Partial<Uplink> = {}): Decoded =>
  createHj212Gateway().decode(uplink(payload, more), 0, context);

test("real-time effluent becomes named measurements in the platform's units", () => {
  const { values, heard, faults } = decode(`${EFFLUENT_NOW}\r\n`);
  expect(Object.fromEntries(values.map((value) => [value.measurement, value.value]))).toEqual({
    flowM3h: 833.04,
    codMgL: 38.6,
    nh3nMgL: 2.41,
    tpMgL: 0.37,
    tnMgL: 11.9,
    ph: 7.32,
    waterTemperatureC: 17.5,
    ssMgL: 6,
  });
  expect(heard).toEqual([DeviceId.parse("plant-1")]);
  expect(faults).toEqual([]);
});

test("a sample stands at its SampleTime, but the uplink is as new as its DataTime", () => {
  const cod = decode(EFFLUENT_NOW).values.find((value) => value.measurement === "codMgL");
  expect(cod).toMatchObject({
    claimedAt: at("2026-11-22T08:00:00+08:00"),
    newestAt: at("2026-11-22T08:30:00+08:00"),
  });
});

test("an hourly upload stands at the hour's start with mean, min, max and total", () => {
  const { values } = decode(EFFLUENT_HOUR);
  expect(values[0]).toMatchObject({
    measurement: "codMgL",
    period: "hour",
    value: 38.3,
    min: 35.2,
    max: 44,
    total: 31.9,
    claimedAt: at("2026-11-22T08:00:00+08:00"),
    newestAt: at("2026-11-22T09:00:00+08:00"),
  });
  expect(values[1]).toMatchObject({ measurement: "flowM3h", value: 833.04, total: 833 });
});

test.each([
  ["T", FLAG_BITS["hj212-T"]],
  ["M", FLAG_BITS["hj212-M"]],
])("the flag %s is kept with its value", (_letter, bit) => {
  const flags = decode(FLAGS_NOT_NORMAL).values.map((value) => value.flags);
  expect(flags).toContain(bit);
});

test("codes of 2005 are read, and nothing is answered without a Flag", () => {
  const found = decode(CODES_OF_2005, { topic: "hj212/41152400000002/up", sender: "plant-2" });
  expect(Object.fromEntries(found.values.map((each) => [each.measurement, each.value]))).toEqual({
    ph: 7.41,
    flowM3h: 45,
    codMgL: 41.2,
    nh3nMgL: 0.51,
    tpMgL: 0.29,
    tnMgL: 12.8,
  });
  expect(found.answers).toEqual([]);
});

test("an upload that asks for it is answered with 9014, its own QN and a Flag that asks nothing", () => {
  const [answer] = decode(EFFLUENT_NOW).answers;
  expect(answer?.topic).toBe("hj212/411524WWTP0001/down");
  const [item] = new FrameReader().push(answer?.payload ?? new Uint8Array());
  expect(item).toMatchObject({
    kind: "frame",
    frame: { cn: "9014", qn: "20261122083000120", flag: 4, mn: "411524WWTP0001" },
  });
});

test("a logger that asks for the time gets a notice answer and the local time", () => {
  const request =
    "QN=20261122083000120;ST=32;CN=1013;PW=123456;MN=411524WWTP0001;Flag=5;CP=&&PolId=w01018&&";
  const answers = decode(encodeHj212(request)).answers.map((answer) =>
    Buffer.from(answer.payload).toString("latin1"),
  );
  expect(answers).toHaveLength(2);
  expect(answers[0]).toContain("CN=9013");
  expect(answers[1]).toContain("CN=1012");
  expect(answers[1]).toContain("PolId=w01018;SystemTime=20261122083005");
});

test("a heartbeat is heard and holds nothing to put aside", () => {
  expect(decode(HEARTBEAT)).toMatchObject({ values: [], faults: [], heard: ["plant-1"] });
});

test.each([
  ["a foreign MN in the frame", EFFLUENT_NOW, "hj212/41152400000002/up", "DEVICE_UNKNOWN"],
  ["an MN that nobody has", EFFLUENT_NOW, "hj212/NOBODY/up", "DEVICE_UNKNOWN"],
  ["a topic that is none", EFFLUENT_NOW, "hj212/411524WWTP0001/sideways", "TOPIC_UNKNOWN"],
  ["no bytes", "", "hj212/411524WWTP0001/up", "EMPTY"],
])("%s is put aside with its reason", (_name, payload, topic, reason) => {
  const { values, faults } = decode(payload, { topic });
  expect(values).toEqual([]);
  expect(faults.map((fault) => fault.reason)).toEqual([reason]);
});

test("another's sender may not speak for an MN; its gateway and a broker of the city's may", () => {
  const stranger = decode(EFFLUENT_NOW, { sender: "gateway-9" });
  expect(stranger).toMatchObject({ values: [], answers: [], heard: [] });
  expect(stranger.faults.map((fault) => fault.reason)).toEqual(["DEVICE_UNKNOWN"]);
  expect(stranger.knocks).toEqual([{ format: "hj212", id: "411524WWTP0001" }]);
  expect(decode(EFFLUENT_NOW, { sender: "" }).values).toHaveLength(8);
});

test("a wrong PW yields no value, no answer and a knock", () => {
  const wrong = "QN=1;ST=32;CN=2011;PW=000000;MN=411524WWTP0001;Flag=5;CP=&&w01018-Rtd=1&&";
  const found = decode(encodeHj212(wrong));
  expect(found).toMatchObject({ values: [], answers: [], knocks: [{ id: "411524WWTP0001" }] });
  expect(found.faults[0]?.reason).toBe("PASSWORD_WRONG");
});

const OWN = "411524WWTP0001";
const UNDER_GATEWAY = "41152400000003";
const asked = (mn: string, pw: string): Uint8Array =>
  encodeHj212(`QN=1;ST=32;CN=2011;PW=${pw};MN=${mn};Flag=5;CP=&&w01018-Rtd=1&&`);
const throughGateway = { sender: "gateway-1", topic: `hj212/${UNDER_GATEWAY}/up` };

test.each([
  ["a wrong PW of the device itself", asked(OWN, "0"), {}, ["plant-1"]],
  ["a wrong PW by a gateway", asked(UNDER_GATEWAY, "0"), throughGateway, ["gateway-1"]],
  ["a wrong PW through a broker of the city's", asked(OWN, "0"), { sender: "" }, []],
  ["a wrong PW over TCP, where the listener closes", asked(OWN, "0"), { source: "hj212-tcp" }, []],
  ["a foreign MN of the device itself", asked("41152400000002", "123456"), {}, ["plant-1"]],
  ["a foreign MN by a gateway", asked("NOBODY", "123456"), throughGateway, []],
  ["an MN that nobody has", asked(OWN, "123456"), { topic: "hj212/NOBODY/up" }, []],
  ["a gateway that is not the device's", asked(OWN, "0"), { sender: "gateway-9" }, []],
  ["a right PW", asked(OWN, "123456"), {}, []],
] as const)("%s: whose connection is to be closed", (_name, payload, more, turnedAway) => {
  expect(decode(payload, more).turnedAway).toEqual(turnedAway);
});

test("good frames beside a wrong PW are kept and answered, and the sender is named once", () => {
  const wrong = asked(OWN, "0");
  const found = decode(Buffer.concat([wrong, Buffer.from(EFFLUENT_NOW, "latin1"), wrong]));
  expect(found.values).toHaveLength(8);
  expect(found.answers).toHaveLength(1);
  expect(found.turnedAway).toEqual(["plant-1"]);
});

test("a bad value is put aside alone, the good ones of its frame are kept", () => {
  const mixed =
    "ST=32;CN=2011;PW=123456;MN=411524WWTP0001;CP=&&DataTime=20261122083000;w01018-Rtd=n/a;w01001-Rtd=7.1&&";
  const { values, faults } = decode(encodeHj212(mixed));
  expect(values.map((value) => value.measurement)).toEqual(["ph"]);
  expect(faults.map((fault) => fault.reason)).toEqual(["VALUE_INVALID"]);
});

test.each(["7.E2", "7e2", "1E-3", "0x10", "Infinity"])(
  "the value '%s' is no plain decimal, and put aside",
  (text) => {
    const frame = `ST=32;CN=2011;PW=123456;MN=411524WWTP0001;CP=&&DataTime=20261122083000;w01018-Rtd=${text}&&`;
    const { values, faults } = decode(encodeHj212(frame));
    expect(values).toEqual([]);
    expect(faults.map((fault) => fault.reason)).toEqual(["VALUE_INVALID"]);
  },
);

test.each([
  ["-0.5", -0.5],
  ["+7.", 7],
  [".5", 0.5],
  ["12345678901234.25", 12_345_678_901_234.25],
])("the value '%s' is read as it stands", (text, value) => {
  const frame = `ST=32;CN=2011;PW=123456;MN=411524WWTP0001;CP=&&DataTime=20261122083000;w01001-Rtd=${text}&&`;
  const { values, faults } = decode(encodeHj212(frame));
  expect(faults).toEqual([]);
  expect(values.map((each) => each.value)).toEqual([value]);
});

test.each(["20261322083000", "yesterday", "20260230000000"])(
  "the DataTime '%s' cannot be read",
  (time) => {
    const frame = `ST=32;CN=2011;PW=123456;MN=411524WWTP0001;CP=&&DataTime=${time};w01018-Rtd=1&&`;
    expect(decode(encodeHj212(frame)).faults.map((fault) => fault.reason)).toEqual([
      "TIME_INVALID",
    ]);
  },
);

test("a later packet takes the DataTime of its message's first, which holds the journal until the last", () => {
  const gateway = createHj212Gateway();
  const packet = (pno: number, cp: string): Uint8Array =>
    encodeHj212(
      `QN=20261122083000120;ST=32;CN=2061;PW=123456;MN=411524WWTP0001;Flag=7;PNUM=2;PNO=${pno};CP=&&${cp}&&`,
    );
  gateway.decode(uplink(packet(1, "DataTime=20261122070000;w01018-Avg=40.1")), 7, context);
  expect(gateway.openFrom?.()).toBe(7);
  const second = gateway.decode(uplink(packet(2, "w21003-Avg=2.2")), 8, context);
  expect(second.values).toMatchObject([
    { measurement: "nh3nMgL", claimedAt: at("2026-11-22T07:00:00+08:00") },
  ]);
  expect(gateway.openFrom?.()).toBeUndefined();
  const again = gateway.decode(uplink(packet(2, "w21003-Avg=2.2")), 9, context);
  expect(again.values).toEqual(second.values);
});

test("however messages cut a frame, it is read once, and the journal is held where it began", () => {
  const stream = Buffer.from(`${EFFLUENT_NOW}\r\n${HEARTBEAT}\r\n${EFFLUENT_HOUR}\r\n`, "latin1");
  fc.assert(
    fc.property(fc.array(fc.nat({ max: stream.length }), { maxLength: 20 }), (positions) => {
      const gateway = createHj212Gateway();
      const edges = [0, ...positions.sort((a, b) => a - b), stream.length];
      const pieces = edges.slice(1).map((end, n) => stream.subarray(edges[n], end));
      const kept = pieces.filter((piece) => piece.length > 0);
      let count = 0;
      kept.forEach((piece, position) => {
        count += gateway.decode(uplink(piece), position, context).values.length;
        const from = gateway.openFrom?.();
        if (from === undefined) return;
        // Decoding again from there on ends in the same state.
        const again = createHj212Gateway();
        for (let n = from; n <= position; n += 1) {
          again.decode(uplink(kept[n] ?? Buffer.alloc(0)), n, context);
        }
        expect(again.openFrom?.()).toBe(from);
      });
      expect(count).toBe(10);
      expect(gateway.openFrom?.()).toBeUndefined();
    }),
  );
});

test.each([
  ["the time is over", "2026-11-22T08:40:00+08:00"],
  ["the clock was set back since", "2026-11-22T00:30:00+08:00"],
])("a frame that is never ended is given up and put aside once %s", (_when, later) => {
  const gateway = createHj212Gateway();
  gateway.decode(uplink(EFFLUENT_NOW.slice(0, 100)), 3, context);
  expect(gateway.expire?.(at("2026-11-22T08:31:00+08:00"))).toEqual([]);
  const [expired] = gateway.expire?.(at(later)) ?? [];
  expect(expired).toMatchObject({ position: 3, fault: { reason: "FRAME_INVALID" } });
  expect(gateway.openFrom?.()).toBeUndefined();
});

test("any bytes: the decoder never throws and stores nothing that was not in them", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (payload) => {
      expect(decode(payload).values).toEqual([]);
    }),
  );
});
