/**
 * A careless day of a Sparkplug node through lines of ingest: neither the batches in which it is
 * read nor restarts change what is stored and what is asked.
 */
import { expect, test } from "vitest";
import {
  encodeSparkplug,
  type SentMetric,
  type SentPayload,
} from "../firmware-sim/encoders/sparkplug.ts";
import { seededRandom } from "../firmware-sim/random.ts";
import { formatContext, uplinkOn } from "../ingest/doubles/formats-world.ts";
import { NOON, world } from "../ingest/doubles/world.ts";
import { createSparkplugGateway } from "../ingest/gateways/sparkplug.ts";
import { createMemories } from "../ingest/ingest.ts";
import type { Uplink } from "../model/uplink.ts";

const { registry: nodes } = formatContext("sparkplug", {
  "g/e": "",
  "g/e/d": "sewage-plant",
  "g/other": "",
});
const STEP_MS_MAX = 9_000;

/** A day of a careless network: some messages are lost, some change places, some come in threes. */
function carelessDay(seed: number): Uplink[] {
  const random = seededRandom(seed, "sparkplug");
  const sent: Uplink[] = [];
  let seq = 0;
  let bdSeq = 0;
  let now = NOON;
  const message = (topic: string, payload: SentPayload): Uplink =>
    uplinkOn(`spBv1.0/g/${topic}`, encodeSparkplug({ timestamp: now, ...payload }), {
      receivedAt: now,
    });
  const next = (): number => {
    seq = (seq + 1) % 256;
    return seq;
  };
  const bear = (): void => {
    seq = 0;
    const metrics: SentMetric[] = [{ name: "bdSeq", type: "Int64", value: bdSeq }];
    sent.push(message("NBIRTH/e", { seq, metrics }));
    const name = random.pick(["codMgL", "ph", "other"]);
    sent.push(
      message("DBIRTH/e/d", {
        seq: next(),
        metrics: [{ name, alias: 1, type: "Double", value: random.below(10) }],
      }),
    );
  };
  bear();
  for (let n = 0; n < 120; n += 1) {
    now += random.below(STEP_MS_MAX);
    if (random.isLucky(0.05)) {
      sent.push(message("NDEATH/e", { metrics: [{ name: "bdSeq", type: "Int64", value: bdSeq }] }));
      bdSeq += 1;
      bear();
    }
    sent.push(
      message("DDATA/e/d", {
        seq: next(),
        metrics: [{ alias: 1, type: "Double", value: n, timestamp: now }],
      }),
    );
    // Another node, whose receipts tell that time goes on.
    now += random.below(STEP_MS_MAX);
    const level: SentMetric = { name: "level", type: "Double", value: n };
    if (random.isLucky(0.5)) sent.push(message("NDATA/other", { metrics: [level] }));
  }
  const kept = sent.filter(({ topic }) => !random.isLucky(topic.includes("DATA") ? 0.04 : 0.01));
  for (let n = 1; n < kept.length; n += 1) {
    const [before, here] = [kept[n - 1], kept[n]];
    if (before === undefined || here === undefined) continue;
    const isData = before.topic.includes("DATA") && here.topic.includes("DATA");
    if (!random.isLucky(isData ? 0.15 : 0.02)) continue;
    kept[n - 1] = { ...here, receivedAt: before.receivedAt };
    kept[n] = { ...before, receivedAt: here.receivedAt };
  }
  return kept;
}

/** Reads the day in batches; `restarts`: the line is lost now and then and begins from its memory. */
async function readDay(uplinks: readonly Uplink[], seed: number, restarts: boolean) {
  const random = seededRandom(seed, restarts ? "restarts" : "batches");
  const { ingest, store, registry } = world(() => ({ gateways: [createSparkplugGateway] }));
  Object.assign(registry, {
    deviceByExternalId: nodes.deviceByExternalId,
    device: (id: string) => nodes.deviceByExternalId("sparkplug", id.replace("device-", "")),
  });
  const records = uplinks.map((each) =>
    Buffer.concat(ingest.encodeUplink({ ...each, sender: "" })),
  );
  const memories = createMemories();
  let line = ingest.newLine(store.state(), store.lookup);
  let at = 0;
  const readings: string[] = [];
  const askedAt: string[] = [];
  while (at < records.length) {
    const end = Math.min(records.length, at + 1 + random.below(12));
    const batch = await line.process(records.slice(at, end), at);
    readings.push(...batch.readings.map((each) => JSON.stringify(each)));
    askedAt.push(...batch.answers.map(({ payload }) => Buffer.from(payload).toString("hex")));
    if (batch.memory !== undefined) memories.add(batch.memory);
    store.append(batch.batch, end);
    at = end;
    if (!restarts || !random.isLucky(0.3)) continue;
    const memory = memories.at(at);
    line = ingest.newLine({ ...store.state(), memory }, store.lookup);
    const rebuilt = memory?.position ?? 0;
    if (rebuilt < at) await line.process(records.slice(rebuilt, at), rebuilt);
  }
  return { readings: readings.sort(), askedAt: askedAt.sort(), ledger: store.state().ledger };
}

test("neither batches nor restarts change what is stored and asked", async () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const day = carelessDay(seed);
    const whole = await readDay(day, seed, false);
    expect(whole.readings.length).toBeGreaterThan(60);
    expect(await readDay(day, seed, true)).toEqual(whole);
    expect(await readDay(day, seed + 100, true)).toEqual(whole);
  }
});
