/**
 * How a command leaves for its device, by the envelope that the device speaks. Pure: a device and a
 * command in, the address and the payload out. Native: the platform's contract. ChirpStack v4:
 * `DownlinkCommand` of its integration API, whose `id` comes back as `queueItemId`. The Things
 * Stack v3: `ApplicationDownlink`, whose correlation ids come back with its events; it is told not
 * to try again by itself, so that how often a command goes out is said in one place. A lamp
 * platform: a write of resource 1 (Command) of the LwM2M object 3416. Sparkplug B: NCMD to a node,
 * DCMD to a device. CTWing and OneNET: as command-clouds says.
 */
import type { Command } from "../model/command.ts";
import { commandNote } from "../model/command-notes.ts";
import type { Device, DeviceFormat } from "../model/registry.ts";
import { type DeclaredMetric, encodeSparkplugCommand } from "../model/sparkplug.ts";
import { ctwingBody, onenetBody, onenetFault } from "./cloud-bodies.ts";
import { writesOf } from "./metric-writes.ts";

/** What a device's own decoder made of a command. */
export interface Encoded {
  readonly bytes: Uint8Array;
  readonly fPort: number | undefined;
}

export interface Addressee {
  readonly device: Device;
  readonly class: string;
  /** The topic under which its network server was heard last; undefined where it never was. */
  readonly way: string | undefined;
  /** Of LoRaWAN, where nothing says another. */
  readonly fPort: number;
  /** Of Sparkplug: what its birth declares; undefined where none counts. */
  readonly declared: readonly DeclaredMetric[] | undefined;
}

/** Who carries it: the broker to a topic, a lamp platform to a path under its address, a cloud. */
export type Address =
  | {
      readonly kind: "mqtt";
      readonly topic: string;
      /** Who must be there to hear it; undefined: anybody who is subscribed. */
      readonly hearers: readonly string[] | undefined;
    }
  | { readonly kind: "lamp-platform"; readonly path: string }
  | CloudAddress;

/** A device of an operator's platform, as that calls it. */
export interface CloudAddress {
  readonly kind: "ctwing" | "onenet";
  readonly productId: string;
  readonly device: string;
}

export interface Downlink {
  readonly address: Address;
  readonly payload: string | Uint8Array;
}

interface Envelope {
  /** Its server queues for the device and says what became of each. */
  readonly isKept: boolean;
  /** A vendor's own encoder may make its bytes. */
  readonly isEncoded?: boolean;
  /** Commands that it cannot carry. */
  readonly refuses?: readonly string[];
  /** Why it cannot carry this one to this device; undefined where it can, or nobody knows yet. */
  faultOf?(to: Addressee, command: Pick<Command, "name" | "args">): string | undefined;
  /** Where it goes; undefined as long as nobody knows. */
  addressOf(to: Addressee): Address | undefined;
  /** An object goes as JSON. */
  payloadOf(
    to: Addressee,
    command: Command,
    encoded: Encoded | undefined,
    iso: Iso,
  ): object | Uint8Array;
}

type Iso = (at: number) => string;

/** Before the id of a command in The Things Stack's `correlation_ids`. */
const CORRELATION = "gridwarden:";
const LAMP_COMMAND = "3416/0/1";
const PERCENT_ON = 100;

const onWay = (way: string | undefined, rest: string): Address | undefined =>
  way === undefined ? undefined : { kind: "mqtt", topic: `${way}/${rest}`, hearers: undefined };

