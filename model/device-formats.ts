/**
 * The formats beside the native one: what a device is known by in each, which topics of MQTT carry
 * something to the platform, which lead to a device, and where in them that id stands. Pure text; who
 * may use them is the broker's to say.
 */
import type { Device, ForeignFormat } from "./registry.ts";
import { coversFilter } from "./topic-filter.ts";

interface FormatFacts {
  readonly idPattern: RegExp;
  /** For the text of a refusal. */
  readonly idWanted: string;
  /** Where a device has none, it goes by its deviceId. */
  readonly isIdOptional: boolean;
  /** Upper and lower case are the same id. */
  readonly isIdCaseless: boolean;
  /**
   * Filters of MQTT, with `{id}` for the level that is the external id, where one is; for each
   * level of an id of several.
   */
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** What every device of the format may hear. */
  readonly shared?: readonly string[];
}

type Direction = "up" | "down";

const ID = "{id}";

/** An IEEE EUI-64; the servers of LoRaWAN write it in either case. */
const EUI = {
  idPattern: /^[0-9a-fA-F]{16}$/,
  idWanted: "its DevEUI, 16 hexadecimal digits",
  isIdOptional: false,
  isIdCaseless: true,
} as const;

/** What is pushed over HTTP; no topic of MQTT is theirs. */
const PUSHED = {
  idPattern: /^[A-Za-z0-9._:-]{1,64}$/,
  isIdOptional: false,
  isIdCaseless: false,
  up: [],
  down: [],
} as const;

