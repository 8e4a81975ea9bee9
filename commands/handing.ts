/**
 * Hands commands on to whoever carries them, once they are written as sent, and notes what that came
 * to. What goes over HTTP waits in a lane of its platform, so that a slow one holds up nobody else.
 */
import type { Clock, Instant } from "../model/clock.ts";
import type { Command } from "../model/command.ts";
import { commandNote } from "../model/command-notes.ts";
import type { Database } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import type { DeclaredMetric } from "../model/sparkplug.ts";
import { saveCarrierId } from "./carrier-rows.ts";
import { type CommandEvent, nextCommand } from "./command-machine.ts";
import { findCommand, saveCourse } from "./command-rows.ts";
import {
  type Address,
  type Addressee,
  type Downlink,
  downlinkOf,
  type Encoded,
  envelopeOf,
  fieldsOf,
} from "./downlinks.ts";

/**
 * Its carrier has it (and calls it by an id of its own), has had the device's answer, refuses it for
 * good, or could not be reached at all; where it may take it later, `send` fails.
 */
export type SendFate =
  | { readonly kind: "taken"; readonly carrierId?: string }
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "unsent"; readonly why: string };

export interface HandingDeps {
  clock: Clock;
  log: Log;
  database: Database;
  iso(at: Instant): string;
  addressee(deviceId: string): Omit<Addressee, "way" | "declared"> | undefined;
  isReachable(address: Address): boolean;
  /** Why a command may not be told any more: its device may have become something else meanwhile. */
  refusalOf(command: Command): string | undefined;
  send(downlink: Downlink): Promise<SendFate>;
  /** @throws GridwardenError COMMAND_REFUSED with what the device's encoder says */
  encode?(deviceId: string, fields: object): Promise<Encoded | undefined>;
}

/** What the handing on of a command came to; undefined: nothing is to be noted. */
type Told =
  | {
      readonly command: Command;
      readonly event?: CommandEvent | undefined;
      /** Under which its carrier speaks of it, and of whom. */
      readonly carrier?: { readonly way: string; readonly id: string };
    }
  | undefined;

const KEPT: CommandEvent = { kind: "kept" };

