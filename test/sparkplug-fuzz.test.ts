/**
 * Broken and random bytes at the Sparkplug host: it never throws, what stands beyond the payload
 * changes nothing, each value was in the payload, and what it remembers stays within its bounds.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { encodeSparkplug } from "../firmware-sim/encoders/sparkplug.ts";
import { formatContext, uplinkOn } from "../ingest/doubles/formats-world.ts";
import { NOON } from "../ingest/doubles/world.ts";
import type { Decoded } from "../ingest/gateways/gateway.ts";
import { createSparkplugGateway } from "../ingest/gateways/sparkplug.ts";
import { LIMITS } from "../model/limits.ts";
import { fuzz, fuzzRuns, surrounded } from "./support/fuzz.ts";

// Without a class, so that no text is a number and no unit is converted.
const context = formatContext("sparkplug", { "g/e": "", "g/e/d": "", "g/e/d2": "" });
const TOPICS = [
  ...["NBIRTH/e", "NDATA/e", "NDEATH/e", "DBIRTH/e/d", "DDATA/e/d", "DDEATH/e/d"],
  ...["DBIRTH/e/d2", "DDATA/e/d2", "DDATA/e/d", "DDATA/e/d"],
].map((topic) => `spBv1.0/g/${topic}`);

const birth = encodeSparkplug({
  ...{ timestamp: NOON, seq: 1 },
  metrics: [
    { name: "level", alias: 1, type: "Float", value: 2.5, quality: 192 },
    { name: "count", alias: 2, type: "Int64", value: -77n, timestamp: NOON - 5 },
    { name: "isOn", alias: 3, type: "Boolean", value: true },
    { name: "state", alias: 4, type: "String", value: "running" },
    { name: "table", alias: 5, type: "DataSet", value: Buffer.from("0802120161", "hex") },
    { name: "small", alias: 6, type: "Int8", value: -3, isHistorical: true },
  ],
});
const node = encodeSparkplug({
  ...{ timestamp: NOON, seq: 0 },
  metrics: [{ name: "bdSeq", type: "Int64", value: 3 }],
});
const data = encodeSparkplug({
  ...{ timestamp: NOON, seq: 2 },
  metrics: [
    { alias: 1, type: "Float", value: 7.75, timestamp: NOON },
    { alias: 2, type: "Int64", value: 1_000_000n, quality: 500 },
    { alias: 6, type: "Int8", value: -128, timestamp: NOON },
  ],
});
const samples = JSON.parse(
  readFileSync(new URL("../ingest/gateways/sparkplug-samples.json", import.meta.url), "utf8"),
) as { messages: { hex: string }[] };
const all = [birth, node, data, ...samples.messages.map(({ hex }) => Buffer.from(hex, "hex"))];

function born(): Uint8Array {
  const gateway = createSparkplugGateway();
  gateway.decode(uplinkOn("spBv1.0/g/NBIRTH/e", node), 1, context);
  gateway.decode(uplinkOn("spBv1.0/g/DBIRTH/e/d", birth), 2, context);
  return gateway.memory?.save() ?? Buffer.alloc(0);
}

/** Every number that stands anywhere in the bytes, read in any way that the wire format knows. */
function numbersIn(bytes: Uint8Array): Set<number> {
  const found = new Set<number>();
  const room = Buffer.from(bytes);
  for (let at = 0; at < room.length; at += 1) {
    if (at + 4 <= room.length) found.add(room.readFloatLE(at));
    if (at + 8 <= room.length) found.add(room.readDoubleLE(at));
    let value = 0n;
    for (let count = 0; count < 10 && at + count < room.length; count += 1) {
      const byte = BigInt(room[at + count] ?? 0);
      value |= (byte & 0x7fn) << BigInt(count * 7);
      if (byte < 0x80n) break;
    }
    for (const bits of [8, 16, 32, 64]) found.add(Number(BigInt.asIntN(bits, value)));
    found.add(Number(BigInt.asUintN(64, value)));
    found.add(value === 0n ? 0 : 1);
  }
  return found;
}

function valuesOf(decoded: Decoded): number[] {
  const parts = [decoded, ...(decoded.released ?? []).map((each) => each.decoded)];
  return parts.flatMap(({ values }) => values.map(({ value }) => value));
}

test(`${fuzzRuns()} broken messages`, () => {
  const saved = born();
  const lasting = createSparkplugGateway();
  lasting.memory?.restore(saved);
  let position = 2;
  let stored = 0;
  fuzz("sparkplug", all, (input, random) => {
    const topic = random.pick(TOPICS);
    const answers = [0x00, 0xff].map((fill) => {
      const gateway = createSparkplugGateway();
      gateway.memory?.restore(saved);
      return gateway.decode(uplinkOn(topic, surrounded(input, fill)), 3, context);
    });
    const [one, other] = answers.map((each) => JSON.stringify(each));
    expect(one).toBe(other);
    const values = answers.flatMap(valuesOf);
    const known = values.length === 0 ? new Set<number>() : numbersIn(input);
    for (const value of values) if (!known.has(value)) throw new Error(`${value} was not sent`);
    stored += values.length;
    position += 1;
    const receivedAt = NOON + position * 100;
    lasting.decode(uplinkOn(topic, input, { receivedAt }), position, context);
    lasting.release?.(receivedAt, context);
  });
  expect(stored).toBeGreaterThan(fuzzRuns() / 50);
  const { nodes } = JSON.parse(Buffer.from(lasting.memory?.save() ?? "").toString()) as {
    nodes: { births: { metrics: unknown[] }[]; held: unknown[] }[];
  };
  expect(nodes).toHaveLength(1);
  const metrics = nodes[0]?.births.flatMap((each) => each.metrics) ?? [];
  expect(metrics.length).toBeLessThanOrEqual(LIMITS.sparkplugMetricsPerNodeMax);
  expect(nodes[0]?.held.length).toBeLessThanOrEqual(LIMITS.sparkplugHeldPerNodeMax);
});
