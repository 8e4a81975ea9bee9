/**
 * SenML (RFC 8428) as JSON or CBOR on `senml/{deviceId}`, or the device's external id there. A pack is
 * resolved as section 4.6 says: base fields hold from their record on, times below 2^28 s are relative
 * to the receipt, `s` is a running sum. A record's name without the base name is the measurement.
 */
import type { Instant } from "../../model/clock.ts";
import type { DecodedValue } from "../../model/reading.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import type { Uplink } from "../../model/uplink.ts";
import { readObservedAt } from "../observed-at.ts";
import {
  type Decoded,
  type Fault,
  type Gateway,
  type GatewayContext,
  maySpeakFor,
  NOTHING_DECODED,
} from "./gateway.ts";
import { faulty, quoted } from "./payload.ts";
import { readPack, type SenmlRecord } from "./senml-pack.ts";

const FORMAT = "senml";
const TOPIC = /^senml\/([^/]+)$/;
const ID_LENGTH_MAX = 64;

export function createSenmlGateway(): Gateway {
  return {
    format: FORMAT,
    firstLevels: ["senml"],
    decode(uplink, _position, context) {
      const [, id] = TOPIC.exec(uplink.topic) ?? [];
      if (id === undefined) {
        return faulty("TOPIC_UNKNOWN", `topic ${quoted(uplink.topic)} is not senml/{deviceId}`);
      }
      const entry = context.registry.deviceByExternalId(FORMAT, id);
      if (entry === undefined || !maySpeakFor(uplink.sender, entry, context)) {
        const text =
          entry === undefined
            ? `no device of format ${FORMAT} is known as ${quoted(id)}; register one`
            : `${quoted(uplink.sender)} may not speak for ${quoted(id)}; register its device under this gateway`;
        const knocks = [{ format: FORMAT, id: id.slice(0, ID_LENGTH_MAX) }];
        return { ...faulty("DEVICE_UNKNOWN", text), knocks };
      }
      const pack = readPack(uplink.payload);
      if (pack.kind === "unreadable") return faulty(pack.reason, pack.text);
      return valuesOf(pack.records, entry, uplink, context);
    },
  };
}

function valuesOf(
  records: readonly SenmlRecord[],
  entry: DeviceEntry,
  uplink: Uplink,
  context: GatewayContext,
): Decoded {
  const faults: Fault[] = [];
  const values: DecodedValue[] = [];
  const { deviceId } = entry.device;
  const times = records.map((record) => timeOf(record, uplink.receivedAt));
  let newestAt: Instant | undefined;
  for (const at of times) {
    if (typeof at === "number" && at > (newestAt ?? Number.NEGATIVE_INFINITY)) newestAt = at;
  }
  for (const [n, record] of records.entries()) {
    const claimedAt = times[n];
    if (typeof claimedAt === "string") {
      faults.push({ reason: "TIME_INVALID", text: claimedAt });
      continue;
    }
    const mapped = context.readPayload(entry, treeOf(record));
    faults.push(...mapped.faults);
    if (mapped.values.length === 0 && mapped.faults.length === 0) {
      const text = `${quoted(record.name)} is ${quoted(record.value)}, which no mapping makes a number`;
      faults.push({ reason: "VALUE_INVALID", text });
    }
    for (const { measurement, value } of mapped.values) {
      values.push({
        deviceId,
        measurement,
        value,
        claimedAt,
        period: "instant",
        seq: undefined,
        newestAt,
        flags: 0,
      });
    }
  }
  return { ...NOTHING_DECODED, values, faults, heard: values.length === 0 ? [] : [deviceId] };
}

/** As mappings see it: `{pressure: {value: 2150.5, unit: "Pa"}}`. */
function treeOf({ name, value, unit }: SenmlRecord): object {
  return { [name]: unit === undefined ? value : { value, unit } };
}

/** Below it a time counts from now (section 4.5.3). */
const RELATIVE_BELOW_S = 2 ** 28;

/** Undefined: the pack says none, which is now. A text says why it is none. */
function timeOf({ name, timeS }: SenmlRecord, receivedAt: Instant): Instant | string | undefined {
  if (timeS === undefined || timeS === 0) return undefined;
  const ms = timeS < RELATIVE_BELOW_S ? receivedAt + timeS * 1_000 : timeS * 1_000;
  return readObservedAt(ms) ?? `the time of ${quoted(name)} is ${quoted(timeS)} s`;
}
