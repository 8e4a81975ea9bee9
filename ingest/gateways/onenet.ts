/**
 * OneNET (中移物联), pushes of its HTTP push (数据推送): `{"msg", "nonce", "signature"}` with the
 * message as a text or as it is, one or an array of them. Both generations: the thing model of
 * OneNET Studio (`messageType` notify, lifeCycle, reply, lbsAndWifi) and the data streams of the
 * older platforms (`type` 1 and 2). A device is known by its IMEI, `{productId}:{deviceName}`, or
 * its device name alone (`dev_id` of the older ones). Encrypted pushes are put aside.
 */
import type { Instant } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import { readObservedAt } from "../observed-at.ts";
import { type Decoded, type Gateway, type GatewayContext, NOTHING_DECODED } from "./gateway.ts";
import { faulty, isObject, quoted } from "./payload.ts";
import {
  decodeMessages,
  decodeTree,
  findDevice,
  idOf,
  joined,
  type Message,
  plainIdOf,
  readPush,
} from "./push.ts";

const FORMAT = "onenet";

export function createOnenetGateway(): Gateway {
  return {
    format: FORMAT,
    firstLevels: ["intake/onenet"],
    decode(uplink, _position, context) {
      const json = readPush(uplink);
      if (json.kind === "unreadable") return json.decoded;
      const opened = open(json.root);
      if (opened.kind === "closed") return opened.decoded;
      return decodeMessages(opened.root, (message) =>
        decodeMessage({ message, receivedAt: uplink.receivedAt, context }),
      );
    },
  };
}

type Opened =
  | { readonly kind: "open"; readonly root: unknown }
  | { readonly kind: "closed"; readonly decoded: Decoded };

/** What the envelope of a push holds; pushes of the rule engine have none. */
function open(root: unknown): Opened {
  if (!isObject(root)) return { kind: "open", root };
  if (root.enc_msg !== undefined) return { kind: "closed", decoded: encrypted() };
  const { msg } = root;
  if (typeof msg !== "string") return { kind: "open", root: msg ?? root };
  try {
    return { kind: "open", root: JSON.parse(msg) as unknown };
  } catch {
    return { kind: "closed", decoded: encrypted() };
  }
}

function encrypted(): Decoded {
  const text =
    "its 'msg' is no JSON: it is encrypted; choose the plain mode (明文模式) of the push";
  return faulty("FRAME_UNSUPPORTED", text);
}

interface Said {
  readonly message: Message;
  readonly receivedAt: Instant;
  readonly context: GatewayContext;
}

function decodeMessage(said: Said): Decoded {
  const { message, context } = said;
  const { imei, productId, deviceName, dev_id: streamId } = message;
  const name = idOf(deviceName);
  const product = idOf(productId);
  const whole = name === undefined || product === undefined ? undefined : `${product}:${name}`;
  const found = findDevice(FORMAT, [idOf(imei), whole, name, idOf(streamId)], context);
  if (found.kind === "unknown") return found.decoded;
  const { entry } = found;
  const decoded =
    message.messageType === undefined ? decodeStream(said, entry) : decodeStudio(said, entry);
  const [plainProduct, plainName] = [plainIdOf(productId), plainIdOf(deviceName)];
  if (plainProduct === undefined || plainName === undefined) return decoded;
  const way = `${plainProduct}:${plainName}`;
  return { ...decoded, ways: [{ deviceId: entry.device.deviceId, way }] };
}

function decodeStudio(said: Said, entry: DeviceEntry): Decoded {
  const { message, receivedAt, context } = said;
  const { messageType, notifyType, data } = message;
  const body: Message = isObject(data) ? data : {};
  switch (messageType) {
    case "notify":
      return decodeParams(body.params, entry, context);
    case "lifeCycle": {
      const at = readObservedAt(body.time ?? message.timestamp) ?? receivedAt;
      return presence(entry, body.status, at);
    }
    case "lbsAndWifi": {
      const { lon, lat, accuracy } = body;
      const at = readObservedAt(message.timestamp);
      return decodeTree(entry, { longitude: lon, latitude: lat, accuracyM: accuracy }, at, context);
    }
    case "reply":
      return decodeReply(message, entry, receivedAt);
    default: {
      const text = `"messageType" is ${quoted(messageType)} and "notifyType" ${quoted(notifyType)}; notify, lifeCycle, lbsAndWifi and reply are read`;
      return faulty("FRAME_UNSUPPORTED", text);
    }
  }
}

