/**
 * Decoders: how what a vendor's devices send becomes measurements, as data. A `table` maps a tree that
 * somebody else decoded (a network server's codec, a platform's thing model); a `script` is the vendor's
 * own payload formatter (LoRaWAN TS013: `decodeUplink`), whose answer is mapped the same way.
 */
import { z } from "zod";
import type { Instant } from "./clock.ts";
import type { DeadLetterReason } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import { Mapping } from "./mapping.ts";

const Word = z.string().trim().min(1).max(200);

export const DecoderId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 . _ : -");

/** Names are taken as they are: those of the class are its measurements, others are kept beside. */
export const MAPPING_BY_NAME: Mapping = Mapping.parse({ fields: [], rest: "" });

const PastMapping = Mapping.refine(({ elements }) => elements !== undefined, {
  path: ["elements"],
  error: "'past' wants 'elements', the array in which the readings of before are",
});

const shared = {
  decoderId: DecoderId,
  name: Word,
  vendor: Word.optional(),
  model: Word.optional(),
  /** By name where absent. */
  mapping: Mapping.default(MAPPING_BY_NAME),
  /** Readings of before that come beside the newest, each with its own time; read where they are there. */
  past: PastMapping.optional(),
};

/** A tree, and what its mapping makes of it for a device of the class. */
export const TableExample = z.strictObject({
  name: Word,
  /** Slug of an asset class; its units hold. Absent: names and numbers as they are. */
  class: z.string().max(40).optional(),
  input: z.unknown(),
  output: z.record(z.string().max(64), z.number()),
});
export type TableExample = z.infer<typeof TableExample>;

const Bytes = z.union([
  z
    .string()
    .max(2 * LIMITS.decoderFrameBytesMax)
    .regex(/^([0-9A-Fa-f]{2})*$/, "two hexadecimal digits for each byte"),
  z.array(z.int().min(0).max(255)).max(LIMITS.decoderFrameBytesMax),
]);

/** Of an example, which may be written in hexadecimal. */
export function bytesOf({ bytes }: ScriptInput): Uint8Array {
  return typeof bytes === "string" ? Buffer.from(bytes, "hex") : Uint8Array.from(bytes);
}

/** A frame as a vendor's examples write it; bytes also in hexadecimal. */
export const ScriptInput = z.strictObject({
  bytes: Bytes,
  fPort: z.int().min(0).max(255).optional(),
  recvTime: z.iso.datetime({ offset: true }).optional(),
});
export type ScriptInput = z.infer<typeof ScriptInput>;

/** A frame, and what the script answers: the whole of `data`, and its errors where there are any. */
export const ScriptExample = z.strictObject({
  name: Word,
  input: ScriptInput,
  output: z.strictObject({
    data: z.unknown().optional(),
    errors: z.array(z.string()).optional(),
    warnings: z.array(z.string()).optional(),
  }),
});
export type ScriptExample = z.infer<typeof ScriptExample>;

const TableDecoder = z.strictObject({
  ...shared,
  kind: z.literal("table"),
  examples: z.array(TableExample).max(LIMITS.decoderExamplesMax).optional(),
});

const ScriptDecoder = z.strictObject({
  ...shared,
  kind: z.literal("script"),
  script: z.string().min(1).max(LIMITS.decoderSourceLengthMax),
  /** Which answer is mapped: that of `decodeUplink`, or what `normalizeUplink` makes of it. */
  reads: z.enum(["decoded", "normalized"]).optional(),
  examples: z.array(ScriptExample).max(LIMITS.decoderExamplesMax).optional(),
});

export const Decoder = z.discriminatedUnion("kind", [TableDecoder, ScriptDecoder]);
export type Decoder = z.infer<typeof Decoder>;
export type ScriptDecoder = z.infer<typeof ScriptDecoder>;

/** As an address names it beside: the body of a PUT. */
export const DecoderBody = z.discriminatedUnion("kind", [
  TableDecoder.omit({ decoderId: true }),
  ScriptDecoder.omit({ decoderId: true }),
]);

/** Switched off after repeated faults; its uplinks are put aside until somebody switches it on. */
export interface DecoderOff {
  at: Instant;
  reason: string;
}

/** `version` is one more with every change. */
export type KeptDecoder = Decoder & { readonly version: number; readonly off?: DecoderOff };

/** The look-ups of those who decode; all answer from memory. */
export interface DecodersView {
  get(decoderId: string): KeptDecoder | undefined;
  /** Is there any that runs a script? */
  hasScripts(): boolean;
}

/** An example of a decoder against what it answered. */
export interface ExampleRun {
  name: string;
  /** Empty: as the example says. */
  differences: { path: string; wanted?: unknown; got?: unknown }[];
}

/** What is tried: a decoder as it is written, or the one that is kept, on inputs or a device's last uplinks. */
export interface DecoderTry {
  /** Absent: that of the device. */
  decoder?: z.infer<typeof DecoderBody> | string | undefined;
  /** Whose uplinks, and whose class. */
  deviceId?: string | undefined;
  /** Where no device is named. */
  class?: string | undefined;
  /** Trees, of a script frames; absent: the device's last uplinks. */
  inputs?: readonly unknown[] | undefined;
}

export interface TriedInput {
  /** What was read: of a script its answer. */
  tree?: unknown;
  /** When its uplink was received. */
  receivedAt?: Instant;
  warnings?: string[];
  values: {
    measurement: string;
    value: number;
    unit?: string;
    /** Why it would be flagged. */
    flagged?: string;
    at?: Instant | undefined;
    seq?: number | undefined;
  }[];
  faults: { reason: DeadLetterReason; text: string }[];
  unmapped: { path: string; value: unknown }[];
}

export interface TriedDecoder {
  inputs: TriedInput[];
  /** A mapping that names more of what was read; absent: nothing more is known by its name. */
  suggestion?: {
    mapping: Mapping;
    past?: Mapping;
    why: { path: string; measurement: string; text: string }[];
  };
}
