/**
 * HJ 212 on `hj212/{mn}/up`: over MQTT raw bytes in transparent mode, put together per MN across
 * uplinks; from the TCP listener one whole frame an uplink. A frame that is still open, and a
 * packet group whose DataTime is still needed, hold the journal at the uplink they began in.
 * Over MQTT whoever sends a wrong PW is turned away; the listener does so itself over TCP.
 */
import type { Instant } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import type { Uplink } from "../../model/uplink.ts";
import {
  type Answer,
  type Decoded,
  type Expired,
  type Fault,
  type Gateway,
  type GatewayContext,
  type Knock,
  maySpeakFor,
  NOTHING_DECODED,
} from "./gateway.ts";
import { answersTo } from "./hj212-answer.ts";
import { FrameReader, type Hj212Frame } from "./hj212-frame.ts";
import { carriesValues, dataTimeText, decodeValues } from "./hj212-values.ts";

/** An uplink whose last bytes may be the beginning of a frame. */
interface Open {
  reader: FrameReader;
  /** The uplink in which the open frame begins. */
  uplink: Uplink;
  position: number;
}

/** Packets of one message: those after the first may lack its DataTime. */
interface PacketGroup {
  dataTime: string;
  position: number;
  since: Instant;
  /** The last packet has come; one that was late or comes again still finds its time here. */
  isWhole: boolean;
}

const TOPIC = /^hj212\/([^/]+)\/up$/;
const HEARTBEAT = "9015";
const OPEN_MNS_MAX = 10_000;

export function createHj212Gateway(): Gateway {
  const open = new Map<string, Open>();
  const groups = new Map<string, PacketGroup>();

  /** Items of this uplink's bytes after whatever was open for its MN. */
  function read(uplink: Uplink, position: number, mn: string) {
    if (uplink.source === "hj212-tcp") return new FrameReader().push(uplink.payload);
    const before = open.get(mn);
    const reader = before?.reader ?? new FrameReader();
    const items = reader.push(uplink.payload);
    const beginsHere = before === undefined || reader.openBytes <= uplink.payload.length;
    if (reader.openBytes === 0) open.delete(mn);
    else if (beginsHere) open.set(mn, { reader, uplink, position });
    return items;
  }

  function packetTime(frame: Hj212Frame, position: number, at: Instant): string | undefined {
    if (frame.pnum === undefined || frame.pno === undefined || frame.pnum < 2) return undefined;
    const key = `${frame.mn}|${frame.st}|${frame.cn}|${frame.qn ?? ""}`;
    const own = dataTimeText(frame);
    const group = groups.get(key);
    if (own !== undefined && group === undefined && frame.pno < frame.pnum) {
      groups.set(key, { dataTime: own, position, since: at, isWhole: false });
    }
    if (group !== undefined && frame.pno >= frame.pnum) group.isWhole = true;
    return own ?? group?.dataTime;
  }

  return {
    format: "hj212",
    firstLevels: ["hj212"],
    decode(uplink, position, context) {
      const mn = TOPIC.exec(uplink.topic)?.[1];
      if (mn === undefined) {
        const text = `topic '${uplink.topic}' is not hj212/{mn}/up`;
        return { ...NOTHING_DECODED, faults: [{ reason: "TOPIC_UNKNOWN", text }] };
      }
      const entry = context.registry.deviceByExternalId("hj212", mn);
      if (entry === undefined) return unknown(mn);
      if (uplink.source === "mqtt" && !maySpeakFor(uplink.sender, entry, context)) {
        const text = `'${uplink.sender}' may not speak for MN '${mn}'; register its device under this gateway`;
        const knocks = [{ format: "hj212", id: mn }];
        return { ...NOTHING_DECODED, faults: [{ reason: "DEVICE_UNKNOWN", text }], knocks };
      }
      if (uplink.payload.length === 0) {
        const text = `an uplink of MN '${mn}' has no bytes`;
        return { ...NOTHING_DECODED, faults: [{ reason: "EMPTY", text }] };
      }
      const found = emptyFinds();
      for (const item of read(uplink, position, mn)) {
        if (item.kind === "fault") {
          found.faults.push({ reason: item.reason, text: item.text, part: item.bytes });
          continue;
        }
        const refusal = refusalOf(item.frame, mn, entry);
        if (refusal !== undefined) {
          found.faults.push({ ...refusal, part: item.frame.bytes });
          found.knocks.push({ format: "hj212", id: item.frame.mn });
          if (isTurnedAway(uplink, refusal, entry)) found.turnedAway = [uplink.sender];
          continue;
        }
        const time = packetTime(item.frame, position, uplink.receivedAt);
        take(found, item.frame, entry, uplink, context, time);
      }
      const { values, faults, heard, answers, knocks, turnedAway } = found;
      return { ...NOTHING_DECODED, values, faults, heard, answers, knocks, turnedAway };
    },
    openFrom() {
      let first: number | undefined;
      for (const { position } of open.values()) first = Math.min(first ?? position, position);
      for (const { position, isWhole } of groups.values()) {
        if (!isWhole) first = Math.min(first ?? position, position);
      }
      return first;
    },
    expire(now) {
      // Either way: the clock may have been set back since.
      const isYoung = (since: Instant): boolean =>
        Math.abs(now - since) <= LIMITS.hj212OpenFrameMsMax;
      for (const [key, group] of groups) if (!isYoung(group.since)) groups.delete(key);
      const expired: Expired[] = [];
      for (const [mn, each] of open) {
        if (isYoung(each.uplink.receivedAt) && open.size <= OPEN_MNS_MAX) continue;
        open.delete(mn);
        const text = `a frame of MN '${mn}' was begun and not ended within ${LIMITS.hj212OpenFrameMsMax / 1000} s`;
        expired.push({
          uplink: each.uplink,
          position: each.position,
          fault: { reason: "FRAME_INVALID", text },
        });
      }
      return expired;
    },
  };
}

