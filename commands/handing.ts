/**
 * Hands commands on to whoever carries them, once they are written as sent, and notes what that came
 * to. What goes over HTTP waits in a lane of its own, so that a slow platform holds up no broker.
 */
import type { Clock, Instant } from "../model/clock.ts";
import type { Command } from "../model/command.ts";
import type { Database } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
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

/** Its carrier has it, or refuses it for good; where it may take it later, `send` fails. */
export type SendFate = { readonly kind: "taken" } | { readonly kind: "refused"; why: string };

export interface HandingDeps {
  clock: Clock;
  log: Log;
  database: Database;
  iso(at: Instant): string;
  addressee(deviceId: string): Omit<Addressee, "way"> | undefined;
  isReachable(address: Address): boolean;
  /** Why a command may not be told any more: its device may have become something else meanwhile. */
  refusalOf(command: Command): string | undefined;
  send(downlink: Downlink): Promise<SendFate>;
  /** @throws GridwardenError COMMAND_REFUSED with what the device's encoder says */
  encode?(deviceId: string, fields: object): Promise<Encoded | undefined>;
}

/** A command, and what its handing on came to; undefined: nothing is to be noted. */
type Told = readonly [Command, CommandEvent] | undefined;

const KEPT: CommandEvent = { kind: "kept" };

export function createHanding(
  deps: HandingDeps,
  {
    wayOf,
    onNoted,
  }: {
    wayOf(deviceId: string): string | undefined;
    onNoted(deviceIds: readonly string[]): void;
  },
) {
  const { clock, database, log } = deps;
  /** Devices whose command is in the slow lane. */
  const inLane = new Set<string>();
  let lane: Promise<void> = Promise.resolve();
  let isStopped = false;
  let count = 0;

  function addresseeOf(deviceId: string): Addressee | undefined {
    const found = deps.addressee(deviceId);
    return found && { ...found, way: wayOf(deviceId) };
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
      const why = deps.refusalOf(command);
      if (why !== undefined) return [command, answeredNo(why)];
      const fate = await deps.send(downlink);
      count += 1;
      if (fate.kind === "refused") return [command, answeredNo(fate.why)];
      return command.nextAt !== undefined && isKept(deviceId) ? [command, KEPT] : undefined;
    } catch (error) {
      const isFinal = error instanceof GridwardenError && error.code === "COMMAND_REFUSED";
      if (isFinal) return [command, answeredNo(error.message)];
      log.warn("a command could not be sent", { commandId, deviceId, error: String(error) });
      // What goes at most once may have gone; the other waits for its next try.
      return mode === "at-most-once" ? undefined : [command, { kind: "lost", why: String(error) }];
    }
  }

  async function madeOf(command: Command): Promise<Downlink | undefined> {
    const to = addresseeOf(command.deviceId);
    if (to === undefined) return undefined;
    const fields = envelopeOf(to.device)?.isEncoded === true ? fieldsOf(command) : undefined;
    const encoded = fields && (await deps.encode?.(command.deviceId, fields));
    if (encoded?.bytes.length === 0) throw refusal("the device's encoder makes no bytes of it");
    return downlinkOf(to, command, encoded, deps.iso);
  }

  async function noteAll(all: readonly Told[]): Promise<void> {
    const told = all.filter((each) => each !== undefined);
    if (told.length === 0) return;
    await database.transaction(async (tx) => {
      for (const [{ commandId }, event] of told) {
        const command = await findCommand(tx, commandId);
        const step = command && nextCommand(command, event, clock.now());
        if (step?.kind === "moved") await saveCourse(tx, step.command);
      }
    });
    onNoted(told.map(([{ deviceId }]) => deviceId));
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
        if (addressOf(command.deviceId)?.kind === "lamp-platform") {
          inLane.add(command.deviceId);
          lane = lane.then(() => sendSlowly(command));
        } else {
          told.push(await send(command));
        }
      }
      await noteAll(told);
    },
    async stop(): Promise<void> {
      isStopped = true;
      await lane;
    },
  };
}

function refusal(why: string): GridwardenError {
  return new GridwardenError("COMMAND_REFUSED", why);
}

function answeredNo(message: string): CommandEvent {
  return { kind: "answered", isOk: false, message };
}
