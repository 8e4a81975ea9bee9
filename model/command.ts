/** A command to a device: what it may be told, how it goes there and what became of it. */
import { z } from "zod";
import type { Instant } from "./clock.ts";
import type { DeviceId } from "./ids.ts";
import { LIMITS } from "./limits.ts";

/**
 * `at-most-once` is handed on once and never again, whatever becomes of it; `until-acknowledged` is
 * handed on again under the same id until somebody answers or its time is over.
 */
export const CommandMode = z.enum(["at-most-once", "until-acknowledged"]);
export type CommandMode = z.infer<typeof CommandMode>;

/**
 * `queued`: to be sent; `sent`: handed on; `delivered`: its carrier says that it left for the device.
 * The others are ends: `done` and `refused` by who was asked, `expired` by time, `cancelled` by people.
 */
export const CommandState = z.enum([
  "queued",
  "sent",
  "delivered",
  "done",
  "refused",
  "expired",
  "cancelled",
]);
export type CommandState = z.infer<typeof CommandState>;

export interface Command {
  readonly commandId: string;
  readonly deviceId: DeviceId;
  /** Order of being asked for; a device is told in this order. */
  readonly seq: number;
  readonly batchId?: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly mode: CommandMode;
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** Not sent from then on. */
  readonly expiresAt: Instant;
  readonly state: CommandState;
  /** How often it was handed on, and when last. */
  readonly tries: number;
  readonly sentAt?: Instant;
  /** Not before then again; of what is sent and has none, nobody sends it again by time. */
  readonly nextAt?: Instant;
  readonly endedAt?: Instant;
  /** Why it ended as it did, or what the device said. */
  readonly message?: string;
}

/** What one call asked of many devices, and how far it is. */
export interface CommandBatch {
  readonly batchId: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly mode: CommandMode;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant;
  readonly target: CommandTarget;
  readonly total: number;
  readonly counts: Readonly<Record<CommandState, number>>;
  /** Of those that ended without being done the first, with why. */
  readonly failures: readonly { readonly deviceId: string; readonly message: string }[];
}

const Id = z.string().min(1).max(64);

/** Whose devices: of a street's unit, of what hangs on a cabinet, of these assets, of a class. */
export const CommandTarget = z.union([
  z.strictObject({ street: Id }),
  z.strictObject({ cabinet: Id }),
  z.strictObject({ assetIds: z.array(Id).min(1).max(LIMITS.commandBatchMax) }),
  z.strictObject({ class: Id }),
]);
export type CommandTarget = z.infer<typeof CommandTarget>;
