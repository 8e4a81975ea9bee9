/**
 * What a message would become by a source that nobody has saved yet: values and faults, device by
 * device. Nothing is stored; of a device that is not registered the values are shown all the same, as
 * of the class that was said.
 */
import type { AssetClass } from "../../model/asset-class.ts";
import type { Instant } from "../../model/clock.ts";
import type { DeadLetterReason } from "../../model/errors.ts";
import { idInTopic, type JsonSource } from "../../model/json-source.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { DeviceEntry } from "../../model/registry.ts";
import { createMappingCache, type MappingOf } from "../mapping/payload-reader.ts";
import { type Item, noIdText, readItems, unknownText } from "./vendor-json.ts";

interface TriedFault {
  readonly reason: DeadLetterReason;
  readonly text: string;
}

export interface TriedItem {
  readonly externalId?: string;
  readonly deviceId?: string;
  readonly values: readonly {
    readonly measurement: string;
    readonly value: number;
    /** The class's own; absent for what it does not name. */
    readonly unit?: string;
    /** By the mapping; absent: the time of receipt. */
    readonly observedAt?: Instant;
  }[];
  readonly faults: readonly TriedFault[];
}

export interface TriedMessage {
  readonly items: readonly TriedItem[];
  /** Of the message as a whole. */
  readonly faults: readonly TriedFault[];
}

export interface TryGiven {
  source: JsonSource;
  payload: Uint8Array;
  /** Absent of what is pushed over HTTP. */
  topic?: string | undefined;
  /** Slug of the class of devices that are not registered. */
  class?: string | undefined;
}

export function createSourceTrial(deps: {
  classes: readonly AssetClass[];
  zone: TimeZone;
  deviceByExternalId(externalId: string): DeviceEntry | undefined;
}) {
  const mappingOf = createMappingCache(deps);
  const units = new Map(deps.classes.map((each) => [each.slug, unitsOf(each)]));

  return ({ source, payload, topic, class: slug }: TryGiven): TriedMessage => {
    const pattern = source.topic;
    const isNamed = pattern !== undefined && topic !== undefined;
    const named = isNamed ? idInTopic(pattern, topic) : undefined;
    const read = readItems(source, payload, named?.externalId);
    if (read.kind === "fault") return { items: [], faults: [read.fault] };
    const items = read.items.map((item) => {
      const { externalId } = item;
      const entry = externalId === undefined ? undefined : deps.deviceByExternalId(externalId);
      return triedItem({ item, entry, source, mappingOf, slug: entry?.asset.class ?? slug, units });
    });
    return { items, faults: [] };
  };
}

function unitsOf({ measurements }: AssetClass): ReadonlyMap<string, string> {
  return new Map(measurements.map(({ name, unit }) => [name, unit]));
}

function triedItem(given: {
  item: Item;
  entry: DeviceEntry | undefined;
  source: JsonSource;
  mappingOf: MappingOf;
  slug: string | undefined;
  units: ReadonlyMap<string, ReadonlyMap<string, string>>;
}): TriedItem {
  const { item, entry, source, mappingOf, slug } = given;
  const { externalId, tree } = item;
  const units = given.units.get(slug ?? "");
  const mapped = mappingOf(source, slug)(tree);
  return {
    ...(externalId !== undefined && { externalId }),
    ...(entry !== undefined && { deviceId: entry.device.deviceId }),
    values: mapped.values.map(({ measurement, value, at }) => {
      const unit = units?.get(measurement);
      return {
        ...{ measurement, value },
        ...(unit !== undefined && { unit }),
        ...(at !== undefined && { observedAt: at }),
      };
    }),
    faults: [...ownFaults(item, entry, source), ...mapped.faults],
  };
}

function ownFaults(
  { externalId, tree }: Item,
  entry: DeviceEntry | undefined,
  source: JsonSource,
): TriedFault[] {
  if (externalId === undefined) {
    return [{ reason: "ELEMENT_INVALID", text: noIdText(source, tree) }];
  }
  if (entry === undefined) return [{ reason: "DEVICE_UNKNOWN", text: unknownText(externalId) }];
  const { decoder, deviceId } = entry.device;
  if (decoder === undefined) return [];
  const text = `device '${deviceId}' has the decoder '${decoder}', which goes before this mapping`;
  return [{ reason: "FRAME_UNSUPPORTED", text }];
}