export function createHanding(
  deps: HandingDeps,
  {
    wayOf,
    declaredOf,
    onNoted,
  }: {
    wayOf(deviceId: string): string | undefined;
    declaredOf(externalId: string | undefined): readonly DeclaredMetric[] | undefined;
    onNoted(deviceIds: readonly string[]): void;
  },
) {
  const { clock, database, log } = deps;
  /** Devices whose command is in a slow lane. */
  const inLane = new Set<string>();
  /** By who is asked over HTTP: one command after the other. */
  const lanes = new Map<Address["kind"], Promise<void>>();
  let isStopped = false;
  let count = 0;

  function addresseeOf(deviceId: string): Addressee | undefined {
    const found = deps.addressee(deviceId);
    const declared = declaredOf(found?.device.externalId);
    return found && { ...found, way: wayOf(deviceId), declared };
  }

  function addressOf(deviceId: string): Address | undefined {
    const to = addresseeOf(deviceId);
    return to && envelopeOf(to.device)?.addressOf(to);
  }

  function isKept(deviceId: string): boolean {
    const to = deps.addressee(deviceId);
    return (to && envelopeOf(to.device)?.isKept) === true;
  }

  async function send(command: Command): Promise<Told> {
    const { commandId, deviceId, mode } = command;
    try {
      const downlink = await madeOf(command);
      if (downlink === undefined) throw new Error("the device has no way down any more");
      // Encoding takes its time, and may have taken the command's.
      if (clock.now() >= command.expiresAt) return undefined;
      const why = deps.refusalOf(command) ?? faultOf(command);
      if (why !== undefined) return { command, event: answeredNo(why) };
      return toldBy(command, await deps.send(downlink));
    } catch (error) {
      const isFinal = error instanceof GridwardenError && error.code === "COMMAND_REFUSED";
      if (isFinal) return { command, event: answeredNo(error.message) };
      log.warn("a command could not be sent", { commandId, deviceId, error: String(error) });
      // What goes at most once may have gone; the other waits for its next try.
      if (mode === "at-most-once") return undefined;
      return { command, event: { kind: "lost", why: String(error) } };
    }
  }

  function toldBy(command: Command, fate: SendFate): Told {
    const { deviceId } = command;
    if (fate.kind === "unsent") {
      log.warn("a command's carrier cannot be reached", { deviceId, why: fate.why });
      return { command, event: { kind: "unsent" } };
    }
    count += 1;
    if (fate.kind === "refused") return { command, event: answeredNo(fate.why) };
    if (fate.kind === "done") return { command, event: { kind: "answered", isOk: true } };
    const event = command.nextAt !== undefined && isKept(deviceId) ? KEPT : undefined;
    const way = wayOf(deviceId);
    const { carrierId: id } = fate;
    if (id !== undefined && way !== undefined) return { command, event, carrier: { way, id } };
    return event && { command, event };
  }

  async function madeOf(command: Command): Promise<Downlink | undefined> {
    const to = addresseeOf(command.deviceId);
    if (to === undefined) return undefined;
    const fields = envelopeOf(to.device)?.isEncoded === true ? fieldsOf(command) : undefined;
    const encoded = fields && (await deps.encode?.(command.deviceId, fields));
    if (encoded?.bytes.length === 0) throw refusal(commandNote("no-bytes", {}));
    return downlinkOf(to, command, encoded, deps.iso);
  }

  function faultOf(command: Pick<Command, "deviceId" | "name" | "args">): string | undefined {
    const to = addresseeOf(command.deviceId);
    return to && envelopeOf(to.device)?.faultOf?.(to, command);
  }

  async function noteAll(all: readonly Told[]): Promise<void> {
    const told = all.filter((each) => each !== undefined);
    if (told.length === 0) return;
    await database.transaction(async (tx) => {
      for (const { command: before, event, carrier } of told) {
        const command = await findCommand(tx, before.commandId);
        if (command === undefined) continue;
        if (carrier !== undefined) await saveCarrierId(tx, carrier, command.commandId);
        const step = event && nextCommand(command, event, clock.now());
        if (step?.kind === "moved") await saveCourse(tx, step.command);
      }
    });
    onNoted(told.map(({ command: { deviceId } }) => deviceId));
  }

  async function sendSlowly(command: Command): Promise<void> {
    try {
      if (!isStopped) await noteAll([await send(command)]);
    } catch (error) {
      // It stands as sent, and goes again at its time if it may.
      log.error("what became of a command could not be written", { error: String(error) });
    } finally {
      inLane.delete(command.deviceId);
    }
  }

  return {
    isKept,
    /** Why its envelope cannot carry it to its device; undefined where it can, or nobody knows yet. */
    faultOf,
    isReachable(deviceId: string): boolean {
      const address = addressOf(deviceId);
      return address !== undefined && deps.isReachable(address);
    },
    /** Is a command of it on its way to be handed on? */
    isBusy: (deviceId: string) => inLane.has(deviceId),
    /** How many were taken. */
    count: () => count,
    async handOn(commands: readonly Command[]): Promise<void> {
      const told: Told[] = [];
      for (const command of commands) {
        const kind = addressOf(command.deviceId)?.kind ?? "mqtt";
        if (kind === "mqtt") {
          told.push(await send(command));
        } else {
          inLane.add(command.deviceId);
          const before = lanes.get(kind) ?? Promise.resolve();
          lanes.set(
            kind,
            before.then(() => sendSlowly(command)),
          );
        }
      }
      await noteAll(told);
    },
    async stop(): Promise<void> {
      isStopped = true;
      await Promise.all(lanes.values());
    },
  };
}

function refusal(why: string): GridwardenError {
  return new GridwardenError("COMMAND_REFUSED", why);
}

function answeredNo(message: string): CommandEvent {
  return { kind: "answered", isOk: false, message };
}
