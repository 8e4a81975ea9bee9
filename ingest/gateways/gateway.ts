/**
 * The shape of a decoder of one envelope format: an uplink in, its values and faults out.
 * A decoder reads no clock, touches no disk and never throws on data. What it must remember from
 * one uplink to the next (an open frame) it keeps itself and can be rebuilt by decoding the same
 * uplinks again from `openFrom()` on; nothing else may change what it answers.
 */
import type { Instant } from "../../model/clock.ts";
import type { TwinState } from "../../model/device-twin.ts";
import type { DeadLetterReason } from "../../model/errors.ts";
import type { CrewId, DeviceId } from "../../model/ids.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { DecodedValue } from "../../model/reading.ts";
import type { DeviceEntry, RegistryView } from "../../model/registry.ts";
import type { DeclaredMetric } from "../../model/sparkplug.ts";
import type { Uplink } from "../../model/uplink.ts";
import type { DeviceFrame, ReadFrame } from "../frame-answers.ts";
import type { ReadPayload } from "../mapping/payload-reader.ts";

export interface Gateway {
  /** Name of the format, as devices are registered with; a label of metrics. */
  readonly format: string;
  /** Every topic that begins with one of these levels is this gateway's: `v1`, `intake/ctwing`. */
  readonly firstLevels: readonly string[];
  /** Topics beside those that are its own by what is registered; asked where no level fits. */
  reads?(topic: string): boolean;
  /**
   * Uplinks come in the order of the journal, each with its position. An uplink that only
   * continues or begins a frame answers NOTHING_DECODED.
   */
  decode(uplink: Uplink, position: number, context: GatewayContext): Decoded;
  /**
   * The frames in an uplink that `decode` will ask `readFrame` for, of devices that are wanted: so that
   * their scripts are asked before. Changes nothing; whoever is not wanted costs it no parsing.
   */
  framesOf?(
    uplink: Uplink,
    context: Pick<GatewayContext, "registry">,
    isWanted: (entry: DeviceEntry) => boolean,
  ): readonly DeviceFrame[];
  /** First journal position that a still open frame needs; undefined when none is open. */
  openFrom?(): number | undefined;
  /**
   * Gives up what has been open too long at `now` (receipt of the newest uplink of any format), so
   * that no open frame holds the journal for ever. One entry for each thing that is given up.
   */
  expire?(now: Instant): readonly Expired[];
  /**
   * The same of uplinks that wait for one before them: what has waited too long at `now` is taken
   * without it. Whether it is, is decided by receipts alone, so that it matters not when it is asked.
   */
  release?(now: Instant, context: GatewayContext): readonly Released[];
  /**
   * What it must know beyond one uplink and cannot be rebuilt from a near one, as what a birth has
   * declared weeks ago: taken up again with the position at which it was saved.
   */
  readonly memory?: GatewayMemory;
}

export interface GatewayMemory {
  /** All of it, with uplinks that wait; undefined: there is nothing to remember. */
  save(): Uint8Array | undefined;
  /** Before anything is decoded. */
  restore(saved: Uint8Array): void;
}

export interface GatewayContext {
  readonly registry: RegistryView;
  /** Local times without an offset (HJ 212) are of this zone. */
  readonly zone: TimeZone;
  /** A tree of a vendor's making, by the mapping of the device. */
  readonly readPayload: ReadPayload;
  /** Bytes of a vendor's making, by the script of the device's decoder, where it has one. */
  readonly readFrame: ReadFrame;
  /** Services, whose topics the broker has checked, may speak for any device. */
  isTrusted(sender: string): boolean;
}

/**
 * What an uplink held. Where it yields no value at all, its faults become one dead letter that
 * counts one; else each fault is a dead letter of its own that counts `count`.
 */
