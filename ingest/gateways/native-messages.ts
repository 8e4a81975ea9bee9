/**
 * What is not telemetry in the native format: a device's status, its answers to commands and how it is
 * set, a crew's place. They carry no values; one that cannot be read is one dead letter.
 */
import { TwinState } from "../../model/device-twin.ts";
import { CrewId, type DeviceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Uplink } from "../../model/uplink.ts";
import { readObservedAt } from "../observed-at.ts";
import { flagClock } from "../quality/clock.ts";
import { type Decoded, type GatewayContext, NOTHING_DECODED } from "./gateway.ts";
import { faulty, isObject, quoted, readJson } from "./payload.ts";

/** Printable, up to 128 characters. */
const COMMAND_ID = /^[^\p{C}]{1,128}$/u;
/** A text that no database takes as it is. */
const UNWRITABLE = /[\0\p{Cs}]/gu;
const ACK_MESSAGE_LENGTH_MAX = 1_000;

/** `online` or `offline`; the second is the device's will as a rule, so it is not heard by it. */
export function decodeStatus(uplink: Uplink, deviceId: DeviceId): Decoded {
  const at = uplink.receivedAt;
  if (uplink.payload.length === 0) return faulty("EMPTY", "the status has no bytes");
  const status = Buffer.from(uplink.payload).toString("utf8");
  if (status === "online") {
    return { ...NOTHING_DECODED, statuses: [{ deviceId, status, at }], heard: [deviceId] };
  }
  if (status === "offline") return { ...NOTHING_DECODED, statuses: [{ deviceId, status, at }] };
  return faulty("ELEMENT_INVALID", `the status is ${quoted(status)}; wanted online or offline`);
}

/** `{id, ok, message?}` */
export function decodeAck(uplink: Uplink, deviceId: DeviceId): Decoded {
  const json = readJson(uplink.payload);
  if (json.kind === "unreadable") return json.decoded;
  const ack = json.root;
  if (!isObject(ack) || typeof ack.ok !== "boolean" || !isCommandId(ack.id)) {
    return faulty(
      "ELEMENT_INVALID",
      `the answer is ${quoted(ack)}; wanted {"id": text, "ok": true or false, "message"?: text}`,
    );
  }
  const message = typeof ack.message === "string" ? ack.message : undefined;
  const kept = message?.slice(0, ACK_MESSAGE_LENGTH_MAX).replaceAll(UNWRITABLE, "\ufffd");
  const told = kept === undefined ? {} : { message: kept };
  return {
    ...NOTHING_DECODED,
    acks: [{ deviceId, id: ack.id, isOk: ack.ok, at: uplink.receivedAt, ...told }],
    heard: [deviceId],
  };
}

/** How the device says it is set: an object of texts, numbers and booleans. */
export function decodeState(uplink: Uplink, deviceId: DeviceId): Decoded {
  const json = readJson(uplink.payload);
  if (json.kind === "unreadable") return json.decoded;
  const state = TwinState.safeParse(json.root);
  if (!state.success) {
    const [issue] = state.error.issues;
    const field = issue?.path.join(".") ?? "";
    const where = field === "" ? "" : ` at ${quoted(field)}`;
    return faulty(
      "ELEMENT_INVALID",
      `the state is ${quoted(json.root)}${where}; wanted up to ${LIMITS.twinFieldsMax} fields of text,` +
        " number or boolean",
    );
  }
  const reports = [{ deviceId, state: state.data, at: uplink.receivedAt }];
  return { ...NOTHING_DECODED, reports, heard: [deviceId] };
}

function isCommandId(id: unknown): id is string {
  return typeof id === "string" && COMMAND_ID.test(id);
}

/**
 * `{lon, lat, accuracyM?, at?}` of a registered crew, in WGS-84 degrees and metres. A phone's clock
 * that cannot be believed gives way to the receipt: a place in the future would stay the newest.
 */
export function decodePosition(uplink: Uplink, id: string, context: GatewayContext): Decoded {
  const crew = context.registry.crew(id);
  const mayReport =
    uplink.sender === id || uplink.sender === "" || context.isTrusted(uplink.sender);
  if (crew === undefined || !mayReport) {
    return faulty("TOPIC_UNKNOWN", `${quoted(uplink.sender)} is no crew ${quoted(id)}`);
  }
  const json = readJson(uplink.payload);
  if (json.kind === "unreadable") return json.decoded;
  const place = json.root;
  if (!isObject(place) || !isDegrees(place.lon, 180) || !isDegrees(place.lat, 90)) {
    return faulty(
      "ELEMENT_INVALID",
      `the position is ${quoted(place)}; wanted {"lon", "lat", "accuracyM"?, "at"?} in degrees`,
    );
  }
  const claimedAt = place.at === undefined ? uplink.receivedAt : readObservedAt(place.at);
  if (claimedAt === undefined) {
    return faulty("TIME_INVALID", `"at" is ${quoted(place.at)}; wanted ms or ISO 8601 with offset`);
  }
  const isBelieved =
    flagClock(claimedAt, uplink.receivedAt, LIMITS.crewPositionDaysMax) === undefined;
  const at = isBelieved ? claimedAt : uplink.receivedAt;
  const { accuracyM } = place;
  const isAccuracy = typeof accuracyM === "number" && Number.isFinite(accuracyM) && accuracyM >= 0;
  const accuracy = isAccuracy ? { accuracyM } : {};
  const crewId = CrewId.parse(id);
  return {
    ...NOTHING_DECODED,
    positions: [{ crewId, lon: place.lon, lat: place.lat, at, ...accuracy }],
  };
}

function isDegrees(value: unknown, max: number): value is number {
  return typeof value === "number" && Math.abs(value) <= max;
}
