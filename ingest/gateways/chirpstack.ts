/**
 * ChirpStack v4, events of its MQTT integration as JSON on
 * `application/{applicationId}/device/{devEui}/event/{event}` (ChirpStack's documentation, "Event
 * types"). Fields with their default value are absent from its JSON: a counter of 0, a `false`, a
 * battery of 0 %. Values are those of the codec (`object`) by the device's mapping.
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
  type DeviceWay,
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
  type LorawanFrame,
  NOTHING_MAPPED,
  unknownEui,
} from "./lorawan.ts";
import { lorawanMemory } from "./lorawan-memory.ts";
import { faulty, isObject, quoted, readJson, tooDeepText } from "./payload.ts";

const FORMAT = "chirpstack";
const TOPIC = /^application\/[^/]+\/device\/([^/]+)\/event\/([^/]+)$/;
/** They say that something went its way, which nothing is kept of. */
const QUIET_EVENTS = new Set(["integration"]);
/** What stands before the event in a topic is the way back to the device. */
const WAY = /^application\/[^/]+\/device\/[^/]+/;

export function createChirpstackGateway(): Gateway {
  const seen = createSeen();
  const counts = createFrameCounts();
  return {
    format: FORMAT,
    memory: lorawanMemory({ seen, counts }),
    firstLevels: ["application"],
    decode(uplink, position, context) {
      const [, devEui, event] = TOPIC.exec(uplink.topic) ?? [];
      if (devEui === undefined || event === undefined) {
        const wanted = "application/{applicationId}/device/{devEui}/event/{event}";
        return faulty("TOPIC_UNKNOWN", `topic ${quoted(uplink.topic)} is not ${wanted}`);
      }
      const entry = context.registry.deviceByExternalId(FORMAT, devEui);
      if (entry === undefined || !maySpeakFor(uplink.sender, entry, context)) {
        return unknownEui(FORMAT, uplink, devEui, entry);
      }
      const json = readJson(uplink.payload);
      if (json.kind === "unreadable") return json.decoded;
      if (!isObject(json.root)) {
        return faulty("ELEMENT_INVALID", `the payload is ${quoted(json.root)}; wanted an object`);
      }
      if (isTooDeep(json.root)) return faulty("TOO_DEEP", tooDeepText());
      if (seen.isRepeated(repeatKey(event, json.root), position)) return NOTHING_DECODED;
      return decodeEvent(event, { entry, uplink, body: json.root, context, position, counts });
    },
    framesOf({ topic, payload }, { registry }, isWanted) {
      const [, devEui = "", event] = TOPIC.exec(topic) ?? [];
      const entry = event === "up" ? registry.deviceByExternalId(FORMAT, devEui) : undefined;
      if (entry === undefined || !isWanted(entry)) return [];
      const json = readJson(payload);
      const frame = json.kind === "json" && isObject(json.root) ? frameIn(json.root) : undefined;
      return frame === undefined ? [] : [{ entry, frame }];
    },
  };
}

/** `fPort` and `data` are absent of a frame that has none. */
function frameIn(
  { data, fPort, time }: Record<string, unknown>,
  at = time === undefined ? undefined : readObservedAt(time),
): RawFrame | undefined {
  return frameOfBase64(data, { fPort, at });
}

function repeatKey(event: string, { deduplicationId: id }: Record<string, unknown>) {
  return typeof id === "string" && id !== "" ? `${event} ${id}` : undefined;
}

interface Event {
  readonly entry: DeviceEntry;
  readonly uplink: Uplink;
  readonly body: Record<string, unknown>;
  readonly context: GatewayContext;
  readonly position: number;
  readonly counts: FrameCounts;
}

function decodeEvent(name: string, event: Event): Decoded {
  const time = event.body.time;
  const at = time === undefined ? undefined : readObservedAt(time);
  if (time !== undefined && at === undefined) {
    return faulty("TIME_INVALID", `"time" is ${quoted(time)}; wanted ISO 8601 with its offset`);
  }
  const heard = [event.entry.device.deviceId];
  if (QUIET_EVENTS.has(name)) return NOTHING_DECODED;
  switch (name) {
    case "up":
      return decodeUp(event, at, heard);
    case "status":
      return { ...frameOf(event, at, statusTree(event.body)), heard };
    case "location":
      return { ...frameOf(event, at, locationTree(event.body)), heard };
    case "join":
      event.counts.begin(event.entry.device.deviceId);
      return { ...NOTHING_DECODED, heard };
    case "ack":
      return { ...decodeAck(event, at), heard };
    case "txack":
      return decodeTxAck(event);
    case "log":
      return decodeLog(event.body);
    default:
      return faulty("TOPIC_UNKNOWN", `ChirpStack has no event ${quoted(name)} that is read`);
  }
}

