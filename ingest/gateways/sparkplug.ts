/**
 * Sparkplug B 3.0 as a host application: messages of edge nodes on
 * `spBv1.0/{group}/{type}/{edge}[/{device}]`. Births declare metrics, data names them by alias; what
 * is out of order waits a bounded time; a node whose births are wanted is asked for them
 * (`Node Control/Rebirth`). What it remembers of nodes can be saved and taken up again.
 */
import type { Instant } from "../../model/clock.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import type { Uplink } from "../../model/uplink.ts";
import {
  type Answer,
  type Decoded,
  type DeviceStatus,
  type Gateway,
  type GatewayContext,
  maySpeakFor,
  NOTHING_DECODED,
  type Released,
} from "./gateway.ts";
import { faulty, quoted } from "./payload.ts";
import { recallNodes, rememberNodes } from "./sparkplug-memory.ts";
import {
  birthOf,
  declaredOf,
  type Held,
  hold,
  mayAsk,
  type NodeState,
  newNode,
  overdueAt,
  placeOf,
  SEQ_COUNT,
  takeNext,
} from "./sparkplug-node.ts";
import { readSparkplug, type SparkplugMetric, type SparkplugPayload } from "./sparkplug-payload.ts";
import { rebirthCommand } from "./sparkplug-rebirth.ts";
import { readMetrics } from "./sparkplug-values.ts";
import { unsigned } from "./sparkplug-wire.ts";

const FORMAT = "sparkplug";
const TOPIC =
  /^spBv1\.0\/([^/]+)\/(?:(NBIRTH|NDATA|NDEATH)\/([^/]+)|(DBIRTH|DDATA|DDEATH)\/([^/]+)\/([^/]+))$/;
const KNOCK_LENGTH_MAX = 128;

interface Message {
  readonly uplink: Uplink;
  readonly position: number;
  /** `{group}/{edge}`. */
  readonly nodeId: string;
  readonly type: string;
  /** Its name at the node; "" where the node speaks of itself. */
  readonly device: string;
  readonly payload: SparkplugPayload;
}

export function createSparkplugGateway(): Gateway {
  const nodes = new Map<string, NodeState>();
  return {
    format: FORMAT,
    firstLevels: ["spBv1.0"],
    decode(uplink, position, context) {
      const message = readMessage(uplink, position, context);
      if ("faults" in message) return message;
      let node = nodes.get(message.nodeId);
      if (node === undefined) {
        node = newNode();
        nodes.set(message.nodeId, node);
      }
      return takeInTurn(node, message, context);
    },
    release(now, context) {
      return [...nodes].flatMap(([nodeId, node]) => {
        const overdue = overdueAt(node, now);
        if (overdue === undefined) return [];
        const turn: Turn = { node, nodeId, context, taken: [] };
        giveGapUp(turn, overdue);
        return turn.taken;
      });
    },
    memory: {
      save: () => (nodes.size === 0 ? undefined : rememberNodes(nodes)),
      restore(saved) {
        nodes.clear();
        for (const [nodeId, node] of recallNodes(saved)) nodes.set(nodeId, node);
      },
    },
  };
}

/** The message, or why it is none that is taken. */
function readMessage(uplink: Uplink, position: number, context: GatewayContext): Message | Decoded {
  const [, group = "", nodeType, nodeEdge, deviceType, deviceEdge, device = ""] =
    TOPIC.exec(uplink.topic) ?? [];
  const type = nodeType ?? deviceType;
  if (type === undefined) {
    const wanted = "spBv1.0/{group}/{type}/{edge}[/{device}] of a birth, data or death";
    return faulty("TOPIC_UNKNOWN", `topic ${quoted(uplink.topic)} is not ${wanted}`);
  }
  const nodeId = `${group}/${nodeEdge ?? deviceEdge}`;
  const entry = context.registry.deviceByExternalId(FORMAT, nodeId);
  if (entry === undefined || !maySpeakFor(uplink.sender, entry, context)) {
    return unknownNode(nodeId, uplink, entry);
  }
  if (uplink.payload.length === 0) return faulty("EMPTY", "the payload has no bytes");
  const payload = readSparkplug(bufferOf(uplink.payload));
  if (typeof payload === "string") {
    return faulty("FRAME_INVALID", `${type} is no payload of Sparkplug B: ${payload}`);
  }
  return { uplink, position, nodeId, type, device, payload };
}