const ENVELOPES: Partial<Record<DeviceFormat, Envelope>> = {
  native: {
    isKept: false,
    addressOf: ({ device: { deviceId, gatewayId }, class: slug }) => ({
      ...{ kind: "mqtt", topic: `v1/${slug}/${deviceId}/command` },
      hearers: gatewayId === undefined ? [deviceId] : [deviceId, gatewayId],
    }),
    payloadOf: (_to, { commandId: id, name, args, expiresAt }, _encoded, iso) => ({
      ...{ id, name, args, expiresAt: iso(expiresAt) },
    }),
  },
  chirpstack: {
    isKept: true,
    isEncoded: true,
    addressOf: ({ way }) => onWay(way, "command/down"),
    payloadOf(to, command, encoded) {
      const { bytes, fPort } = frameOf(to, command, encoded);
      const devEui = to.device.externalId ?? "";
      const content = bytes === undefined ? { object: fieldsOf(command) } : { data: bytes };
      return { id: command.commandId, devEui, confirmed: true, fPort, ...content };
    },
  },
  "things-stack": {
    isKept: true,
    isEncoded: true,
    addressOf: ({ way }) => onWay(way, "down/push"),
    payloadOf(to, command, encoded) {
      const { bytes, fPort } = frameOf(to, command, encoded);
      const content =
        bytes === undefined ? { decoded_payload: fieldsOf(command) } : { frm_payload: bytes };
      const downlink = {
        ...{ f_port: fPort, ...content, priority: "NORMAL", confirmed: true },
        correlation_ids: [`${CORRELATION}${command.commandId}`],
        confirmed_retry: { max_attempts: 1 },
      };
      return { downlinks: [downlink] };
    },
  },
  sparkplug: {
    isKept: false,
    refuses: ["schedule"],
    faultOf: ({ device, declared }, command) => {
      const wanted = writesOf(command, declared);
      if (wanted.kind !== "fault") return undefined;
      return commandNote("metrics-of", { deviceId: device.deviceId, said: wanted.why });
    },
    addressOf: ({ device: { externalId = "" }, declared }) =>
      declared && { kind: "mqtt", topic: commandTopic(externalId), hearers: undefined },
    payloadOf({ declared }, command) {
      const wanted = writesOf(command, declared);
      const writes = wanted.kind === "writes" ? wanted.writes : [];
      return encodeSparkplugCommand(command.sentAt ?? command.createdAt, writes);
    },
  },
  ctwing: {
    isKept: true,
    isEncoded: true,
    addressOf: ({ way }) => cloudAddress("ctwing", way, "/"),
    payloadOf(to, command, encoded) {
      const address = cloudAddress("ctwing", to.way, "/");
      return ctwingBody(command, address, bytesOf(command, encoded));
    },
  },
  onenet: {
    isKept: false,
    refuses: ["schedule"],
    faultOf: ({ device }, command) => onenetFault(device.deviceId, command),
    addressOf: onenetAddress,
    payloadOf: (to, command) => onenetBody(command, onenetAddress(to)),
  },
  "lamp-platform": {
    isKept: true,
    refuses: ["raw"],
    addressOf: ({ device: { externalId = "" } }) => ({
      ...{ kind: "lamp-platform", path: `controllers/${encodeURIComponent(externalId)}/commands` },
    }),
    payloadOf(_to, { commandId, name, args, expiresAt }, _encoded, iso) {
      const head = { commandId, expiresAt: iso(expiresAt) };
      if (name === "schedule") return { ...head, schedule: args.entries };
      const value = name === "dim" ? args.percent : name === "on" ? PERCENT_ON : 0;
      return { ...head, resource: LAMP_COMMAND, value };
    },
  },
};

/** Undefined where the format has no way down that the platform knows. */
export function envelopeOf({ format = "native" }: Pick<Device, "format">): Envelope | undefined {
  return ENVELOPES[format];
}

/** Undefined as long as nobody knows where to send it. */
export function downlinkOf(
  to: Addressee,
  command: Command,
  encoded: Encoded | undefined,
  iso: Iso,
): Downlink | undefined {
  const envelope = envelopeOf(to.device);
  const address = envelope?.addressOf(to);
  if (envelope === undefined || address === undefined) return undefined;
  const payload = envelope.payloadOf(to, command, encoded, iso);
  return { address, payload: payload instanceof Uint8Array ? payload : JSON.stringify(payload) };
}

/** Its external id may say all of it, before it was ever heard. */
function onenetAddress({ way, device }: Addressee): CloudAddress | undefined {
  return cloudAddress("onenet", way ?? device.externalId, ":");
}

/** The way of a cloud's device is its product and what it is called there. */
function cloudAddress(
  kind: CloudAddress["kind"],
  way: string | undefined,
  between: string,
): CloudAddress | undefined {
  const at = way?.indexOf(between) ?? -1;
  if (way === undefined || at < 0) return undefined;
  return { kind, productId: way.slice(0, at), device: way.slice(at + 1) };
}

/** `{group}/{edge}` of a node, `{group}/{edge}/{device}` of a device. */
function commandTopic(externalId: string): string {
  const [group = "", edge = "", device] = externalId.split("/");
  const node = (type: string): string => `spBv1.0/${group}/${type}/${edge}`;
  return device === undefined ? node("NCMD") : `${node("DCMD")}/${device}`;
}

/** `bytes` in base64; undefined: the server's own codec is to make them of fields. */
function frameOf(to: Addressee, command: Command, encoded: Encoded | undefined) {
  const { fPort: said } = command.args as { fPort?: number };
  const bytes = bytesOf(command, encoded);
  return { bytes, fPort: said ?? encoded?.fPort ?? to.fPort };
}

function bytesOf({ args }: Command, encoded: Encoded | undefined): string | undefined {
  const { base64 } = args as { base64?: string };
  return base64 ?? (encoded && Buffer.from(encoded.bytes).toString("base64"));
}

/** What a vendor's `encodeDownlink` is given; undefined where the bytes are there. */
export function fieldsOf({ name, args }: Pick<Command, "name" | "args">): object | undefined {
  if (name !== "raw") return { command: name, ...args };
  return args.fields as object | undefined;
}
