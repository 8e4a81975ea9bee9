/**
 * JSON of a vendor's own making, on the topics of MQTT of its source or pushed for it over HTTP. The
 * source says how a message names its device, or each of several, and what it means; a decoder of the
 * device's own goes before that. A sender speaks for its own devices alone, whatever a payload says.
 */
import type { Instant } from "../../model/clock.ts";
import type { JsonSource } from "../../model/json-source.ts";
import { LIMITS } from "../../model/limits.ts";
import { readTreePath } from "../../model/mapping.ts";
import { isTooDeep } from "../../model/nesting.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import type { Uplink } from "../../model/uplink.ts";
import { type Mapped, walk } from "../mapping/apply-mapping.ts";
import {
  type Decoded,
  type Fault,
  type Gateway,
  type GatewayContext,
  maySpeakFor,
  NOTHING_DECODED,
} from "./gateway.ts";
import { frameValues } from "./lorawan.ts";
import { faulty, quoted, readJson, tooDeepText } from "./payload.ts";
import { idOf, joined } from "./push.ts";

const FORMAT = "json";
/** `intake/json/{intakeId}/{sourceId}`, as pushes are journaled. */
const PUSHED = /^intake\/json\/[^/]+\/([^/]+)$/;
const ID_LENGTH_MAX = 64;

export interface SourceView {
  get(sourceId: string): JsonSource | undefined;
  byTopic(
    topic: string,
  ): { readonly source: JsonSource; readonly externalId: string | undefined } | undefined;
}

export function createVendorJsonGateway(sources: SourceView): Gateway {
  return {
    format: FORMAT,
    firstLevels: ["intake/json"],
    reads: (topic) => sources.byTopic(topic) !== undefined,
    decode(uplink, _position, context) {
      const found = sourceOf(uplink, sources);
      if (found === undefined) {
        return faulty(
          "TOPIC_UNKNOWN",
          `topic ${quoted(uplink.topic)} is of no source of JSON; say what it means with PUT /api/v1/json-sources/{sourceId}`,
        );
      }
      const read = readItems(found.source, uplink.payload, found.externalId);
      if (read.kind === "fault") return { ...NOTHING_DECODED, faults: [read.fault] };
      const { items } = found.source;
      const all = read.items.map((item) => {
        const decoded = decodeItem(item, { uplink, context, source: found.source });
        if (items === undefined || decoded.faults.length === 0) return decoded;
        const part = messageOf(item, items);
        return { ...decoded, faults: decoded.faults.map((fault) => ({ ...fault, part })) };
      });
      const [first] = all;
      return first !== undefined && all.length === 1 ? first : joined(all);
    },
  };
}

/** A message that holds this item alone, so that it can be read again by itself. */
function messageOf({ tree }: Item, items: string): Uint8Array {
  const message = stepsOf(items).reduceRight<unknown>(
    (inner, step) => Object.fromEntries([[step, inner]]),
    [tree],
  );
  return Buffer.from(JSON.stringify(message));
}

function sourceOf({ source, topic }: Uplink, sources: SourceView) {
  if (source !== "http") return sources.byTopic(topic);
  const pushed = sources.get(PUSHED.exec(topic)?.[1] ?? "");
  return pushed && { source: pushed, externalId: undefined };
}

/** What a message says of one device. */
export interface Item {
  readonly externalId: string | undefined;
  readonly tree: unknown;
}

export type ItemsRead =
  | { readonly kind: "items"; readonly items: readonly Item[] }
  | { readonly kind: "fault"; readonly fault: Fault };

/** `inTopic`: the device that the topic names, which no payload overrules. */
export function readItems(
  source: Pick<JsonSource, "items" | "device">,
  payload: Uint8Array,
  inTopic: string | undefined,
): ItemsRead {
  const json = readJson(payload);
  const [unreadable] = json.kind === "unreadable" ? json.decoded.faults : [];
  if (json.kind === "unreadable") {
    return fault(unreadable?.reason ?? "NOT_JSON", unreadable?.text ?? "");
  }
  if (isTooDeep(json.root)) return fault("TOO_DEEP", tooDeepText());
  const itemOf = (tree: unknown): Item => ({
    externalId: inTopic ?? idOf(walk(tree, stepsOf(source.device ?? ""))),
    tree,
  });
  if (source.items === undefined) return { kind: "items", items: [itemOf(json.root)] };
  const found = walk(json.root, stepsOf(source.items));
  if (!Array.isArray(found)) {
    const text = `'${source.items}' is ${quoted(found)}; wanted an array of devices' items`;
    return fault("ELEMENT_INVALID", text);
  }
  if (found.length === 0) return fault("EMPTY", `'${source.items}' has no items`);
  if (found.length > LIMITS.uplinkElementsMax) {
    const text = `'${source.items}' has ${found.length} items; one message may carry ${LIMITS.uplinkElementsMax}`;
    return fault("TOO_MANY_ELEMENTS", text);
  }
  return { kind: "items", items: found.map(itemOf) };
}

const stepsOf = (path: string): readonly string[] => readTreePath(path) ?? [];

function fault(reason: Fault["reason"], text: string): ItemsRead {
  return { kind: "fault", fault: { reason, text } };
}

interface Given {
  readonly uplink: Uplink;
  readonly context: GatewayContext;
  readonly source: JsonSource;
}

function decodeItem({ externalId, tree }: Item, given: Given): Decoded {
  const { uplink, context, source } = given;
  if (externalId === undefined) return faulty("ELEMENT_INVALID", noIdText(source, tree));
  const entry = context.registry.deviceByExternalId(FORMAT, externalId);
  // Whose secret a push bore may speak for every device of the format.
  const isAllowed =
    uplink.source === "http" || (entry && maySpeakFor(uplink.sender, entry, context));
  if (entry === undefined || isAllowed !== true) {
    const text =
      entry === undefined
        ? unknownText(externalId)
        : `${quoted(uplink.sender)} may not speak for ${quoted(externalId)}; register its device under this gateway`;
    const knocks = [{ format: FORMAT, id: externalId.slice(0, ID_LENGTH_MAX) }];
    return { ...faulty("DEVICE_UNKNOWN", text), knocks };
  }
  const mapped = context.readPayload(entry, tree, source);
  return valuesOf(entry, mapped, source);
}

export function noIdText({ device = "" }: Pick<JsonSource, "device">, tree: unknown): string {
  const found = walk(tree, stepsOf(device));
  return `'${device}' is ${quoted(found)}; wanted the device's external id`;
}

export function unknownText(externalId: string): string {
  return `no device of format ${FORMAT} is known as ${quoted(externalId)}; register one with this externalId`;
}

function valuesOf(entry: DeviceEntry, mapped: Mapped, { sourceId }: JsonSource): Decoded {
  let newestAt: Instant | undefined;
  for (const { at } of mapped.values) {
    if (at !== undefined && at > (newestAt ?? Number.NEGATIVE_INFINITY)) newestAt = at;
  }
  const frame = { entry, at: undefined, fCnt: undefined, newestAt };
  const { values, faults } = frameValues(frame, mapped, {});
  if (values.length === 0 && faults.length === 0) {
    const text = `the message has nothing of what source '${sourceId}' maps; try the source on it`;
    faults.push({ reason: "VALUE_INVALID", text });
  }
  return { ...NOTHING_DECODED, values, faults, heard: [entry.device.deviceId] };
}
