import { expect, test } from "vitest";
import type { DeviceId } from "../model/ids.ts";
import type { Device, DeviceEntry, RegistryView } from "../model/registry.ts";
import type { IngestBatch } from "./batch.ts";
import type { LookupKeys } from "./line.ts";
import { decodeRaw, encodeRaw, isKeptRaw } from "./raw-record.ts";
import { createRedecoder, isSelected, selectedDevices } from "./redecoder.ts";
import { encodeUplink } from "./uplink-record.ts";

const device = (more: Partial<Record<"deviceId" | "format" | "decoder", string>>): Device =>
  ({ deviceId: "bin-1", assetId: "a", ...more }) as Device;

test("a selection means devices by their ids, their decoder or their format", () => {
  const lora = device({ format: "chirpstack", decoder: "bins" });
  const own = device({ deviceId: "bin-2" });
  const meant = (selection: Parameters<typeof isSelected>[0]): boolean[] =>
    [lora, own].map(isSelected(selection));
  expect(meant({ deviceIds: ["bin-2", "none"] })).toEqual([false, true]);
  expect(meant({ decoderId: "bins" })).toEqual([true, false]);
  expect(meant({ format: "chirpstack" })).toEqual([true, false]);
  expect(meant({ format: "native" })).toEqual([false, true]);
});

test("the registry of a selection has its devices alone, by either id", () => {
  const entry = { device: device({}) } as DeviceEntry;
  const registry = {
    device: () => entry,
    deviceByExternalId: () => entry,
  } as never as RegistryView;
  const found = (isWanted: boolean): unknown[] => {
    const of = selectedDevices(registry, () => isWanted);
    return [of.device("bin-1"), of.deviceByExternalId("chirpstack", "eui")];
  };
  expect([found(true), found(false)]).toEqual([
    [entry, entry],
    [undefined, undefined],
  ]);
});

/** A line that says of each record what its lookup knows, and stores one row a record. */
function lineThatAsks(answers: (number | undefined)[]) {
  return (lookup: LookupKeys) => ({
    async process(records: readonly Uint8Array[], from: number): Promise<IngestBatch> {
      const [value = 0] = records[0] ?? [];
      answers.push(...(await lookup([{ seriesId: 1, key: 7, isSeq: false }])));
      const reading = { deviceId: "d" as DeviceId, measurement: "m", value, flags: 0 };
      const columns = {
        ...{ length: 1, seriesId: Int32Array.of(1), value: Float64Array.of(value) },
        ...{
          observedAt: Float64Array.of(7),
          receivedAt: Float64Array.of(7),
          flags: new Uint16Array(1),
        },
      };
      const openFrom = value === 3 ? from : undefined;
      const batch = {
        readings: [reading],
        batch: { columns },
        deadLetters: [],
        count: 1,
        openFrom,
      };
      return batch as never as IngestBatch;
    },
  });
}

test("what came at a key is known to what comes after it, and every record is taken", async () => {
  const answers: (number | undefined)[] = [];
  const redecoder = createRedecoder(lineThatAsks(answers));
  const first = await redecoder.decode([Uint8Array.of(1), Uint8Array.of(2)]);
  const second = await redecoder.decode([Uint8Array.of(3)]);
  expect(answers).toEqual([undefined, 1, 2]);
  expect(first.past.map(({ reading }) => reading.value)).toEqual([1, 2]);
  expect([first.isOpen, second.isOpen]).toEqual([false, true]);
});

test("uplinks of gateway formats are kept raw, those of our own devices and data loggers are not", () => {
  const recordOf = (topic: string, sender: string): Uint8Array => {
    const payload = Buffer.from("{}");
    const uplink = { source: "mqtt", sender, topic, payload, receivedAt: 5.5 } as const;
    return Buffer.concat(encodeUplink(uplink));
  };
  const kept = (topic: string): boolean => isKeptRaw(recordOf(topic, "gateway-with-a-name"));
  const topics = ["v1/waste-bin/b/telemetry", "hj212/1/up", "v3/a@t/devices/d/up", "v1", "senml/d"];
  expect(topics.map(kept)).toEqual([false, false, true, true, true]);
  const record = recordOf("senml/d", "d");
  const raw = decodeRaw(Buffer.concat(encodeRaw(2 ** 40 + 1, record)));
  expect(raw).toEqual({ position: 2 ** 40 + 1, receivedAt: 5.5, record: Buffer.from(record) });
});
