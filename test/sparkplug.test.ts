/** Sparkplug B as a host reads it: births, data, deaths, order, quality; the encoder is the simulator's own. */
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import {
  encodeSparkplug,
  type SentMetric,
  type SentPayload,
} from "../firmware-sim/encoders/sparkplug.ts";
import { formatContext, uplinkOn, valuesOf } from "../ingest/doubles/formats-world.ts";
import { NOON } from "../ingest/doubles/world.ts";
import type { Decoded, Gateway } from "../ingest/gateways/gateway.ts";
import { createSparkplugGateway } from "../ingest/gateways/sparkplug.ts";
import { LIMITS } from "../model/limits.ts";
import { flagNames } from "../model/reading.ts";

const context = formatContext("sparkplug", {
  "g/e": "",
  "g/e/d": "sewage-plant",
  "g/e/bin": "waste-bin",
  "Shangcheng/wwtp-edge": "",
  "Shangcheng/wwtp-edge/outlet": "sewage-plant",
});
let gateway: Gateway;
let position: number;

beforeEach(() => {
  gateway = createSparkplugGateway();
  position = 0;
});

const REBIRTH: SentMetric = { name: "Node Control/Rebirth", type: "Boolean", value: false };
const bdSeq = (value: number): SentMetric => ({ name: "bdSeq", type: "Int64", value });

function say(topic: string, payload: SentPayload | Uint8Array, more = {}): Decoded {
  const bytes = payload instanceof Uint8Array ? payload : encodeSparkplug(payload);
  position += 1;
  return gateway.decode(uplinkOn(`spBv1.0/${topic}`, bytes, more), position, context);
}

const nodeBirth = (value = 0, more = {}) =>
  say("g/NBIRTH/e", { timestamp: NOON, seq: 0, metrics: [bdSeq(value), REBIRTH] }, more);
const deviceBirth = (seq = 1, more = {}) =>
  say(
    "g/DBIRTH/e/d",
    {
      timestamp: NOON,
      seq,
      metrics: [
        { name: "codMgL", alias: 10, type: "Float", value: 30, timestamp: NOON },
        { name: "ph", alias: 11, type: "Double", value: 7, timestamp: NOON },
        { name: "Level/Fill", alias: 12, type: "Int16", value: -3, timestamp: NOON },
      ],
    },
    more,
  );
const data = (seq: number, metrics: readonly SentMetric[], more = {}) =>
  say("g/DDATA/e/d", { timestamp: NOON, seq, metrics }, more);
const cod = (value: number, more: Partial<SentMetric> = {}): SentMetric => ({
  ...{ alias: 10, type: "Float" as const, value, timestamp: NOON },
  ...more,
});

function asked({ answers }: Decoded): string[] {
  return answers.map(({ topic }) => topic);
}

test("the public sample: births, data by alias, deaths", () => {
  const samples = JSON.parse(
    readFileSync(new URL("../ingest/gateways/sparkplug-samples.json", import.meta.url), "utf8"),
  ) as { messages: { topic: string; hex: string; expect?: Record<string, number> }[] };
  const found = samples.messages.map(({ topic, hex }) =>
    say(topic.replace("spBv1.0/", ""), Buffer.from(hex, "hex")),
  );
  expect(found.flatMap(({ faults }) => faults)).toEqual([]);
  expect(found.map(valuesOf)).toEqual([
    { uptime: 120 },
    { codMgL: 37.5, nh3nMgL: 1.75, ph: 7.25, isPumpRunning: 1 },
    samples.messages[2]?.expect,
    {},
    {},
  ]);
  const told = found.flatMap(({ statuses }) => statuses);
  expect(told.map(({ deviceId, status }) => [deviceId, status])).toEqual([
    ["device-Shangcheng/wwtp-edge", "online"],
    ["device-Shangcheng/wwtp-edge/outlet", "online"],
    ["device-Shangcheng/wwtp-edge/outlet", "offline"],
    ["device-Shangcheng/wwtp-edge", "offline"],
  ]);
  expect(found.flatMap(asked)).toEqual([]);
});

test("a birth declares names, types and aliases; a name with / stays one name", () => {
  nodeBirth();
  const birth = deviceBirth();
  expect(valuesOf(birth)).toEqual({ codMgL: 30, ph: 7, "Level/Fill": -3 });
  expect(birth.heard).toEqual(["device-g/e/d"]);
  const { values, faults } = data(2, [
    cod(41.25, { timestamp: NOON - 2_000 }),
    { alias: 12, type: "Int16", value: -5, timestamp: NOON - 1_000 },
  ]);
  expect(faults).toEqual([]);
  expect(
    values.map(({ measurement, value, claimedAt }) => [measurement, value, claimedAt]),
  ).toEqual([
    ["codMgL", 41.25, NOON - 2_000],
    ["Level/Fill", -5, NOON - 1_000],
  ]);
  expect(values.every(({ newestAt }) => newestAt === NOON - 1_000)).toBe(true);
});