/** `{"name": {"value", "time"}}`: values of one time are one tree, so that a mapping sees them together. */
function decodeParams(params: unknown, entry: DeviceEntry, context: GatewayContext): Decoded {
  if (!isObject(params) || Object.keys(params).length === 0) {
    return faulty("EMPTY", `"data.params" is ${quoted(params)}; wanted values by their names`);
  }
  const all = Object.entries(params);
  if (all.length > LIMITS.uplinkElementsMax) {
    const text = `"data.params" has ${all.length} values; one may carry ${LIMITS.uplinkElementsMax}`;
    return faulty("TOO_MANY_ELEMENTS", text);
  }
  const faults: Decoded[] = [];
  const byTime = new Map<Instant | undefined, [name: string, value: unknown][]>();
  for (const [name, param] of all) {
    const { value, time } = isObject(param) ? param : { value: param };
    const at = time === undefined ? undefined : readObservedAt(time);
    if (time !== undefined && at === undefined) {
      faults.push(faulty("TIME_INVALID", `the time of ${quoted(name)} is ${quoted(time)}`));
    } else if (value === undefined) {
      faults.push(faulty("ELEMENT_INVALID", `${quoted(name)} has no "value"`));
    } else {
      byTime.set(at, [...(byTime.get(at) ?? []), [name, value]]);
    }
  }
  const trees = [...byTime].map(([at, values]) =>
    decodeTree(entry, Object.fromEntries(values), at, context),
  );
  return { ...joined([...trees, ...faults]), heard: [entry.device.deviceId] };
}

/** Of a service that was called: `request.id` and `response.code`. */
function decodeReply(message: Message, entry: DeviceEntry, receivedAt: Instant): Decoded {
  const { request, response, rTime } = message;
  const id = isObject(request) ? idOf(request.id) : undefined;
  const code = isObject(response) ? response.code : undefined;
  if (id === undefined || typeof code !== "number") {
    const text = `a reply has the "request" ${quoted(request)} and the "response" ${quoted(response)}`;
    return faulty("ELEMENT_INVALID", text);
  }
  const { deviceId } = entry.device;
  const at = readObservedAt(rTime) ?? receivedAt;
  const isOk = code === 200;
  const ack = { deviceId, id, isOk, at, ...(isOk ? {} : { message: `code ${code}` }) };
  return { ...NOTHING_DECODED, acks: [ack], heard: [deviceId] };
}

/** `type` 1: a value of a data stream; 2: the device came or went. */
function decodeStream({ message, receivedAt, context }: Said, entry: DeviceEntry): Decoded {
  const { type, ds_id: stream, value, at: said, status } = message;
  const at = said === undefined ? undefined : readObservedAt(numberIn(said));
  if (said !== undefined && at === undefined) {
    return faulty("TIME_INVALID", `"at" is ${quoted(said)}; wanted ms since 1970`);
  }
  if (type === 2) return presence(entry, STATUSES.get(status), at ?? receivedAt);
  const name = idOf(stream);
  if (type !== 1 || name === undefined) {
    const text = `a message has the "type" ${quoted(type)} and the "ds_id" ${quoted(stream)}; types 1 (a value) and 2 (online, offline) are read`;
    return faulty("FRAME_UNSUPPORTED", text);
  }
  return decodeTree(entry, Object.fromEntries([[name, value]]), at, context);
}

const STATUSES: ReadonlyMap<unknown, string> = new Map([
  [1, "online"],
  [0, "offline"],
]);
const DIGITS = /^\d{1,16}$/;

/** Older platforms write a time as text, too. */
function numberIn(raw: unknown): unknown {
  return typeof raw === "string" && DIGITS.test(raw) ? Number(raw) : raw;
}

function presence({ device: { deviceId } }: DeviceEntry, status: unknown, at: Instant): Decoded {
  if (status !== "online" && status !== "offline") {
    return faulty("ELEMENT_INVALID", `its status is ${quoted(status)}; wanted online or offline`);
  }
  const heard = status === "online" ? [deviceId] : [];
  return { ...NOTHING_DECODED, statuses: [{ deviceId, status, at }], heard };
}