function decodeUp(event: Event, at: Instant | undefined, heard: Decoded["heard"]): Decoded {
  const { body, entry, context } = event;
  const { fCnt = 0, object, rxInfo } = body;
  const ways = waysOf(event);
  if (!Number.isSafeInteger(fCnt) || (fCnt as number) < 0) {
    const text = `"fCnt" is ${quoted(fCnt)}; wanted a whole number from 0 on`;
    return { ...faulty("ELEMENT_INVALID", text), heard, ways };
  }
  const frame: LorawanFrame = { entry, at, fCnt: fCnt as number };
  const counted = countFrame(event.counts, frame, {
    uplink: event.uplink,
    position: event.position,
    data: body.data,
  });
  if (counted === undefined) return { ...NOTHING_DECODED, heard, ways };
  const bytes = frameIn(body, at);
  const mapped =
    (bytes === undefined ? undefined : context.readFrame(entry, bytes)) ??
    (object === undefined ? undefined : context.readPayload(entry, object));
  const radio = Object.assign(bestRadio(rxInfo), counted);
  const found = frameValues(frame, mapped ?? NOTHING_MAPPED, radio);
  if (mapped === undefined && body.data !== undefined) {
    const text =
      "the frame has bytes and no 'object'; give its device a decoder, or its profile a codec in ChirpStack";
    found.faults.push({ reason: "FRAME_UNSUPPORTED", text });
  }
  const { values, faults } = found;
  return { ...NOTHING_DECODED, values, faults, heard, ways };
}

function frameOf({ entry, context }: Event, at: Instant | undefined, tree: object): Decoded {
  const mapped = context.readPayload(entry, tree, "ours");
  const { values, faults } = frameValues({ entry, at, fCnt: undefined }, mapped, {});
  return { ...NOTHING_DECODED, values, faults };
}

/** `batteryLevel` in percent; LoRaWAN says 0 of a device on the mains, 255 where it does not know. */
function statusTree(body: Record<string, unknown>): object {
  const { margin = 0, batteryLevel = 0, batteryLevelUnavailable, externalPowerSource } = body;
  const isKnown = batteryLevelUnavailable !== true && externalPowerSource !== true;
  return { linkMarginDb: margin, ...(isKnown ? { batteryPercent: batteryLevel } : {}) };
}

function locationTree({ location }: Record<string, unknown>): object {
  const { latitude = 0, longitude = 0, altitude = 0 } = isObject(location) ? location : {};
  return { latitude, longitude, altitude };
}

function waysOf({ entry, uplink }: Event): DeviceWay[] {
  const [way] = WAY.exec(uplink.topic) ?? [];
  return way === undefined ? [] : [{ deviceId: entry.device.deviceId, way }];
}

/** A gateway has sent it; whether the device has heard it, a confirmed one's `ack` says. */
function decodeTxAck({ entry, body: { queueItemId: id } }: Event): Decoded {
  if (typeof id !== "string" || id === "") return NOTHING_DECODED;
  return { ...NOTHING_DECODED, carried: [{ deviceId: entry.device.deviceId, id }] };
}

function decodeAck({ entry, body, uplink }: Event, at: Instant | undefined): Decoded {
  const { queueItemId, acknowledged = false } = body;
  if (typeof queueItemId !== "string" || queueItemId === "") {
    return faulty("ELEMENT_INVALID", `"queueItemId" is ${quoted(queueItemId)}; wanted its id`);
  }
  const { deviceId } = entry.device;
  const ack = {
    deviceId,
    id: queueItemId,
    isOk: acknowledged === true,
    at: at ?? uplink.receivedAt,
  };
  return { ...NOTHING_DECODED, acks: [ack] };
}

/** What ChirpStack could not do with a frame: its values are lost, and somebody should know. */
function decodeLog({ level = "INFO", code = "UNKNOWN", description }: Record<string, unknown>) {
  if (level === "INFO") return NOTHING_DECODED;
  return faulty("FRAME_INVALID", `ChirpStack says ${quoted(code)}: ${quoted(description)}`);
}