describe("what a metric can hold", () => {
  /** Type, what is sent, what is kept; undefined: put aside. */
  test.each<[SentMetric["type"], SentMetric["value"], number | undefined]>([
    ["Int8", -128, -128],
    ["Int8", 300, undefined],
    ["Int16", -32_768, -32_768],
    ["Int32", -2_147_483_648, -2_147_483_648],
    ["Int64", -9_007_199_254_740_991n, -9_007_199_254_740_991],
    ["Int64", 9_007_199_254_740_993n, undefined],
    ["UInt8", 255, 255],
    ["UInt8", 256, undefined],
    ["UInt16", 65_535, 65_535],
    ["UInt32", 4_294_967_295, 4_294_967_295],
    ["UInt64", 9_007_199_254_740_991n, 9_007_199_254_740_991],
    ["UInt64", 18_446_744_073_709_551_615n, undefined],
    ["Float", 0.5, 0.5],
    ["Float", Number.NaN, undefined],
    ["Double", -1.25e-7, -1.25e-7],
    ["Double", Number.POSITIVE_INFINITY, undefined],
    ["Boolean", true, 1],
    ["Boolean", false, 0],
    ["DateTime", 1_795_307_400_000, 1_795_307_400_000],
    ["String", "12.5", undefined],
    ["String", "pump running", undefined],
    ["DataSet", Buffer.from("0802", "hex"), undefined],
    ["Template", Buffer.from("0802", "hex"), undefined],
    ["Bytes", Buffer.from("0802", "hex"), undefined],
    ["Double", null, undefined],
  ])("%s %s", (type, value, kept) => {
    nodeBirth();
    const { values, faults } = say("g/DBIRTH/e/d", {
      ...{ timestamp: NOON, seq: 1 },
      metrics: [{ name: "level", type, value }],
    });
    expect(values.map((each) => each.value)).toEqual(kept === undefined ? [] : [kept]);
    expect(faults.map(({ reason }) => reason)).toEqual(kept === undefined ? ["VALUE_INVALID"] : []);
  });
});

test("a text that is a number is one where the class says that it must be", () => {
  nodeBirth();
  const metrics: SentMetric[] = [{ name: "waterTemperatureC", type: "String", value: "12.5 C" }];
  const { values, faults } = say("g/DBIRTH/e/d", { timestamp: NOON, seq: 1, metrics });
  expect([values.map(({ value }) => value), faults]).toEqual([[12.5], []]);
});

test("what is put aside is told with its name and reason, alike ones together", () => {
  nodeBirth();
  const { values, faults } = say("g/DBIRTH/e/d", {
    ...{ timestamp: NOON, seq: 1 },
    metrics: [
      { name: "history", type: "DataSet", value: Buffer.of(8, 2) },
      { name: "more", type: "DataSet", value: Buffer.of(8, 2) },
      { name: "ph", type: "Double", value: null },
      { name: "codMgL", type: "Double", value: 20 },
    ],
  });
  expect(values).toHaveLength(1);
  expect(faults).toEqual([
    { reason: "VALUE_INVALID", text: '"history" is a dataset, as are 1 more', count: 2 },
    { reason: "VALUE_INVALID", text: '"ph" is null', count: 1 },
  ]);
});

test("texts beside numbers are put aside together; a number's name with a text is at fault once", () => {
  nodeBirth();
  const { values, faults } = say("g/DBIRTH/e/d", {
    ...{ timestamp: NOON, seq: 1 },
    metrics: [
      { name: "state", type: "String", value: "running" },
      { name: "mode", type: "String", value: "auto" },
      { name: "ph", type: "String", value: "unknown" },
      { name: "codMgL", type: "Double", value: 20 },
    ],
  });
  expect(values.map(({ measurement }) => measurement)).toEqual(["codMgL"]);
  expect(faults.map(({ text }) => text)).toEqual([
    expect.stringContaining("'ph': \"unknown\" is no number"),
    '"state" is a text, which nothing makes a number, as are 1 more',
  ]);
});

test("the protocol's own metrics and properties are no readings, and nothing is put aside", () => {
  const { values, faults } = say("g/NBIRTH/e", {
    ...{ timestamp: NOON, seq: 0 },
    metrics: [
      bdSeq(4),
      REBIRTH,
      { name: "Properties/Hardware Make", type: "String", value: "Moxa" },
      { name: "Node Info/Uptime", type: "UInt32", value: 7 },
    ],
  });
  expect([values, faults]).toEqual([[], []]);
});

test.each<[string, Partial<SentMetric>, string[]]>([
  ["good", { quality: 192 }, []],
  ["bad", { quality: 0 }, ["opc-bad"]],
  ["stale", { quality: 500 }, ["opc-stale"]],
  ["historical", { isHistorical: true }, ["late"]],
  ["historical and bad", { isHistorical: true, quality: 0 }, ["late", "opc-bad"]],
])("a %s value is kept with its flags", (_title, more, flags) => {
  nodeBirth();
  deviceBirth();
  const { values } = data(2, [cod(41, more)]);
  expect(values.map((each) => flagNames(each.flags))).toEqual([flags]);
});