function unknownNode(nodeId: string, uplink: Uplink, entry: DeviceEntry | undefined): Decoded {
  const text =
    entry === undefined
      ? `no device of format ${FORMAT} is known as the node ${quoted(nodeId)}; register it first, then its devices`
      : `${quoted(uplink.sender)} may not speak for the node ${quoted(nodeId)}; it is that device's, or its gateway's, to do so`;
  const knocks = [{ format: FORMAT, id: nodeId.slice(0, KNOCK_LENGTH_MAX) }];
  return { ...faulty("DEVICE_UNKNOWN", text), knocks };
}

interface Turn {
  readonly node: NodeState;
  readonly nodeId: string;
  readonly context: GatewayContext;
  /** What was taken, in its order. */
  readonly taken: Released[];
}

function takeInTurn(node: NodeState, message: Message, context: GatewayContext): Decoded {
  const { nodeId, type } = message;
  const turn: Turn = { node, nodeId, context, taken: [] };
  if (type === "NBIRTH") takeHeld(turn);
  else if (type === "NDEATH") {
    if (isStaleDeath(node, message.payload)) return NOTHING_DECODED;
    takeHeld(turn);
  } else if (node.isBorn && message.payload.seq !== undefined) {
    return takeSequenced(turn, message, message.payload.seq);
  }
  return withOwn(turn, message, takeMessage(turn, message));
}

function takeSequenced(turn: Turn, message: Message, seq: number): Decoded {
  const { node } = turn;
  const { uplink, position } = message;
  if (seq >= SEQ_COUNT) return faulty("FRAME_INVALID", `seq is ${seq}; wanted 0 to 255`);
  const overdue = overdueAt(node, uplink.receivedAt);
  if (overdue !== undefined) giveGapUp(turn, overdue);
  const place = placeOf(node, seq);
  if (place === "behind") return withOwn(turn, message, staleMessage(turn, seq, uplink.receivedAt));
  if (place === "ahead") {
    if (hold(node, { seq, uplink, position })) return withOwn(turn, message, NOTHING_DECODED);
    giveGapUp(turn, uplink.receivedAt);
  }
  node.seq = seq;
  const decoded = takeMessage(turn, message);
  if (turn.taken.length === 0 && node.held.length === 0) return decoded;
  turn.taken.push({ uplink, position, decoded });
  for (let next = takeNext(node); next !== undefined; next = takeNext(node)) takeLate(turn, next);
  return { ...NOTHING_DECODED, released: turn.taken };
}

function withOwn({ taken }: Turn, { uplink, position }: Message, decoded: Decoded): Decoded {
  if (taken.length === 0) return decoded;
  return { ...NOTHING_DECODED, released: [...taken, { uplink, position, decoded }] };
}

/** What is missing does not come any more: the rest is taken, and the node is asked for its births. */
function giveGapUp(turn: Turn, at: Instant): void {
  takeHeld(turn);
  const last = turn.taken.pop();
  if (last === undefined) return;
  const answers = [...last.decoded.answers, ...askForBirths(turn, at)];
  turn.taken.push({ ...last, decoded: { ...last.decoded, answers } });
}

function takeHeld(turn: Turn): void {
  const { held } = turn.node;
  while (held.length > 0) {
    const [first] = held.splice(0, 1);
    if (first !== undefined) takeLate(turn, first);
  }
}

function takeLate(turn: Turn, { seq, uplink, position }: Held): void {
  turn.node.seq = seq;
  const message = readMessage(uplink, position, turn.context);
  const decoded = "faults" in message ? message : takeMessage(turn, message);
  turn.taken.push({ uplink, position, decoded });
}

function staleMessage(turn: Turn, seq: number, at: Instant): Decoded {
  const { node, nodeId } = turn;
  const text = `seq ${seq} comes after ${node.seq}: it is late, or a birth of ${quoted(nodeId)} is missing`;
  return { ...faulty("FRAME_STALE", text), answers: askForBirths(turn, at) };
}

