/**
 * CTWing (天翼物联, AEP), pushes of its HTTP subscriptions: one message or an array of them, each
 * with a `messageType`. Payloads are bytes in base64 (透传, `{"APPdata": "…"}`), values of the
 * product's thing model (物模型), or `{"serviceId", "serviceData"}` of a profile. A device is known
 * by its IMEI, else by the `deviceId` that CTWing gave it, which is all that a status message says.
 */
import type { Instant } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import type { DeviceFrame } from "../frame-answers.ts";
import { readObservedAt } from "../observed-at.ts";
import {
  type Decoded,
  type Gateway,
  type GatewayContext,
  NOTHING_DECODED,
  type WayWord,
} from "./gateway.ts";
import { frameOfBase64 } from "./lorawan.ts";
import { faulty, isObject, quoted } from "./payload.ts";
import {
  decodeBase64,
  decodeMessages,
  decodeTree,
  findDevice,
  idOf,
  type Message,
  plainIdOf,
  readPush,
} from "./push.ts";

const FORMAT = "ctwing";

export function createCtwingGateway(): Gateway {
  return {
    format: FORMAT,
    firstLevels: ["intake/ctwing"],
    decode(uplink, _position, context) {
      const json = readPush(uplink);
      if (json.kind === "unreadable") return json.decoded;
      return decodeMessages(json.root, (message) =>
        decodeMessage(message, uplink.receivedAt, context),
      );
    },
    framesOf(uplink, context, isWanted) {
      const json = readPush(uplink);
      if (json.kind === "unreadable") return [];
      const messages = Array.isArray(json.root) ? json.root : [json.root];
      return messages
        .slice(0, LIMITS.uplinkElementsMax)
        .flatMap((message: unknown) => frameIn(message, context, isWanted));
    },
  };
}

function frameIn(
  message: unknown,
  context: Pick<GatewayContext, "registry">,
  isWanted: (entry: DeviceEntry) => boolean,
): DeviceFrame[] {
  if (!isObject(message) || !isObject(message.payload)) return [];
  const found = findDevice(FORMAT, idsOf(message), context);
  if (found.kind === "unknown" || !isWanted(found.entry)) return [];
  const at = message.timestamp === undefined ? undefined : readObservedAt(message.timestamp);
  const frame = frameOfBase64(message.payload.APPdata, { fPort: undefined, at });
  return frame === undefined ? [] : [{ entry: found.entry, frame }];
}

const idsOf = (message: Message) => [message.IMEI ?? message.imei, message.deviceId].map(idOf);

function decodeMessage(message: Message, receivedAt: Instant, context: GatewayContext): Decoded {
  const { timestamp, messageType } = message;
  const at = timestamp === undefined ? undefined : readObservedAt(timestamp);
  if (timestamp !== undefined && at === undefined) {
    const text = `"timestamp" is ${quoted(timestamp)}; wanted ms since 1970`;
    return faulty("TIME_INVALID", text);
  }
  switch (messageType) {
    case "dataReport":
      return decodeData(message, message.payload, at, context);
    case "eventReport":
      return decodeData(message, message.eventContent, at, context);
    case "deviceOnlineOfflineReport":
      return decodePresence(message, at ?? receivedAt, context);
    case "commandResponse":
      return decodeResponse(message, at ?? receivedAt, context);
    default: {
      const text = `"messageType" is ${quoted(messageType)}; subscribe to dataReport (设备数据变化), eventReport, deviceOnlineOfflineReport and commandResponse`;
      return faulty("FRAME_UNSUPPORTED", text);
    }
  }
}

function decodeData(
  message: Message,
  payload: unknown,
  at: Instant | undefined,
  context: GatewayContext,
): Decoded {
  const found = findDevice(FORMAT, idsOf(message), context);
  if (found.kind === "unknown") return found.decoded;
  return { ...decodePayload(found.entry, payload, at, context), ...waysOf(message, found.entry) };
}

function decodePayload(
  entry: DeviceEntry,
  payload: unknown,
  at: Instant | undefined,
  context: GatewayContext,
): Decoded {
  if (!isObject(payload)) {
    const heard = [entry.device.deviceId];
    return { ...faulty("ELEMENT_INVALID", `its payload is ${quoted(payload)}`), heard };
  }
  if (payload.APPdata !== undefined) return decodeBase64(entry, payload.APPdata, at, context);
  const tree = isObject(payload.serviceData) ? payload.serviceData : payload;
  return decodeTree(entry, tree, at, context);
}

/** Its product, and what it is called there: commands need both, and results name them alone. */
function wayOf({ productId, deviceId }: Message): string | undefined {
  const [product, device] = [plainIdOf(productId), plainIdOf(deviceId)];
  return product === undefined || device === undefined ? undefined : `${product}/${device}`;
}

function waysOf(message: Message, { device }: DeviceEntry): Pick<Decoded, "ways"> {
  const way = wayOf(message);
  return way === undefined ? {} : { ways: [{ deviceId: device.deviceId, way }] };
}

/** Of a device that is registered by its IMEI it names the other id, which nobody here knows. */
function decodePresence(message: Message, at: Instant, context: GatewayContext): Decoded {
  const found = findDevice(FORMAT, [idOf(message.deviceId)], context);
  if (found.kind === "unknown") return NOTHING_DECODED;
  const { deviceId } = found.entry.device;
  const { eventType } = message;
  if (eventType !== 0 && eventType !== 1) {
    return faulty("ELEMENT_INVALID", `"eventType" is ${quoted(eventType)}; wanted 1 or 0`);
  }
  const status = eventType === 1 ? "online" : "offline";
  const heard = eventType === 1 ? [deviceId] : [];
  return { ...NOTHING_DECODED, statuses: [{ deviceId, status, at }], heard };
}

const DONE = new Set(["DELIVERED", "SUCCESSFUL", "COMPLETED"]);
/** On its way to the device: kept by the platform, then sent. */
const SAVED = "SAVED";
const SENT = "SENT";

function decodeResponse(message: Message, at: Instant, context: GatewayContext): Decoded {
  const found = findDevice(FORMAT, [idOf(message.deviceId)], context);
  const { taskId, result } = message;
  const id = idOf(taskId);
  const code = isObject(result) ? result.resultCode : undefined;
  if (id === undefined || typeof code !== "string") {
    const text = `a commandResponse has the "taskId" ${quoted(taskId)} and the "result" ${quoted(result)}`;
    return faulty("ELEMENT_INVALID", text);
  }
  if (code === SAVED) return NOTHING_DECODED;
  if (found.kind === "unknown") return wordOf(message, id, code);
  const { deviceId } = found.entry.device;
  if (code === SENT) return { ...NOTHING_DECODED, carried: [{ deviceId, id }] };
  const isOk = DONE.has(code);
  const ack = { deviceId, id, isOk, at, ...(isOk ? {} : { message: code.slice(0, 64) }) };
  return { ...NOTHING_DECODED, acks: [ack], heard: isOk ? [deviceId] : [] };
}

/** Of a device that is registered by its IMEI: whose command it was is known by the way. */
function wordOf(message: Message, id: string, code: string): Decoded {
  const way = wayOf(message);
  if (way === undefined || plainIdOf(id) === undefined) return NOTHING_DECODED;
  const fate = code === SENT ? "carried" : DONE.has(code) ? "done" : "failed";
  const word = { way, id, fate, ...(fate === "failed" ? { message: code.slice(0, 64) } : {}) };
  return { ...NOTHING_DECODED, wayWords: [word as WayWord] };
}
