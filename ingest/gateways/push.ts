/**
 * What pushes of other platforms have in common: several messages in one body, each decoded by
 * itself so that a bad one is put aside alone, and payloads that are a tree, or bytes in base64.
 */
import { isUtf8 } from "node:buffer";
import type { Instant } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";
import { isNested, isTooDeep } from "../../model/nesting.ts";
import type { DeviceEntry, ForeignFormat } from "../../model/registry.ts";
import type { Uplink } from "../../model/uplink.ts";
import { type Decoded, type GatewayContext, NOTHING_DECODED } from "./gateway.ts";
import { frameOfBase64, frameValues } from "./lorawan.ts";
import { faulty, isObject, quoted, readJson, tooDeepText } from "./payload.ts";

export type Message = Readonly<Record<string, unknown>>;

/**
 * The body of a push, parsed, or why it is none. Its sender was known by the intake's secret, which
 * a topic of the same name on MQTT is not.
 */
export function readPush(uplink: Uplink): ReturnType<typeof readJson> {
  if (uplink.source === "http") return readJson(uplink.payload);
  const text = `topic ${quoted(uplink.topic)} is for pushes over HTTP; send them to POST /api/v1/intake`;
  return { kind: "unreadable", decoded: faulty("TOPIC_UNKNOWN", text) };
}

/** One message or an array of them. */
export function decodeMessages(root: unknown, decode: (message: Message) => Decoded): Decoded {
  if (!Array.isArray(root)) return decodeOne(root, decode);
  if (root.length === 0) return faulty("EMPTY", "the push has no messages");
  if (root.length > LIMITS.uplinkElementsMax) {
    const text = `the push has ${root.length} messages; one may carry ${LIMITS.uplinkElementsMax}`;
    return faulty("TOO_MANY_ELEMENTS", text);
  }
  return joined(
    root.map((message: unknown) => {
      const decoded = decodeOne(message, decode);
      // What is too deep to be read cannot be written either.
      if (decoded.faults.length === 0 || isTooDeep(message)) return decoded;
      const part = Buffer.from(JSON.stringify(message));
      return { ...decoded, faults: decoded.faults.map((fault) => ({ ...fault, part })) };
    }),
  );
}

function decodeOne(message: unknown, decode: (message: Message) => Decoded): Decoded {
  if (!isObject(message)) {
    return faulty("ELEMENT_INVALID", `a message is ${quoted(message)}; wanted an object`);
  }
  return isTooDeep(message) ? faulty("TOO_DEEP", tooDeepText()) : decode(message);
}

export function joined(all: readonly Decoded[]): Decoded {
  return {
    values: all.flatMap(({ values }) => values),
    faults: all.flatMap(({ faults }) => faults),
    heard: all.flatMap(({ heard }) => heard),
    statuses: all.flatMap(({ statuses }) => statuses),
    acks: all.flatMap(({ acks }) => acks),
    positions: all.flatMap(({ positions }) => positions),
    answers: all.flatMap(({ answers }) => answers),
    knocks: all.flatMap(({ knocks }) => knocks),
    turnedAway: all.flatMap(({ turnedAway }) => turnedAway),
    carried: all.flatMap(({ carried = [] }) => carried),
    ways: all.flatMap(({ ways = [] }) => ways),
    wayWords: all.flatMap(({ wayWords = [] }) => wayWords),
  };
}

/** What a platform writes where it knows none. */
const NO_ID = new Set(["", "undefined", "null"]);

/** As text; undefined where the platform says none. */
export function idOf(raw: unknown): string | undefined {
  const id = typeof raw === "number" ? String(raw) : raw;
  return typeof id === "string" && !NO_ID.has(id) ? id : undefined;
}

const PLAIN_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** One that a device may be registered by: of a way, which is kept and asked for as it is. */
export function plainIdOf(raw: unknown): string | undefined {
  const id = idOf(raw);
  return id !== undefined && PLAIN_ID.test(id) ? id : undefined;
}

const ID_LENGTH_MAX = 64;

export type Found =
  | { readonly kind: "device"; readonly entry: DeviceEntry }
  | { readonly kind: "unknown"; readonly decoded: Decoded };

/** The device that has one of the ids that the platform says, the first of them first. */
export function findDevice(
  format: ForeignFormat,
  ids: readonly (string | undefined)[],
  context: Pick<GatewayContext, "registry">,
): Found {
  const said = ids.filter((id) => id !== undefined);
  for (const id of said) {
    const entry = context.registry.deviceByExternalId(format, id);
    if (entry !== undefined) return { kind: "device", entry };
  }
  const [best] = said;
  if (best === undefined) {
    return { kind: "unknown", decoded: faulty("ELEMENT_INVALID", "the message names no device") };
  }
  const text = `no device of format ${format} is known as ${said.map(quoted).join(" or ")}; register one with this externalId`;
  const knocks = [{ format, id: best.slice(0, ID_LENGTH_MAX) }];
  return { kind: "unknown", decoded: { ...faulty("DEVICE_UNKNOWN", text), knocks } };
}

/** A tree of the vendor's or the platform's making, by the device's mapping; it stands at `at`. */
export function decodeTree(
  entry: DeviceEntry,
  tree: unknown,
  at: Instant | undefined,
  context: GatewayContext,
): Decoded {
  if (isTooDeep(tree)) return faulty("TOO_DEEP", tooDeepText());
  const mapped = context.readPayload(entry, tree);
  const found = frameValues({ entry, at, fCnt: undefined }, mapped, {});
  if (found.values.length === 0 && found.faults.length === 0) {
    const names = isNested(tree) ? Object.keys(tree).slice(0, 8).map(quoted).join(", ") : "";
    const what = names === "" ? quoted(tree) : `an object of ${names}`;
    const text = `the payload is ${what}, of which no mapping makes a number`;
    found.faults.push({ reason: "VALUE_INVALID", text });
  }
  return { ...NOTHING_DECODED, ...found, heard: [entry.device.deviceId] };
}

const WHITE_SPACE = /^[\t\n\r ]/;

/** Bytes as a platform passes them on: for the device's decoder, else JSON of the device's own. */
export function decodeBase64(
  entry: DeviceEntry,
  text: unknown,
  at: Instant | undefined,
  context: GatewayContext,
): Decoded {
  const heard = [entry.device.deviceId];
  const frame = frameOfBase64(text, { fPort: undefined, at });
  if (frame === undefined) {
    return { ...faulty("FRAME_INVALID", `its bytes are ${quoted(text)}; wanted base64`), heard };
  }
  const mapped = context.readFrame(entry, frame);
  if (mapped !== undefined) {
    return {
      ...NOTHING_DECODED,
      ...frameValues({ entry, at, fCnt: undefined }, mapped, {}),
      heard,
    };
  }
  const bytes = Buffer.from(frame.bytes);
  const tree = jsonIn(bytes);
  if (tree !== undefined) return decodeTree(entry, tree, at, context);
  const what = `device '${entry.device.deviceId}' sent ${bytes.length} bytes, which nothing decodes`;
  const cure = "give it a decoder, or its product a thing model at the platform";
  return { ...faulty("FRAME_UNSUPPORTED", `${what}; ${cure}`), heard };
}

/** An object or an array; a number alone may be anything. */
function jsonIn(bytes: Buffer): unknown {
  const text = isUtf8(bytes) ? bytes.toString("utf8") : "";
  const begin = WHITE_SPACE.test(text) ? text.trimStart()[0] : text[0];
  if (begin !== "{" && begin !== "[") return undefined;
  const json = readJson(bytes);
  return json.kind === "json" ? json.root : undefined;
}