function takeMessage(turn: Turn, message: Message): Decoded {
  const { uplink, nodeId, type, device, payload } = message;
  const { registry } = turn.context;
  const id = device === "" ? nodeId : `${nodeId}/${device}`;
  const entry = registry.deviceByExternalId(FORMAT, id);
  if (entry === undefined) return unknownDevice(id);
  if (type === "NDATA" || type === "DDATA") return takeData(turn, message, entry);
  const told = (decoded: Decoded): Decoded => {
    const now = { id, metrics: declaredOf(turn.node, device) };
    return { ...decoded, births: type === "NBIRTH" ? [{ id, metrics: undefined }, now] : [now] };
  };
  switch (type) {
    case "NBIRTH":
      beginNode(turn.node, payload);
      return told(takeBirth(turn, message, entry));
    case "DBIRTH":
      return told(takeBirth(turn, message, entry));
    case "NDEATH":
      return told(endNode(turn, entry, uplink.receivedAt));
    default: {
      turn.node.births.delete(device);
      const statuses = [statusOf(entry, "offline", uplink.receivedAt)];
      return told({ ...NOTHING_DECODED, statuses });
    }
  }
}

function unknownDevice(id: string): Decoded {
  const text = `no device of format ${FORMAT} is known as ${quoted(id)}; register one`;
  const knocks = [{ format: FORMAT, id: id.slice(0, KNOCK_LENGTH_MAX) }];
  return { ...faulty("DEVICE_UNKNOWN", text), knocks };
}

function beginNode(node: NodeState, { seq, metrics }: SparkplugPayload): void {
  node.isBorn = true;
  node.seq = seq;
  node.bdSeq = bdSeqOf(metrics);
  node.births.clear();
}

function takeBirth(turn: Turn, message: Message, entry: DeviceEntry): Decoded {
  const { node, context } = turn;
  const { device, payload, uplink } = message;
  node.births.delete(device);
  const birth = birthOf(node, payload.metrics);
  // Without its node's birth it is not known which of the node's lives it is of.
  if (node.isBorn) node.births.set(device, birth);
  const { receivedAt } = uplink;
  const about = { entry, birth, isBirth: true, receivedAt, context };
  const { values, faults, shown } = readMetrics(payload, about);
  return {
    ...NOTHING_DECODED,
    values,
    faults,
    shown,
    heard: [entry.device.deviceId],
    statuses: [statusOf(entry, "online", receivedAt)],
    answers: node.isBorn ? [] : askForBirths(turn, receivedAt),
  };
}

function takeData(turn: Turn, message: Message, entry: DeviceEntry): Decoded {
  const { node, context } = turn;
  const birth = node.births.get(message.device);
  const { receivedAt } = message.uplink;
  const about = { entry, birth, isBirth: false, receivedAt, context };
  const { values, faults, unknown, shown } = readMetrics(message.payload, about);
  return {
    ...NOTHING_DECODED,
    values,
    faults,
    shown,
    heard: [entry.device.deviceId],
    answers: birth === undefined || unknown > 0 ? askForBirths(turn, receivedAt) : [],
  };
}

/** A will may come after the node is back: it bears the number of the life that it ends. */
function isStaleDeath({ isBorn, bdSeq }: NodeState, { metrics }: SparkplugPayload): boolean {
  return isBorn && bdSeq !== undefined && bdSeqOf(metrics) !== bdSeq;
}

function bdSeqOf(metrics: readonly SparkplugMetric[]): number | undefined {
  const metric = metrics.find(({ name }) => name === "bdSeq");
  return metric === undefined ? undefined : unsigned(metric);
}

/** With a node its devices are gone; what they were born with counts no more. */
function endNode({ node, nodeId, context }: Turn, entry: DeviceEntry, at: Instant): Decoded {
  const devices = [...node.births.keys()].filter((device) => device !== "");
  const statuses = devices.flatMap((device) => {
    const gone = context.registry.deviceByExternalId(FORMAT, `${nodeId}/${device}`);
    return gone === undefined ? [] : [statusOf(gone, "offline", at)];
  });
  node.isBorn = false;
  node.seq = undefined;
  node.births.clear();
  return { ...NOTHING_DECODED, statuses: [statusOf(entry, "offline", at), ...statuses] };
}

function statusOf(
  { device }: DeviceEntry,
  status: DeviceStatus["status"],
  at: Instant,
): DeviceStatus {
  return { deviceId: device.deviceId, status, at };
}

function askForBirths({ node, nodeId }: Turn, at: Instant): Answer[] {
  if (!mayAsk(node, at)) return [];
  return [{ topic: `spBv1.0/${nodeId.replace("/", "/NCMD/")}`, payload: rebirthCommand(at) }];
}

function bufferOf(payload: Uint8Array): Buffer {
  return Buffer.isBuffer(payload)
    ? payload
    : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}