interface Finds {
  values: Decoded["values"][number][];
  faults: Fault[];
  heard: Decoded["heard"][number][];
  answers: Answer[];
  knocks: Knock[];
  turnedAway: string[];
}

function emptyFinds(): Finds {
  return { values: [], faults: [], heard: [], answers: [], knocks: [], turnedAway: [] };
}

function take(
  found: Finds,
  frame: Hj212Frame,
  entry: DeviceEntry,
  uplink: Uplink,
  context: GatewayContext,
  packetDataTime: string | undefined,
): void {
  const { deviceId } = entry.device;
  found.heard.push(deviceId);
  if (carriesValues(frame.cn)) {
    const { values, faults } = decodeValues(frame, deviceId, context.zone, packetDataTime);
    for (const value of values) found.values.push(value);
    for (const fault of faults) found.faults.push({ ...fault, part: frame.bytes });
    if (values.length === 0 && faults.length === 0) {
      const text = `a frame CN=${frame.cn} of MN '${frame.mn}' holds no factor`;
      found.faults.push({ reason: "EMPTY", text, part: frame.bytes });
    }
  } else if (frame.cn !== HEARTBEAT && !frame.cn.startsWith("90") && frame.cn !== "1013") {
    const text = `a frame CN=${frame.cn} of MN '${frame.mn}' carries nothing that is kept`;
    found.faults.push({ reason: "FRAME_UNSUPPORTED", text, part: frame.bytes });
  }
  if (uplink.source === "hj212-tcp") return;
  const topic = `hj212/${frame.mn}/down`;
  for (const payload of answersTo(frame, uplink.receivedAt, context.zone)) {
    found.answers.push({ topic, payload });
  }
}

function unknown(mn: string): Decoded {
  const text = `no device of format hj212 has the MN '${mn}'; register one with this externalId`;
  return {
    ...NOTHING_DECODED,
    faults: [{ reason: "DEVICE_UNKNOWN", text }],
    knocks: [{ format: "hj212", id: mn }],
  };
}

/** Why a frame is not taken from whoever sent it, or undefined. */
function refusalOf(frame: Hj212Frame, mn: string, entry: DeviceEntry): Fault | undefined {
  if (frame.mn !== mn) {
    const text = `a frame of MN '${frame.mn}' came as MN '${mn}'`;
    return { reason: "DEVICE_UNKNOWN", text };
  }
  const password = entry.device.protocolPassword;
  if (password === undefined || frame.pw === password) return undefined;
  return { reason: "PASSWORD_WRONG", text: `a frame of MN '${mn}' has a PW that is not its own` };
}

/**
 * A wrong PW closes the connection of whoever sent it, a foreign MN that of a device, which speaks
 * for itself alone. A gateway may carry an MN that nobody has registered yet, and stays.
 */
function isTurnedAway(uplink: Uplink, refusal: Fault, entry: DeviceEntry): boolean {
  // "" is a broker that is not ours: it knows its clients, the platform does not.
  if (uplink.source !== "mqtt" || uplink.sender === "") return false;
  return refusal.reason === "PASSWORD_WRONG" || uplink.sender === entry.device.deviceId;
}
