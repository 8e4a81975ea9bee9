/**
 * What the network servers of LoRaWAN have in common: an uplink with a frame counter, heard by
 * several gateways, whose payload the server's own codec may have decoded already.
 */
import type { Instant } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";
import type { DecodedValue } from "../../model/reading.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import type { Uplink } from "../../model/uplink.ts";
import type { RawFrame } from "../frame-answers.ts";
import type { Mapped } from "../mapping/apply-mapping.ts";
import type { FrameCounts } from "./frame-counts.ts";
import type { Decoded, Fault } from "./gateway.ts";
import { faulty, isObject, quoted } from "./payload.ts";

export interface LorawanFrame {
  readonly entry: DeviceEntry;
  /** When it was heard, by the server's clock. */
  readonly at: Instant | undefined;
  /** Of the session; begins at 0 again with the next join. */
  readonly fCnt: number | undefined;
  /** Of what it holds; without it, when it was heard. */
  readonly newestAt?: Instant | undefined;
}

export interface LorawanValues {
  readonly values: DecodedValue[];
  readonly faults: Fault[];
}

/** Values of the payload stand at their own times, all else when the frame was heard. */
export function frameValues(
  { entry, at, fCnt, newestAt = at }: LorawanFrame,
  mapped: Mapped,
  radio: Readonly<Radio>,
): LorawanValues {
  const { deviceId } = entry.device;
  const values: DecodedValue[] = [];
  const add = (measurement: string, value: number, own: Instant | undefined, seq?: number) =>
    values.push({
      deviceId,
      measurement,
      value,
      claimedAt: own ?? at,
      seq: seq ?? fCnt,
      period: "instant",
      newestAt,
      flags: 0,
    });
  for (const { measurement, value, at: own, seq } of mapped.values) {
    add(measurement, value, own, seq);
  }
  const { length } = values;
  for (const name in radio) {
    const measurement = name as keyof Radio;
    const isNamed = values.some((each, n) => n < length && each.measurement === measurement);
    if (!isNamed) add(measurement, radio[measurement] ?? 0, at);
  }
  return { values, faults: [...mapped.faults] };
}

export const NOTHING_MAPPED: Mapped = Object.freeze({ values: [], faults: [] });

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const F_PORT_MAX = 255;

/** Undefined where there are no bytes. */
export function frameOfBase64(
  data: unknown,
  { fPort, at }: { fPort: unknown; at: Instant | undefined },
): RawFrame | undefined {
  if (typeof data !== "string" || data === "" || !BASE64.test(data)) return undefined;
  const port = Number.isInteger(fPort) ? (fPort as number) : -1;
  const isPort = port >= 0 && port <= F_PORT_MAX;
  return { bytes: Buffer.from(data, "base64"), fPort: isPort ? port : undefined, at };
}

/** In base64; a frame of LoRaWAN has no more. */
const DATA_LENGTH_MAX = 344;

/** What the counter says was lost before the frame; undefined where it is the one before again. */
export function countFrame(
  counts: FrameCounts,
  { entry, at, fCnt = 0 }: LorawanFrame,
  said: { uplink: Uplink; position: number; data: unknown; session?: string | undefined },
): Pick<Radio, "framesLost"> | undefined {
  const { uplink, position, session } = said;
  const data = isTextUpTo(said.data, DATA_LENGTH_MAX) ? said.data : undefined;
  const frame = { fCnt, at: at ?? uplink.receivedAt, position, session, data };
  const fate = counts.take(entry.device.deviceId, frame);
  if (fate.kind === "repeated") return undefined;
  return fate.lost === 0 ? {} : { framesLost: fate.lost };
}

export function isTextUpTo(value: unknown, lengthMax: number): value is string {
  return typeof value === "string" && value.length <= lengthMax;
}

/** What is measured of the way a frame came. */
export interface Radio {
  rssiDbm?: number;
  snrDb?: number;
  framesLost?: number;
}

/** Of the gateway that heard it best. */
export function bestRadio(heardBy: unknown): Radio {
  if (!Array.isArray(heardBy)) return {};
  let best: Radio = {};
  for (const each of heardBy) {
    if (!isObject(each) || !isNumber(each.rssi)) continue;
    if (best.rssiDbm !== undefined && best.rssiDbm >= each.rssi) continue;
    best = { rssiDbm: each.rssi };
    if (isNumber(each.snr)) best.snrDb = each.snr;
  }
  return best;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

const ID_LENGTH_MAX = 64;

export function unknownEui(
  format: "chirpstack" | "things-stack",
  uplink: Uplink,
  devEui: string,
  entry: DeviceEntry | undefined,
): Decoded {
  const text =
    entry === undefined
      ? `no device of format ${format} has the DevEUI ${quoted(devEui)}; register one with this externalId`
      : `${quoted(uplink.sender)} may not speak for DevEUI ${quoted(devEui)}; register its device under this gateway`;
  const knocks = [{ format, id: devEui.slice(0, ID_LENGTH_MAX) }];
  return { ...faulty("DEVICE_UNKNOWN", text), knocks };
}

const SEEN_MIN = 50_000;
/** A server's ids are short; whoever sends longer ones is told apart by their readings' times alone. */
const SEEN_LENGTH_MAX = 256;

export type Seen = ReturnType<typeof createSeen>;

/**
 * Events that came before: a server that lost its connection sends them again. Known by the position of
 * the first, so that the same uplink decoded again is no repetition of itself. Of the events at least the
 * newest `SEEN_MIN` are known; as many that are older go at once, for one at a time a Map gives up slowly.
 */
export function createSeen() {
  let firstAt = new Map<string, number>();
  let older = firstAt;
  return {
    isRepeated(key: string | undefined, position: number): boolean {
      if (key === undefined || key.length > SEEN_LENGTH_MAX) return false;
      const first = firstAt.get(key) ?? older.get(key);
      if (first !== undefined) return first < position;
      if (firstAt.size >= SEEN_MIN) [older, firstAt] = [firstAt, new Map()];
      firstAt.set(key, position);
      return false;
    },
    /** The newest, as many as are kept over a restart, each with its position. */
    last(): (readonly [key: string, position: number])[] {
      const max = LIMITS.lorawanEventsRememberedMax;
      const newest = [...firstAt].slice(-max);
      if (older === firstAt || newest.length === max) return newest;
      return [...[...older].slice(newest.length - max), ...newest];
    },
    restore(last: readonly (readonly [key: string, position: number])[]): void {
      firstAt = new Map(last);
      older = firstAt;
    },
  };
}
