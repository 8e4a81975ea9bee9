/**
 * The Things Stack v3, messages of its MQTT server and webhooks as JSON on
 * `v3/{applicationId}@{tenantId}/devices/{deviceId}/{event}` (The Things Stack's documentation,
 * "MQTT" and "Data Formats"). Who it is stands in the payload, as DevEUI. Fields with their default
 * value are absent. Values are those of its payload formatter (`decoded_payload`) by the device's mapping.
 */
import type { Instant } from "../../model/clock.ts";
import { isTooDeep } from "../../model/nesting.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import type { Uplink } from "../../model/uplink.ts";
import type { RawFrame } from "../frame-answers.ts";
import { readObservedAt } from "../observed-at.ts";
import { createFrameCounts, type FrameCounts } from "./frame-counts.ts";
import {
  type Decoded,
  type Gateway,
  type GatewayContext,
  maySpeakFor,
  NOTHING_DECODED,
} from "./gateway.ts";
import {
  bestRadio,
  countFrame,
  createSeen,
  frameOfBase64,
  frameValues,
  isTextUpTo,
  NOTHING_MAPPED,
  unknownEui,
} from "./lorawan.ts";
import { lorawanMemory } from "./lorawan-memory.ts";
import { faulty, isObject, type JsonRead, quoted, readJson, tooDeepText } from "./payload.ts";

const FORMAT = "things-stack";
const TOPIC = /^v3\/[^/]+\/devices\/[^/]+\/(up|join|down\/[a-z]+)$/;
/** What stands before the event in a topic is the way back to the device. */
const WAY = /^v3\/[^/]+\/devices\/[^/]+/;
/** What is sent to devices; behind another broker the platform hears itself. */
const OUTGOING = new Set(["down/push", "down/replace"]);
/** By event, the message's own part. */
const COMMAND_ENDS: Readonly<Record<string, { part: string; isOk: boolean }>> = {
  "down/ack": { part: "downlink_ack", isOk: true },
  "down/nack": { part: "downlink_nack", isOk: false },
  "down/failed": { part: "downlink_failed", isOk: false },
};
/** What the platform puts before the id of a command in `correlation_ids`. */
const CORRELATION = "gridwarden:";
const REASON_LENGTH_MAX = 200;
const SESSION_LENGTH_MAX = 128;

export function createThingsStackGateway(): Gateway {
  const seen = createSeen();
  const counts = createFrameCounts();
  /** Read to see whose frame it is, and read once. */
  const parsed = new WeakMap<Uint8Array, JsonRead>();
  return {
    format: FORMAT,
    memory: lorawanMemory({ seen, counts }),
    firstLevels: ["v3"],
    decode(uplink, position, context) {
      const [, event] = TOPIC.exec(uplink.topic) ?? [];
      if (event === undefined) {
        const wanted = "v3/{applicationId}@{tenantId}/devices/{deviceId}/{up, join or down/…}";
        return faulty("TOPIC_UNKNOWN", `topic ${quoted(uplink.topic)} is not ${wanted}`);
      }
      if (OUTGOING.has(event)) return NOTHING_DECODED;
      const json = parsed.get(uplink.payload) ?? readJson(uplink.payload);
      if (json.kind === "unreadable") return json.decoded;
      const body = json.root;
      if (!isObject(body)) {
        return faulty("ELEMENT_INVALID", `the payload is ${quoted(body)}; wanted an object`);
      }
      if (isTooDeep(body)) return faulty("TOO_DEEP", tooDeepText());
      const devEui = isObject(body.end_device_ids) ? body.end_device_ids.dev_eui : undefined;
      if (typeof devEui !== "string" || devEui === "") {
        return faulty("ELEMENT_INVALID", `"end_device_ids.dev_eui" is ${quoted(devEui)}`);
      }
      const entry = context.registry.deviceByExternalId(FORMAT, devEui);
      if (entry === undefined || !maySpeakFor(uplink.sender, entry, context)) {
        return unknownEui(FORMAT, uplink, devEui, entry);
      }
      if (event === "up") {
        if (seen.isRepeated(repeatKey(devEui, body), position)) return NOTHING_DECODED;
        const [way = ""] = WAY.exec(uplink.topic) ?? [];
        const ways = [{ deviceId: entry.device.deviceId, way }];
        return { ...decodeUp(body, { entry, context, uplink, position, counts }), ways };
      }
      if (event !== "join") return decodeDown(event, body, entry, uplink);
      counts.begin(entry.device.deviceId);
      return { ...NOTHING_DECODED, heard: [entry.device.deviceId] };
    },
    framesOf({ topic, payload }, { registry }, isWanted) {
      const [, event] = TOPIC.exec(topic) ?? [];
      const json = event === "up" ? readJson(payload) : undefined;
      if (json !== undefined) parsed.set(payload, json);
      const body = json?.kind === "json" && isObject(json.root) ? json.root : {};
      const devEui = isObject(body.end_device_ids) ? body.end_device_ids.dev_eui : undefined;
      if (typeof devEui !== "string" || devEui === "") return [];
      const entry = registry.deviceByExternalId(FORMAT, devEui);
      const frame = entry === undefined || !isWanted(entry) ? undefined : frameIn(body);
      return entry === undefined || frame === undefined ? [] : [{ entry, frame }];
    },
  };
}