export interface Decoded {
  readonly values: readonly DecodedValue[];
  readonly faults: readonly Fault[];
  /** Devices that were truly heard: a value, a status `online`, a heartbeat, an answer. */
  readonly heard: readonly DeviceId[];
  readonly statuses: readonly DeviceStatus[];
  readonly acks: readonly CommandAck[];
  readonly reports?: readonly DeviceReport[];
  readonly positions: readonly CrewPosition[];
  /** Sent on MQTT when the uplink is durable, which it is when it is decoded. */
  readonly answers: readonly Answer[];
  /** Uplinks that are taken with this one after they had waited, in the order of their sender. */
  readonly released?: readonly Released[];
  /** Those who spoke and are not registered. */
  readonly knocks: readonly Knock[];
  /** Senders who are not who they say: their connections are to be closed. Never "". */
  readonly turnedAway: readonly string[];
  /** Commands that left for their device, as far as its carrier knows. */
  readonly carried?: readonly CommandCarried[];
  /** The topics under which network servers speak of a device; commands go back that way. */
  readonly ways?: readonly DeviceWay[];
  /** What may be written to whom, by the births that count now; in their order. */
  readonly births?: readonly BirthTold[];
  /** What a platform says of commands to devices that it alone has a name for. */
  readonly wayWords?: readonly WayWord[];
  /** What metrics of Sparkplug stand at: commands are measured by it. */
  readonly shown?: readonly MetricsShown[];
}

/** A thing that was put aside, with its reason. */
export interface Fault {
  readonly reason: DeadLetterReason;
  /** What, which one, what was got, what was wanted. */
  readonly text: string;
  /** Values that it stands for; one when absent. */
  readonly count?: number;
  /** The bytes at fault, where they are not the uplink's whole payload. */
  readonly part?: Uint8Array;
}

/** A frame that was never completed, put aside under the uplink that it began in. */
export interface Expired {
  readonly uplink: Uplink;
  /** Position of the uplink that it began in. */
  readonly position: number;
  readonly fault: Fault;
}

/** An uplink that had waited, with its own position, and what it held. */
export interface Released {
  readonly uplink: Uplink;
  readonly position: number;
  readonly decoded: Decoded;
}

export interface DeviceStatus {
  readonly deviceId: DeviceId;
  readonly status: "online" | "offline";
  readonly at: Instant;
}

/** How a device says it is set. */
export interface DeviceReport {
  readonly deviceId: DeviceId;
  readonly state: TwinState;
  readonly at: Instant;
}

export interface Heard {
  readonly deviceId: DeviceId;
  readonly at: Instant;
}

export interface CommandAck {
  readonly deviceId: DeviceId;
  readonly id: string;
  readonly isOk: boolean;
  readonly message?: string;
  readonly at: Instant;
}

export interface CommandCarried {
  readonly deviceId: DeviceId;
  readonly id: string;
}

export interface DeviceWay {
  readonly deviceId: DeviceId;
  /**
   * The first levels of the topic, up to the device: `application/a1/device/24e1…`; what a platform
   * calls it: `{productId}/{deviceId}` of CTWing, `{productId}:{deviceName}` of OneNET.
   */
  readonly way: string;
}

export interface WayWord {
  readonly way: string;
  /** The platform's own for the command. */
  readonly id: string;
  readonly fate: "carried" | "done" | "failed";
  readonly message?: string;
}

export interface BirthTold {
  /** `{group}/{edge}` of a node, `{group}/{edge}/{device}` of one of its devices. */
  readonly id: string;
  /** Undefined: its birth counts no more; of a node, nor does any of its devices. */
  readonly metrics: readonly DeclaredMetric[] | undefined;
}

export interface MetricsShown {
  readonly deviceId: DeviceId;
  /** By the names of the metrics, as they were sent, of good quality and of now. */
  readonly values: Readonly<Record<string, number | boolean | string>>;
  readonly at: Instant;
}

export interface CrewPosition {
  readonly crewId: CrewId;
  readonly lon: number;
  readonly lat: number;
  readonly accuracyM?: number;
  readonly at: Instant;
}

export interface Answer {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface Knock {
  /** Format that it spoke. */
  readonly format: string;
  /** The deviceId, or the externalId of its format (MN). */
  readonly id: string;
}

const NONE: readonly never[] = Object.freeze([]);

/**
 * An uplink that held nothing; also what a decoder spreads its findings over. Not frozen, which makes each
 * such copy seven times as slow; its lists are.
 */
export const NOTHING_DECODED: Decoded = {
  values: NONE,
  faults: NONE,
  heard: NONE,
  statuses: NONE,
  acks: NONE,
  positions: NONE,
  answers: NONE,
  knocks: NONE,
  turnedAway: NONE,
};

/**
 * May this sender speak for the device? The device itself, the gateway it is registered under, a
 * trusted service, and a broker that is not ours, which has checked its own clients ("").
 */
export function maySpeakFor(sender: string, entry: DeviceEntry, context: GatewayContext): boolean {
  return (
    sender === entry.device.deviceId ||
    sender === "" ||
    sender === entry.device.gatewayId ||
    context.isTrusted(sender)
  );
}
