/** Commands to Sparkplug's nodes and devices over real MQTT: DCMD and NCMD, done when data shows it. */
import fc from "fast-check";
import mqtt, { type MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeSparkplug, type SentMetric } from "../firmware-sim/encoders/sparkplug.ts";
import { formatContext, uplinkOn } from "../ingest/doubles/formats-world.ts";
import { createSparkplugGateway } from "../ingest/gateways/sparkplug.ts";
import { metricValue, readSparkplug } from "../ingest/gateways/sparkplug-payload.ts";
import { encodeSparkplugCommand, type MetricWrite, SPARKPLUG_TYPES } from "../model/sparkplug.ts";
import { foundCity } from "./support/city.ts";
import { commandCalls, commandsOf } from "./support/command-calls.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

let rig: TestPlatform;
let edgeKey: string;
let edge: MqttClient;
let heard: { topic: string; metrics: unknown[]; seq: number | undefined }[] = [];
const { tell, toldOf, untilIs } = commandCalls(() => rig);

async function connectEdge(): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${rig.ports.mqtt}`, {
    ...{ username: "edge-1", password: edgeKey, clientId: "edge-1", clean: true },
    reconnectPeriod: 0,
  });
  client.on("message", (topic, bytes) => {
    const payload = readSparkplug(bytes);
    if (typeof payload === "string") throw new Error(payload);
    const metrics = payload.metrics.map((metric) => {
      const { name, alias, datatype } = metric;
      return { name, alias, datatype, value: metricValue(metric, datatype) };
    });
    if (payload.timestamp === undefined) throw new Error("a command has its time");
    heard.push({ topic, metrics, seq: payload.seq });
  });
  await client.subscribeAsync(["spBv1.0/north/NCMD/edge/#", "spBv1.0/north/DCMD/edge/#"]);
  return client;
}

let saidAt = 0;
async function say(topic: string, seq: number, metrics: SentMetric[]): Promise<void> {
  saidAt = Math.max(saidAt + 1, Date.now());
  const payload = encodeSparkplug({ timestamp: saidAt, seq, metrics });
  await edge.publishAsync(`spBv1.0/north/${topic}`, payload, { qos: 0 });
}

async function bear(): Promise<void> {
  await say("NBIRTH/edge", 0, [
    { name: "bdSeq", type: "Int64", value: 1 },
    { name: "Node Control/Rebirth", type: "Boolean", value: false },
    { name: "isLit", type: "Boolean", value: false },
  ]);
  await say("DBIRTH/edge/lamp", 1, [
    { name: "isLit", alias: 2, type: "Boolean", value: false },
    { name: "dimPercent", alias: 3, type: "Float", value: 100 },
    { name: "Scene/Name", alias: 4, type: "String", value: "evening" },
    { name: "Pump/Run", alias: 5, type: "Boolean", value: false },
  ]);
}

beforeAll(async () => {
  rig = await startPlatform({});
  const city = await foundCity(rig.api);
  const device = (externalId: string) => ({ device: { format: "sparkplug", externalId } });
  edgeKey = await city.addDevice("streetlight", "edge-1", device("north/edge"));
  await city.addDevice("streetlight", "lamp-1", device("north/edge/lamp"));
  edge = await connectEdge();
});
afterAll(async () => {
  await edge.endAsync(true);
  await rig.stop();
});

const refused = async (body: object) => {
  const { status, body: answer } = await rig.api.post<{ code: string; message: string }>(
    commandsOf("lamp-1"),
    body,
  );
  expect([status, answer.code]).toEqual([409, "COMMAND_REFUSED"]);
  return answer.message;
};

test("before its birth a device is told nothing; then by alias, and done when its data shows it", async () => {
  const dim = await tell("lamp-1", { name: "dim", args: { percent: 60 } });
  await bear();
  const command = await until(() => heard[0], "the command");
  expect(command).toEqual({
    topic: "spBv1.0/north/DCMD/edge/lamp",
    seq: undefined,
    metrics: [{ name: undefined, alias: 3, datatype: 9, value: { kind: "value", value: 60 } }],
  });
  await say("DDATA/edge/lamp", 2, [{ alias: 3, type: "Float", value: 59 }]);
  await say("DDATA/edge/lamp", 3, [{ alias: 2, type: "Boolean", value: true }]);
  expect(await toldOf("lamp-1", dim.commandId)).toMatchObject({ state: "sent" });
  await say("DDATA/edge/lamp", 4, [
    { alias: 3, type: "Float", value: 60, isHistorical: true },
    { alias: 3, type: "Float", value: 58 },
  ]);
  await say("DDATA/edge/lamp", 5, [{ alias: 3, type: "Float", value: 60 }]);
  await untilIs("lamp-1", dim, "done");
});

test("a node is told by NCMD, by the name where it has no alias", async () => {
  heard = [];
  const on = await tell("edge-1", { name: "on" });
  const command = await until(() => heard[0], "the command");
  expect(command).toMatchObject({
    topic: "spBv1.0/north/NCMD/edge",
    metrics: [{ name: "isLit", alias: undefined, datatype: 11 }],
  });
  await say("NDATA/edge", 6, [{ name: "isLit", type: "Boolean", value: true }]);
  await untilIs("edge-1", on, "done");
});

test("several metrics are done when each was shown, also one by one", async () => {
  heard = [];
  const fields = { isLit: false, "Scene/Name": "night" };
  const raw = await tell("lamp-1", { name: "raw", args: { fields } });
  await until(() => heard[0], "the command");
  await say("DDATA/edge/lamp", 7, [{ alias: 4, type: "String", value: "night" }]);
  await say("DDATA/edge/lamp", 8, [{ alias: 3, type: "Float", value: 61 }]);
  expect(await toldOf("lamp-1", raw.commandId)).toMatchObject({ state: "sent" });
  await say("DDATA/edge/lamp", 9, [{ alias: 2, type: "Boolean", value: false }]);
  await untilIs("lamp-1", raw, "done");
});

test("what no birth declares, no datatype holds or moves a pump is refused with the cure", async () => {
  const raw = (fields: object) => refused({ name: "raw", args: { fields } });
  expect(await raw({ dimmer: 3 })).toContain("declares no metric 'dimmer', but 'isLit'");
  expect(await raw({ isLit: 1 })).toContain("takes true or false; got 1");
  expect(await raw({ "Node Control/Reboot": true })).toContain("declares no metric");
  expect(await raw({ "Pump/Run": true })).toContain("valves and pumps are moved by who stands");
  expect(await refused({ name: "raw", args: { base64: "AQI=" } })).toContain("take no bytes");
  const schedule = { entries: [{ at: "18:30", percent: 100 }] };
  expect(await refused({ name: "schedule", args: schedule })).toContain("carries no 'schedule'");
});

test("of a batch the one whose birth lacks the metric is refused alone", async () => {
  const target = { assetIds: ["asset-of-lamp-1", "asset-of-edge-1"] };
  const asked = { name: "dim", args: { percent: 20 }, target, mode: "at-most-once" };
  const { status, body } = await rig.api.post("/api/v1/commands", asked);
  expect([status, body]).toMatchObject([
    201,
    { total: 2, failures: [{ deviceId: "edge-1", message: expect.stringContaining("'isLit'") }] },
  ]);
  const away = await rig.api.post("/api/v1/commands", {
    ...asked,
    target: { assetIds: ["asset-of-edge-1"] },
  });
  expect(away.status).toBe(409);
});

test("births survive a restart; after a death a device waits for the next", async () => {
  await edge.endAsync();
  await rig.stop("keep");
  rig = await startPlatform({}, rig.directory);
  heard = [];
  edge = await connectEdge();
  const on = await tell("lamp-1", { name: "on", mode: "at-most-once" });
  await until(() => heard.some(({ metrics }) => JSON.stringify(metrics).includes("true")), "it");
  await say("DDATA/edge/lamp", 10, [{ alias: 2, type: "Boolean", value: true }]);
  await untilIs("lamp-1", on, "done");
  await say("DDEATH/edge/lamp", 11, []);
  await until(async () => {
    const { body } = await rig.api.get<{ status?: { state: string } }>("/api/v1/devices/lamp-1");
    return body.status?.state === "offline";
  }, "the death");
  heard = [];
  const late = await tell("lamp-1", { name: "off", ttlSeconds: 2 });
  expect(await untilIs("lamp-1", late, "expired")).toMatchObject({ tries: 0 });
  expect(heard).toEqual([]);
});

test("a node's birth and death end those of its devices, a device's death its own", () => {
  const context = formatContext("sparkplug", { "g/e": "", "g/e/a": "streetlight", "g/e/b": "" });
  const gateway = createSparkplugGateway();
  let seq = -1;
  const births = (topic: string, metrics: SentMetric[] = []) => {
    seq += 1;
    const uplink = uplinkOn(`spBv1.0/g/${topic}`, encodeSparkplug({ seq, metrics }));
    return gateway.decode(uplink, seq, context).births;
  };
  const bdSeq: SentMetric = { name: "bdSeq", type: "Int64", value: 0 };
  const lit: SentMetric = { name: "isLit", alias: 1, type: "Boolean", value: true };
  const isLit = { name: "isLit", alias: 1, datatype: SPARKPLUG_TYPES.Boolean };
  const ended = (id: string) => ({ id, metrics: undefined });
  expect(births("NBIRTH/e", [bdSeq])).toEqual([ended("g/e"), { id: "g/e", metrics: [] }]);
  expect(births("DBIRTH/e/a", [lit])).toEqual([{ id: "g/e/a", metrics: [isLit] }]);
  expect(births("DDATA/e/a", [{ alias: 1, type: "Boolean", value: false }])).toBeUndefined();
  expect(births("DDEATH/e/a")).toEqual([ended("g/e/a")]);
  expect(births("NDEATH/e", [bdSeq])).toEqual([ended("g/e")]);
  expect(births("DBIRTH/e/a", [lit])).toEqual([ended("g/e/a")]);
});

const UNSIGNED = new Map([
  ["UInt8", 8],
  ["UInt16", 16],
  ["UInt32", 32],
  ["UInt64", 53],
  ["DateTime", 53],
] as const);
const SIGNED = new Map([
  ["Int8", 8],
  ["Int16", 16],
  ["Int32", 32],
  ["Int64", 53],
] as const);
const write = <T>(datatype: MetricWrite["datatype"], value: fc.Arbitrary<T>) =>
  fc.record({
    key: fc.oneof(fc.maxSafeNat(), fc.string({ minLength: 1, unit: "grapheme" })),
    datatype: fc.constant(datatype),
    value,
  });
const WRITES = fc.oneof(
  ...[...UNSIGNED].map(([type, bits]) =>
    write(type, fc.integer({ min: 0, max: Math.min(2 ** bits - 1, Number.MAX_SAFE_INTEGER) })),
  ),
  ...[...SIGNED].map(([type, bits]) => {
    const max = Math.min(2 ** (bits - 1) - 1, Number.MAX_SAFE_INTEGER);
    return write(type, fc.integer({ min: -max, max }));
  }),
  write("Float", fc.float({ noNaN: true, noDefaultInfinity: true })),
  write("Double", fc.double({ noNaN: true, noDefaultInfinity: true })),
  write("Boolean", fc.boolean()),
  write("String", fc.string({ unit: "grapheme" })),
);

test("whatever is written, an independent reader of the format reads that", () => {
  const time = fc.integer({ min: 1, max: 4_102_444_800_000 });
  fc.assert(
    fc.property(fc.array(WRITES, { minLength: 1, maxLength: 5 }), time, (writes, at) => {
      const payload = readSparkplug(encodeSparkplugCommand(at, writes));
      expect(payload).toMatchObject({ timestamp: at, seq: undefined });
      const metrics = typeof payload === "string" ? [] : payload.metrics;
      const read = metrics.map((metric) => {
        const value = metricValue(metric, metric.datatype);
        return [
          metric.alias ?? metric.name,
          metric.datatype,
          value.kind === "value" && value.value,
        ];
      });
      expect(read).toEqual(
        writes.map(({ key, datatype, value }) => [key, SPARKPLUG_TYPES[datatype], value]),
      );
    }),
    { numRuns: 500 },
  );
});