const FACTS: Readonly<Record<ForeignFormat, FormatFacts>> = {
  hj212: {
    idPattern: /^[A-Za-z0-9._:-]{1,64}$/,
    idWanted: "its MN, 1 to 64 of A-Z a-z 0-9 . _ : -",
    isIdOptional: false,
    isIdCaseless: false,
    up: ["hj212/{id}/up"],
    down: ["hj212/{id}/down"],
  },
  /** ChirpStack v4, MQTT integration: `application/{applicationId}/device/{devEui}/event/{event}`. */
  chirpstack: {
    ...EUI,
    up: ["application/+/device/{id}/event/+"],
    down: ["application/+/device/{id}/command/down"],
  },
  /** The Things Stack v3: `v3/{applicationId}@{tenantId}/devices/{deviceId}/{event}`. */
  "things-stack": {
    ...EUI,
    up: ["v3/+/devices/+/up", "v3/+/devices/+/join", "v3/+/devices/+/down/+"],
    down: [],
  },
  senml: {
    idPattern: /^[A-Za-z0-9._:-]{1,64}$/,
    idWanted: "none, or what stands for it in senml/{id}, 1 to 64 of A-Z a-z 0-9 . _ : -",
    isIdOptional: true,
    isIdCaseless: false,
    up: ["senml/{id}"],
    down: [],
  },
  /**
   * Sparkplug B: `spBv1.0/{group}/{type}/{edge}[/{device}]`. A node is `{group}/{edge}` and speaks
   * for its devices, which are `{group}/{edge}/{device}` and have no topics of their own.
   */
  sparkplug: {
    idPattern: /^(?=.{3,128}$)[^+#/\p{C}]+\/[^+#/\p{C}]+(?:\/[^+#/\p{C}]+)?$/u,
    idWanted: "{group}/{edge} of a node or {group}/{edge}/{device}, up to 128 characters",
    isIdOptional: false,
    isIdCaseless: false,
    up: [
      ...["NBIRTH", "NDATA", "NDEATH"].map((type) => `spBv1.0/{id}/${type}/{id}`),
      ...["DBIRTH", "DDATA", "DDEATH"].map((type) => `spBv1.0/{id}/${type}/{id}/+`),
    ],
    down: [
      ...["", "/#"].map((rest) => `spBv1.0/{id}/NCMD/{id}${rest}`),
      ...["/+", "/#"].map((rest) => `spBv1.0/{id}/DCMD/{id}${rest}`),
    ],
    /** Whether a host application is there. */
    shared: ["spBv1.0/STATE/+"],
  },
  ctwing: { ...PUSHED, idWanted: "its IMEI, or the deviceId that CTWing gave it" },
  onenet: {
    ...PUSHED,
    idWanted: "its IMEI, or its device name, alone or as {productId}:{deviceName}",
  },
  "lamp-platform": { ...PUSHED, idWanted: "its controllerId, as the lamp platform calls it" },
  /** Its topics are data: those of the sources. */
  json: {
    ...PUSHED,
    idWanted: "none, or what its vendor's messages call it, 1 to 64 of A-Z a-z 0-9 . _ : -",
    isIdOptional: true,
  },
};

const FORMATS = Object.keys(FACTS) as ForeignFormat[];

/** As devices are looked up by it. */
export function normalExternalId(format: ForeignFormat, externalId: string): string {
  return FACTS[format].isIdCaseless ? externalId.toLowerCase() : externalId;
}

/** Undefined where it may be the external id of a device of that format, else what was wanted. */
export function externalIdFault(
  format: ForeignFormat,
  externalId: string | undefined,
): string | undefined {
  const { idPattern, idWanted, isIdOptional } = FACTS[format];
  const isGood = externalId === undefined ? isIdOptional : idPattern.test(externalId);
  return isGood ? undefined : idWanted;
}

/** What the device is known by in its format; undefined for a native one. */
export function externalIdOf(
  device: Pick<Device, "deviceId" | "format" | "externalId">,
): { format: ForeignFormat; externalId: string } | undefined {
  const { deviceId, format = "native", externalId } = device;
  if (format === "native") return undefined;
  const id = externalId ?? (FACTS[format].isIdOptional ? deviceId : undefined);
  return id === undefined ? undefined : { format, externalId: normalExternalId(format, id) };
}

/** What a device of the format may use beside its native topics, signed in as itself. */
export function topicsOfDevice(device: Pick<Device, "deviceId" | "format" | "externalId">) {
  const known = externalIdOf(device);
  if (known === undefined) return { publish: [], subscribe: [] };
  const { format, externalId: id } = known;
  const own = (filters: readonly string[]): string[] =>
    filters.map((filter) => filled(filter, id)).filter((filter) => filter !== undefined);
  const { up, down, shared = [] } = FACTS[format];
  const publish = own(up);
  return { publish, subscribe: publish.length === 0 ? [] : [...own(down), ...shared] };
}

/** Undefined where the filter has not as many places as the id has levels. */
function filled(filter: string, id: string): string | undefined {
  const [head = "", ...parts] = filter.split(ID);
  const levels = parts.length === 1 ? [id] : id.split("/");
  if (parts.length === 0 || parts.length !== levels.length) return undefined;
  return parts.reduce((text, part, n) => `${text}${levels[n] ?? ""}${part}`, head);
}

export interface FormatTopic {
  readonly format: ForeignFormat;
  /** Undefined where the payload alone says it. */
  readonly externalId: string | undefined;
}

/** Whether the topic carries something of one of the formats to the platform. */
export function isFormatUplink(topic: string): boolean {
  const end = topic.indexOf("/");
  const filters = FILTERS.up.get(end < 0 ? topic : topic.slice(0, end));
  return filters?.some(({ filter }) => coversFilter(filter, topic)) ?? false;
}

/** Whose it is, where the topic carries something of one of the formats to the platform. */
export function uplinkTopic(topic: string): FormatTopic | undefined {
  return read(topic, "up");
}

/** The same of a topic that leads to a device; a filter with wildcards beside the id is one, too. */
export function downlinkTopic(filter: string): FormatTopic | undefined {
  return read(filter, "down");
}

/** A filter of what is said to all devices of a format, and so to whoever speaks for any. */
export function isSharedDownlink(filter: string): boolean {
  return FORMATS.some((format) => FACTS[format].shared?.some((each) => coversFilter(each, filter)));
}

/** What an ingest that reads from another broker subscribes to. */
export function uplinkFilters(): string[] {
  return FORMATS.flatMap((format) => FACTS[format].up.map((filter) => filter.replaceAll(ID, "+")));
}

interface ReadFilter {
  readonly format: ForeignFormat;
  readonly levels: readonly string[];
  /** As MQTT writes it, a wildcard for each place of the id. */
  readonly filter: string;
}

/** By direction and the first level of the topic, which never is an id. */
const FILTERS: Readonly<Record<Direction, ReadonlyMap<string, readonly ReadFilter[]>>> = {
  up: filtersOf("up"),
  down: filtersOf("down"),
};

function filtersOf(direction: Direction): Map<string, ReadFilter[]> {
  const byFirst = new Map<string, ReadFilter[]>();
  for (const format of FORMATS) {
    for (const filter of FACTS[format][direction]) {
      const levels = filter.split("/");
      const [first = ""] = levels;
      const read = { format, levels, filter: filter.replaceAll(ID, "+") };
      byFirst.set(first, [...(byFirst.get(first) ?? []), read]);
    }
  }
  return byFirst;
}

function read(topic: string, direction: Direction): FormatTopic | undefined {
  const end = topic.indexOf("/");
  const filters = FILTERS[direction].get(end < 0 ? topic : topic.slice(0, end));
  if (filters === undefined) return undefined;
  const levels = topic.split("/");
  for (const { format, levels: wanted } of filters) {
    if (!isLike(levels, wanted)) continue;
    const id = levels.filter((_level, n) => wanted[n] === ID);
    return { format, externalId: id.length === 0 ? undefined : id.join("/") };
  }
  return undefined;
}

function isLike(levels: readonly string[], wanted: readonly string[]): boolean {
  return (
    levels.length === wanted.length &&
    wanted.every((level, n) => level === ID || level === "+" || level === levels[n])
  );
}