interface Up {
  readonly entry: DeviceEntry;
  readonly context: GatewayContext;
  readonly uplink: Uplink;
  readonly position: number;
  readonly counts: FrameCounts;
}

function decodeUp(body: Record<string, unknown>, up: Up): Decoded {
  const { entry, uplink, position } = up;
  if (body.simulated === true) {
    return faulty("ELEMENT_INVALID", "the uplink is simulated in the console; nothing measured it");
  }
  const message = body.uplink_message;
  if (!isObject(message)) {
    return faulty("ELEMENT_INVALID", `"uplink_message" is ${quoted(message)}; wanted an object`);
  }
  const { f_cnt: fCnt = 0, decoded_payload: payload, frm_payload: bytes } = message;
  if (!Number.isSafeInteger(fCnt) || (fCnt as number) < 0) {
    return faulty("ELEMENT_INVALID", `"f_cnt" is ${quoted(fCnt)}; wanted a whole number from 0 on`);
  }
  const time = timeOf(body);
  const at = time === undefined ? undefined : readObservedAt(time);
  if (time !== undefined && at === undefined) {
    return faulty("TIME_INVALID", `"received_at" is ${quoted(time)}; wanted ISO 8601`);
  }
  const frame = { entry, at, fCnt: fCnt as number };
  const counted = countFrame(up.counts, frame, {
    uplink,
    position,
    data: bytes,
    session: sessionOf(message),
  });
  if (counted === undefined) return NOTHING_DECODED;
  const raw = frameIn(body, at);
  const mapped =
    (raw === undefined ? undefined : up.context.readFrame(entry, raw)) ??
    (payload === undefined ? undefined : up.context.readPayload(entry, payload));
  const radio = Object.assign(bestRadio(message.rx_metadata), counted);
  const found = frameValues(frame, mapped ?? NOTHING_MAPPED, radio);
  if (mapped === undefined && bytes !== undefined) {
    const text =
      "the frame has bytes and no 'decoded_payload'; give its device a decoder, or a payload formatter there";
    found.faults.push({ reason: "FRAME_UNSUPPORTED", text });
  }
  const { values, faults } = found;
  return { ...NOTHING_DECODED, values, faults, heard: [entry.device.deviceId] };
}

function frameIn(body: Record<string, unknown>, heardAt?: Instant): RawFrame | undefined {
  const message = body.uplink_message;
  if (!isObject(message)) return undefined;
  const time = timeOf(body);
  const at = heardAt ?? (time === undefined ? undefined : readObservedAt(time));
  return frameOfBase64(message.frm_payload, { fPort: message.f_port, at });
}

function timeOf({ uplink_message: message, received_at: time }: Record<string, unknown>): unknown {
  return (isObject(message) ? message.received_at : undefined) ?? time;
}

/** A counter begins anew with the next session, and at some devices within one: then at another time. */
function repeatKey(devEui: string, body: Record<string, unknown>): string | undefined {
  const message = body.uplink_message;
  if (!isObject(message)) return undefined;
  const session = sessionOf(message);
  return session && `${devEui} ${session} ${quoted(message.f_cnt ?? 0)} ${quoted(timeOf(body))}`;
}

const sessionOf = ({ session_key_id: id }: Record<string, unknown>): string | undefined =>
  isTextUpTo(id, SESSION_LENGTH_MAX) ? id : undefined;

/** Queued says nothing, sent that it is on its way; the others end a command of ours. */
function decodeDown(
  event: string,
  body: Record<string, unknown>,
  { device: { deviceId } }: DeviceEntry,
  uplink: Uplink,
): Decoded {
  const end = COMMAND_ENDS[event];
  const part = body[end?.part ?? "downlink_sent"];
  // One that failed stands beside its error.
  const inner = isObject(part) ? part.downlink : undefined;
  const id = commandId(part) ?? commandId(inner) ?? commandId(body);
  if (id === undefined) return NOTHING_DECODED;
  if (event === "down/sent") return { ...NOTHING_DECODED, carried: [{ deviceId, id }] };
  if (end === undefined) return NOTHING_DECODED;
  const at: Instant = readObservedAt(body.received_at) ?? uplink.receivedAt;
  const why = isObject(part) && isObject(part.error) ? part.error.message_format : undefined;
  const message = typeof why === "string" ? { message: why.slice(0, REASON_LENGTH_MAX) } : {};
  return { ...NOTHING_DECODED, acks: [{ deviceId, id, isOk: end.isOk, at, ...message }] };
}

function commandId(part: unknown): string | undefined {
  if (!isObject(part) || !Array.isArray(part.correlation_ids)) return undefined;
  const own = part.correlation_ids.find(
    (id) => typeof id === "string" && id.startsWith(CORRELATION) && id.length > CORRELATION.length,
  ) as string | undefined;
  return own?.slice(CORRELATION.length);
}
