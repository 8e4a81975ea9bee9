/**
 * The native format: JSON on `v1/{class}/{deviceId}/telemetry`, `…/status`, `…/state` and `…/command/ack`,
 * and a crew's place on `v1/crews/{crewId}/position`. Says whose uplink it is and whether the
 * sender may speak for that device; what it holds is read in `native-telemetry.ts` and
 * `native-messages.ts`.
 */
import type { Uplink } from "../../model/uplink.ts";
import { type Decoded, type Gateway, type GatewayContext, maySpeakFor } from "./gateway.ts";
import { decodeAck, decodePosition, decodeState, decodeStatus } from "./native-messages.ts";
import { decodeTelemetry } from "./native-telemetry.ts";
import { faulty, quoted } from "./payload.ts";

const ID_LENGTH_MAX = 64;

const LEAVES = new Map([
  ["telemetry", decodeTelemetry],
  ["status", decodeStatus],
  ["state", decodeState],
  ["command/ack", decodeAck],
]);

export function createNativeGateway(): Gateway {
  return { format: "native", firstLevels: ["v1"], decode: decodeNative };
}

function decodeNative(uplink: Uplink, _position: number, context: GatewayContext): Decoded {
  const topic = readTopic(uplink.topic);
  if (topic === undefined) return unknownTopic(uplink);
  const { classSlug, id, leaf } = topic;
  if (classSlug === "crews") {
    return leaf === "position" ? decodePosition(uplink, id, context) : unknownTopic(uplink);
  }
  const decodeLeaf = LEAVES.get(leaf);
  if (decodeLeaf === undefined) return unknownTopic(uplink);
  const entry = context.registry.device(id);
  if (entry === undefined || !maySpeakFor(uplink.sender, entry, context)) {
    return unknownDevice(uplink, id, entry === undefined);
  }
  if (entry.asset.class !== classSlug) {
    return faulty(
      "CLASS_MISMATCH",
      `device ${quoted(id)} is on an asset of class ${quoted(entry.asset.class)},` +
        ` its topic says ${quoted(classSlug)}`,
    );
  }
  return decodeLeaf(uplink, entry.device.deviceId);
}

/** A topic `v1/{class}/{id}/{leaf}`; the leaf may have more levels. */
function readTopic(topic: string): { classSlug: string; id: string; leaf: string } | undefined {
  const classFrom = topic.indexOf("/") + 1;
  const idFrom = topic.indexOf("/", classFrom) + 1;
  const leafFrom = topic.indexOf("/", idFrom) + 1;
  if (classFrom === 0 || idFrom === 0 || leafFrom === 0) return undefined;
  return {
    classSlug: topic.slice(classFrom, idFrom - 1),
    id: topic.slice(idFrom, leafFrom - 1),
    leaf: topic.slice(leafFrom),
  };
}

function unknownTopic(uplink: Uplink): Decoded {
  return faulty("TOPIC_UNKNOWN", `nothing is read from the topic ${quoted(uplink.topic)}`);
}

function unknownDevice(uplink: Uplink, id: string, isUnregistered: boolean): Decoded {
  const text = isUnregistered
    ? `no device ${quoted(id)} is registered; ${quoted(uplink.sender)} spoke for it`
    : `device ${quoted(id)} is not registered under ${quoted(uplink.sender)}, who spoke for it`;
  return {
    ...faulty("DEVICE_UNKNOWN", text),
    knocks: [{ format: "native", id: id.slice(0, ID_LENGTH_MAX) }],
  };
}