test("history neither makes the live values late nor is what lateness is judged by", () => {
  nodeBirth();
  deviceBirth();
  const { values } = data(2, [
    cod(40, { timestamp: NOON - 86_400_000, isHistorical: true }),
    cod(41, { timestamp: NOON - 1_000 }),
  ]);
  expect(values.map(({ value, newestAt }) => [value, newestAt])).toEqual([
    [40, undefined],
    [41, NOON - 1_000],
  ]);
});

test("several values of one metric in one message are several readings", () => {
  nodeBirth();
  deviceBirth();
  const { values } = data(
    2,
    [1, 2, 3].map((n) => cod(n, { timestamp: NOON + n })),
  );
  expect(values.map(({ value, claimedAt }) => [value, claimedAt])).toEqual([
    [1, NOON + 1],
    [2, NOON + 2],
    [3, NOON + 3],
  ]);
});

test("a birth is as new as its sending, however old a value in it", () => {
  nodeBirth();
  const { values } = say("g/DBIRTH/e/d", {
    ...{ timestamp: NOON, seq: 1 },
    metrics: [{ name: "ph", type: "Double", value: 7, timestamp: NOON - 3_600_000 }],
  });
  expect(values).toMatchObject([{ claimedAt: NOON - 3_600_000, newestAt: NOON }]);
});

describe("who may speak", () => {
  const birth = { timestamp: NOON, seq: 0, metrics: [bdSeq(0)] };

  test.each(["device-g/e", "gw-1", "a-service", ""])("'%s' may, for its node", (sender) => {
    expect(say("g/NBIRTH/e", birth, { sender }).statuses).toHaveLength(1);
  });

  test.each(["device-g/e/d", "gw-2", "somebody"])("'%s' may not", (sender) => {
    const { faults, knocks, statuses } = say("g/NBIRTH/e", birth, { sender });
    expect(faults).toMatchObject([{ reason: "DEVICE_UNKNOWN" }]);
    expect(faults[0]?.text).toContain(`"${sender}" may not speak for the node "g/e"`);
    expect(knocks).toEqual([{ format: "sparkplug", id: "g/e" }]);
    expect(statuses).toEqual([]);
  });

  test("a node that is not registered knocks, and a device of a known one", () => {
    const node = say("g/NBIRTH/other", birth);
    expect(node.knocks).toEqual([{ format: "sparkplug", id: "g/other" }]);
    expect(node.faults[0]?.text).toContain("register it first, then its devices");
    nodeBirth();
    const device = say("g/DBIRTH/e/new", { timestamp: NOON, seq: 1, metrics: [] });
    expect(device.knocks).toEqual([{ format: "sparkplug", id: "g/e/new" }]);
    expect(device.faults).toMatchObject([{ reason: "DEVICE_UNKNOWN" }]);
    // Its messages count in the sequence of the node all the same.
    expect(deviceBirth(2).faults).toEqual([]);
  });
});

describe("what cannot be read", () => {
  test.each<[string, Uint8Array, string]>([
    ["no bytes", Buffer.alloc(0), "EMPTY"],
    ["a length beyond the end", Buffer.from("12ff7f", "hex"), "FRAME_INVALID"],
    ["a group", Buffer.from("0b0c", "hex"), "FRAME_INVALID"],
    ["JSON", Buffer.from('{"metrics":[]}'), "FRAME_INVALID"],
    ["a seq of 256", encodeSparkplug({ seq: 256, metrics: [] }), "FRAME_INVALID"],
  ])("%s", (_title, bytes, reason) => {
    nodeBirth();
    deviceBirth();
    const { faults, values } = say("g/DDATA/e/d", bytes);
    expect(faults).toMatchObject([{ reason }]);
    expect(values).toEqual([]);
  });

  test.each(["g/NCMD/e", "g/NDATA/e/d", "g/DDATA/e", "STATE/host", "g/DDATA/e/d/x"])(
    "the topic %s",
    (topic) => {
      expect(say(topic, { metrics: [] }).faults).toMatchObject([{ reason: "TOPIC_UNKNOWN" }]);
    },
  );

  test("more metrics than one message may have", () => {
    const metrics = Array.from({ length: LIMITS.sparkplugMetricsPerUplinkMax + 1 }, () => ({
      ...{ alias: 1, type: "Boolean" as const, value: true },
    }));
    nodeBirth();
    const { faults } = say("g/NDATA/e", { timestamp: NOON, seq: 1, metrics });
    expect(faults).toMatchObject([{ reason: "FRAME_INVALID" }]);
    expect(faults[0]?.text).toContain("more than 5000 metrics");
  });
});
