/** Decoding Sparkplug again: births give aliases their names, also those from before the period. */
import { expect, test } from "vitest";
import { encodeSparkplug, type SentMetric } from "../firmware-sim/encoders/sparkplug.ts";
import { formatContext, uplinkOn } from "../ingest/doubles/formats-world.ts";
import { NOON, world } from "../ingest/doubles/world.ts";
import { createSparkplugGateway } from "../ingest/gateways/sparkplug.ts";
import { isRemembered } from "../ingest/redecoding.ts";
import { encodeUplink } from "../ingest/uplink-record.ts";

const { registry: nodes } = formatContext("sparkplug", { "g/e": "", "g/e/d": "sewage-plant" });

function recordOf(topic: string, seq: number, metrics: SentMetric[]): Uint8Array {
  const payload = encodeSparkplug({ timestamp: NOON + seq, seq, metrics });
  return Buffer.concat(
    encodeUplink(uplinkOn(`spBv1.0/g/${topic}`, payload, { receivedAt: NOON, sender: "" })),
  );
}

const BIRTHS = [
  recordOf("NBIRTH/e", 0, [{ name: "temperatureC", alias: 1, type: "Double", value: 20 }]),
  recordOf("DBIRTH/e/d", 1, [{ name: "ph", alias: 2, type: "Double", value: 7 }]),
];
const DATA = [
  recordOf("NDATA/e", 2, [{ alias: 1, type: "Double", value: 21 }]),
  recordOf("DDATA/e/d", 3, [{ alias: 2, type: "Double", value: 6.5 }]),
];

function redecoderOf(isWanted: (deviceId: string) => boolean) {
  const { ingest, registry } = world(() => ({ gateways: [createSparkplugGateway] }));
  Object.assign(registry, {
    deviceByExternalId: nodes.deviceByExternalId,
    device: (id: string) => nodes.deviceByExternalId("sparkplug", id.replace("device-", "")),
  });
  return ingest.newRedecoder(({ deviceId }) => isWanted(deviceId));
}
const lines = ({ past }: Awaited<ReturnType<ReturnType<typeof redecoderOf>["decode"]>>) =>
  past.map(({ reading }) => `${reading.deviceId} ${reading.measurement} ${reading.value}`);

test("data by alias is named by the births that were decoded before it, and by nothing without them", async () => {
  const { decode } = redecoderOf(() => true);
  await decode(BIRTHS);
  expect(lines(await decode(DATA))).toEqual(["device-g/e temperatureC 21", "device-g/e/d ph 6.5"]);
  expect(lines(await redecoderOf(() => true).decode(DATA))).toEqual([]);
});

test("a device is decoded again though its node is not meant, and nothing of the node comes", async () => {
  const { decode } = redecoderOf((deviceId) => deviceId === "device-g/e/d");
  const births = await decode(BIRTHS);
  expect([...lines(births), ...lines(await decode(DATA))]).toEqual([
    "device-g/e/d ph 7",
    "device-g/e/d ph 6.5",
  ]);
});

test("of Sparkplug alone it is remembered what came before", () => {
  const other = encodeUplink(uplinkOn("senml/d", Buffer.from("[]"), { receivedAt: NOON }));
  expect([BIRTHS[0], Buffer.concat(other)].map((each) => each && isRemembered(each))).toEqual([
    true,
    false,
  ]);
});
