/**
 * Who may publish and subscribe to which topic, pure: an identity and a topic or filter in, the
 * right out. A device and a crew have their own topics, a gateway those of its registered devices,
 * a service the filters it was registered with. Whether a device is registered under a gateway is
 * asked of the look-up that comes in.
 */
import {
  downlinkTopic,
  type FormatTopic,
  isFormatUplink,
  isSharedDownlink,
  uplinkTopic,
} from "../model/device-formats.ts";
import type { Identity } from "../model/identity.ts";
import type { ForeignFormat } from "../model/registry.ts";
import { coversFilter, matchesFilter } from "../model/topic-filter.ts";

/**
 * `uplink`: handed to the journal, then to subscribers. `aside`: handed to the journal, which puts
 * it aside; nobody else sees it. `message`: for subscribers alone. `foreign`: not the sender's.
 */
export type PublishRight = "uplink" | "aside" | "message" | "foreign";

/** Is the device registered under the gateway? `id`: its own, or that of the topic's format. */
export type GatewayMayUse = (gatewayId: string, id: string, format?: ForeignFormat) => boolean;

/** What the rights ask of the registry. */
export interface TopicLookUps {
  gatewayMayUse: GatewayMayUse;
  /** Whose a topic is that is a source's of vendors' JSON, which are data. */
  sourceTopic?: ((topic: string) => FormatTopic | undefined) | undefined;
}

/** What is asked of every message, worked out once at sign-in. */
export interface TopicRights {
  readonly identity: Identity;
  /** Where nearly all messages of this sender go, so that one comparison answers for them. */
  readonly mainTopic: string | undefined;
  /** What the sender's own topics begin with. */
  readonly prefix: string | undefined;
}

const DEVICE_UPLINKS: ReadonlySet<string> = new Set([
  "telemetry",
  "status",
  "state",
  "command/ack",
]);
/** What is for the device to read, and for it alone or its gateway. */
const DEVICE_DOWNLINKS: ReadonlySet<string> = new Set(["command", "state/wanted"]);
const CREWS = "crews";

export function topicRightsOf(identity: Identity): TopicRights {
  switch (identity.kind) {
    case "device": {
      if (identity.class === undefined) {
        return { identity, mainTopic: identity.publish[0], prefix: undefined };
      }
      const prefix = `v1/${identity.class}/${identity.deviceId}/`;
      return { identity, mainTopic: `${prefix}telemetry`, prefix };
    }
    case "crew": {
      const prefix = `v1/${CREWS}/${identity.crewId}/`;
      return { identity, mainTopic: `${prefix}position`, prefix };
    }
    case "gateway":
    case "service":
      return { identity, mainTopic: undefined, prefix: undefined };
  }
}

export function publishRight(
  rights: TopicRights,
  topic: string,
  lookUps: TopicLookUps,
): PublishRight {
  if (topic === rights.mainTopic) return "uplink";
  const identity = rights.identity;
  switch (identity.kind) {
    case "device":
      return deviceRight(rights, identity.publish, topic);
    case "gateway":
      return gatewayRight(identity.gatewayId, topic, lookUps);
    case "crew":
      return "foreign";
    case "service":
      if (!identity.publish.some((filter) => matchesFilter(filter, topic))) return "foreign";
      return isUplinkTopic(topic, lookUps) ? "uplink" : "message";
  }
}

function deviceRight(
  rights: TopicRights,
  formatTopics: readonly string[],
  topic: string,
): PublishRight {
  if (rights.prefix !== undefined && topic.startsWith(rights.prefix)) {
    const rest = topic.slice(rights.prefix.length);
    if (DEVICE_UPLINKS.has(rest)) return "uplink";
    return DEVICE_DOWNLINKS.has(rest) ? "foreign" : "aside";
  }
  return formatTopics.some((filter) => matchesFilter(filter, topic)) ? "uplink" : "foreign";
}

/** A gateway's connection is never closed for a topic: it would send the same message for ever. */
function gatewayRight(
  gatewayId: string,
  topic: string,
  { gatewayMayUse, sourceTopic }: TopicLookUps,
): PublishRight {
  const deviceId = uplinkDeviceId(topic);
  if (deviceId !== undefined) return gatewayMayUse(gatewayId, deviceId) ? "uplink" : "aside";
  const found = uplinkTopic(topic) ?? sourceTopic?.(topic);
  return gatewayMayUseFormat(gatewayId, found, gatewayMayUse) ? "uplink" : "aside";
}

function gatewayMayUseFormat(
  gatewayId: string,
  found: FormatTopic | undefined,
  gatewayMayUse: GatewayMayUse,
): boolean {
  if (found?.externalId === undefined) return false;
  return gatewayMayUse(gatewayId, found.externalId, found.format);
}

/** Topics that carry something to the platform, whoever publishes them. */
function isUplinkTopic(topic: string, { sourceTopic }: TopicLookUps): boolean {
  if (uplinkDeviceId(topic) !== undefined || isFormatUplink(topic)) return true;
  if (sourceTopic?.(topic) !== undefined) return true;
  return topic.startsWith(`v1/${CREWS}/`) && topic.endsWith("/position");
}

function uplinkDeviceId(topic: string): string | undefined {
  const parts = deviceTopicParts(topic);
  return parts !== undefined && DEVICE_UPLINKS.has(parts.rest) ? parts.deviceId : undefined;
}

function deviceTopicParts(topic: string): { deviceId: string; rest: string } | undefined {
  if (!topic.startsWith("v1/")) return undefined;
  const [, slug, deviceId, ...rest] = topic.split("/");
  if (slug === undefined || slug === CREWS) return undefined;
  return deviceId === undefined ? undefined : { deviceId, rest: rest.join("/") };
}

/** The filter is known to be well-formed. */
export function maySubscribe(
  rights: TopicRights,
  filter: string,
  gatewayMayUse: GatewayMayUse,
): boolean {
  const identity = rights.identity;
  if (rights.prefix !== undefined && filter.startsWith(rights.prefix)) return true;
  switch (identity.kind) {
    case "device":
    case "service":
      return identity.subscribe.some((right) => coversFilter(right, filter));
    case "gateway": {
      const parts = deviceTopicParts(filter);
      if (parts !== undefined && DEVICE_DOWNLINKS.has(parts.rest)) {
        return gatewayMayUse(identity.gatewayId, parts.deviceId);
      }
      if (isSharedDownlink(filter)) return true;
      return gatewayMayUseFormat(identity.gatewayId, downlinkTopic(filter), gatewayMayUse);
    }
    case "crew":
      return false;
  }
}

/** The crew that an order's topic belongs to. */
export function crewOfCasesTopic(topic: string): string | undefined {
  const [version, crews, crewId, cases, ...more] = topic.split("/");
  if (version !== "v1" || crews !== CREWS || cases !== "cases" || more.length > 0) return undefined;
  return crewId;
}
