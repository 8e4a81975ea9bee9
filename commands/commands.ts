/**
 * Door of the commands: keeps what devices are to be told, sends it when they can be reached, and
 * takes what comes back. Every step is written before anything is sent, so that after a crash what
 * may go at most once does not go again. Which device may be told what is not its matter.
 */
import type { Instant } from "../model/clock.ts";
import type { Command, CommandBatch } from "../model/command.ts";
import type { Migration, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { type CommandEvent, nextCommand } from "./command-machine.ts";
import {
  answeredOf,
  commandMigrations,
  findBatch,
  findCommand,
  insertBatch,
  insertCommand,
  listOf,
  newestSeq,
  openOf,
  saveCourse,
} from "./command-rows.ts";
import { createSender, type SenderDeps } from "./sender.ts";

export { commandMigrations } from "./command-rows.ts";
export { type Downlink, envelopeOf } from "./downlinks.ts";
export type { SendFate } from "./handing.ts";
export type { SenderDeps as CommandsDeps } from "./sender.ts";

/** A command as it is asked for; it may be refused from the start. */
export interface NewCommand extends Omit<Command, "seq" | "state" | "tries" | "commandId"> {
  readonly commandId: string;
  readonly refusal?: string | undefined;
}

/** What devices and their carriers said of commands, in the order of receipt. */
export interface Words {
  readonly acks: readonly {
    readonly deviceId: string;
    readonly id: string;
    readonly isOk: boolean;
    readonly message?: string;
    readonly at: Instant;
  }[];
  readonly carried?: readonly { readonly deviceId: string; readonly id: string }[];
  /** Under which topic the network server of a device speaks. */
  readonly ways?: readonly { readonly deviceId: string; readonly way: string }[];
  readonly heard?: readonly { readonly deviceId: string }[];
}

export interface Commands {
  readonly migrations: readonly Migration[];
  /** @throws GridwardenError COMMAND_QUEUE_FULL */
  add(tx: Sql, command: NewCommand, how: { isReplacing: boolean }): Promise<Command>;
  /** One whose device's queue is full is refused alone. */
  addBatch(
    tx: Sql,
    batch: Omit<CommandBatch, "total" | "counts" | "failures">,
    commands: readonly NewCommand[],
    how: { isReplacing: boolean },
  ): Promise<void>;
  /** @throws GridwardenError COMMAND_NOT_FOUND, COMMAND_STATE_REFUSED */
  cancel(tx: Sql, deviceId: string, commandId: string, by: string): Promise<Command>;
  list(
    sql: Sql,
    deviceId: string,
    page: { limit: number; beforeSeq?: number | undefined },
  ): Promise<Command[]>;
  /** What was done or refused, newest first. */
  answered(sql: Sql, deviceId: string, limit: number): Promise<Command[]>;
  batch(sql: Sql, batchId: string): Promise<CommandBatch | undefined>;
  /** In the transaction that commits the uplinks; answers the acks that are of no command of ours. */
  take(tx: Sql, words: Words): Promise<Words["acks"]>;
  /** Something of these devices was written: look at them now. */
  wake(deviceIds: readonly string[]): void;
  /** They have subscribed, or were heard: what waits for them may go. */
  come(deviceIds: Iterable<string>): void;
  /** It may be another device now: it is told nothing before its network server is heard again. */
  forgetWay(deviceId: string): void;
  /** Takes up what is open. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Ids and texts come from strangers; what is no id of anything is passed over. */
const COMMAND_ID = /^[^\p{C}]{1,128}$/u;
/** A text that no database takes as it is. */
const UNWRITABLE = /[\0\p{Cs}]/gu;

export function createCommands(deps: SenderDeps): Commands {
  const { clock } = deps;
  const sender = createSender(deps);

  async function insert(
    tx: Sql,
    { refusal, ...given }: NewCommand,
    how: { seq: number; isReplacing: boolean },
  ): Promise<Command> {
    const { seq, isReplacing } = how;
    const now = given.createdAt;
    const open = await openOf(tx, given.deviceId);
    const queued: Command = { ...given, seq, state: "queued", tries: 0 };
    const refused = (message: string): Command => ({
      ...{ ...queued, state: "refused", endedAt: now, message },
    });
    const command = refusal === undefined ? queued : refused(refusal);
    if (command.state === "queued" && isReplacing) await replace(tx, open, command);
    const isFull = command.state === "queued" && open.length >= LIMITS.commandsPerDeviceMax;
    const kept =
      isFull && given.batchId !== undefined ? refused(fullText(given.deviceId)) : command;
    if (isFull && given.batchId === undefined) {
      throw new GridwardenError("COMMAND_QUEUE_FULL", fullText(given.deviceId));
    }
    await insertCommand(tx, kept);
    return kept;
  }

  /** What was asked for before under the same name and has not gone out, goes out no more. */
  async function replace(tx: Sql, open: Command[], newer: Command): Promise<void> {
    const isOlder = ({ name, tries }: Command) => name === newer.name && tries === 0;
    for (const command of open.filter(isOlder)) {
      const why = `replaced by ${newer.commandId}`;
      const step = nextCommand(command, { kind: "cancelled", why }, newer.createdAt);
      if (step.kind !== "moved") continue;
      await saveCourse(tx, step.command);
      open.splice(open.indexOf(command), 1);
    }
  }

  async function apply(
    tx: Sql,
    { deviceId, id }: { deviceId: string; id: string },
    eventOf: (command: Command) => CommandEvent,
    now: Instant,
  ): Promise<boolean> {
    const command = await findCommand(tx, id);
    if (command === undefined || command.deviceId !== deviceId) return false;
    const step = nextCommand(command, eventOf(command), now);
    if (step.kind === "moved") await saveCourse(tx, step.command);
    sender.wake([deviceId]);
    return true;
  }

  return {
    migrations: commandMigrations,
    async add(tx, command, { isReplacing }) {
      return await insert(tx, command, { seq: (await newestSeq(tx)) + 1, isReplacing });
    },
    async addBatch(tx, batch, commands, { isReplacing }) {
      await insertBatch(tx, batch);
      let seq = await newestSeq(tx);
      for (const command of commands) {
        seq += 1;
        await insert(tx, command, { seq, isReplacing });
      }
    },
    async cancel(tx, deviceId, commandId, by) {
      const command = await findCommand(tx, commandId);
      if (command === undefined || command.deviceId !== deviceId) {
        throw new GridwardenError(
          "COMMAND_NOT_FOUND",
          `device '${deviceId}' has no command '${commandId}'`,
        );
      }
      const event: CommandEvent = { kind: "cancelled", why: `cancelled by ${by}` };
      const step = nextCommand(command, event, clock.now());
      if (step.kind === "ignored") {
        throw new GridwardenError(
          "COMMAND_STATE_REFUSED",
          `command '${commandId}' is ${command.state}; only one that has not ended is cancelled`,
        );
      }
      await saveCourse(tx, step.command);
      return step.command;
    },
    list: listOf,
    answered: answeredOf,
    batch: findBatch,
    async take(tx, { acks, carried = [], ways = [], heard = [] }) {
      for (const { deviceId, way } of ways) sender.putWay(deviceId, way);
      for (const each of carried.filter(({ id }) => COMMAND_ID.test(id))) {
        await apply(tx, each, () => ({ kind: "carried" }), clock.now());
      }
      const foreign: Words["acks"][number][] = [];
      for (const ack of acks.filter(({ id }) => COMMAND_ID.test(id)).map(written)) {
        const isOurs = await apply(tx, ack, ({ deviceId }) => eventOf(ack, deviceId), clock.now());
        if (!isOurs) foreign.push(ack);
      }
      sender.come(heard.map(({ deviceId }) => deviceId));
      return foreign;
    },
    wake: sender.wake,
    come: sender.come,
    forgetWay: sender.forgetWay,
    start: sender.start,
    stop: sender.stop,
  };

  /** A network server's no is the line's, not the device's. */
  function eventOf(ack: Words["acks"][number], deviceId: string): CommandEvent {
    const { isOk, message } = ack;
    if (isOk || !sender.isKept(deviceId)) return { kind: "answered", isOk, message };
    return { kind: "lost", why: message ?? "the device did not acknowledge it to its network" };
  }
}

function written(ack: Words["acks"][number]): Words["acks"][number] {
  const { message } = ack;
  return message === undefined
    ? ack
    : { ...ack, message: message.replaceAll(UNWRITABLE, "\ufffd") };
}

function fullText(deviceId: string): string {
  return `device '${deviceId}' has ${LIMITS.commandsPerDeviceMax} commands that have not ended; wait for them, or cancel some`;
}
