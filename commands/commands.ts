/**
 * Door of the commands: keeps what devices are to be told, sends it when they can be reached, and
 * takes what comes back. Every step is written before anything is sent, so that after a crash what
 * may go at most once does not go again. Which device may be told what is not its matter.
 */
import type { Instant } from "../model/clock.ts";
import type { Command, CommandBatch } from "../model/command.ts";
import { commandNote } from "../model/command-notes.ts";
import type { Migration, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { addCommands, type NewCommand } from "./adding.ts";
import type { BirthTold } from "./births.ts";
import { findByCarrier } from "./carrier-rows.ts";
import { type CommandEvent, nextCommand } from "./command-machine.ts";
import {
  answeredOf,
  commandMigrations,
  findBatch,
  findCommand,
  insertBatch,
  listOf,
  openOfBatch,
  saveCourse,
  saveCourses,
} from "./command-rows.ts";
import { createProgress, type MetricsShown } from "./metric-progress.ts";
import { createSender, type SenderDeps } from "./sender.ts";

export type { NewCommand } from "./adding.ts";
export { commandMigrations } from "./command-rows.ts";
export { type CloudAddress, type Downlink, envelopeOf } from "./downlinks.ts";
export type { SendFate } from "./handing.ts";
export type { SenderDeps as CommandsDeps } from "./sender.ts";

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
  /** What births of Sparkplug declare, and what metrics stand at. */
  readonly births?: readonly BirthTold[];
  readonly shown?: readonly MetricsShown[];
  /** What platforms say of commands under ids of their own, of devices that they alone know. */
  readonly wayWords?: readonly WayWord[];
  readonly heard?: readonly { readonly deviceId: string }[];
}

export interface WayWord {
  readonly way: string;
  readonly id: string;
  readonly fate: "carried" | "done" | "failed";
  readonly message?: string;
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
  /** Of a batch what has not ended; answers those. */
  cancelBatch(tx: Sql, batchId: string, by: string): Promise<Command[]>;
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
  /** Why the envelope of its device cannot carry it; undefined where it can, or nobody knows yet. */
  faultOf(command: Pick<Command, "deviceId" | "name" | "args">): string | undefined;
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
  const progress = createProgress({
    isWaiting: sender.isWaiting,
    declaredOf: (deviceId) => sender.births.of(deps.addressee(deviceId)?.device.externalId),
  });

  async function apply(
    tx: Sql,
    { deviceId, id }: { deviceId: string; id: string },
    event: CommandEvent,
  ): Promise<boolean> {
    const way = sender.wayOf(deviceId);
    const ours = await findCommand(tx, id);
    const command = ours ?? (way && (await ofCarrier(tx, { way, id })));
    if (!command || command.deviceId !== deviceId) return false;
    await step(tx, command, event);
    return true;
  }

  async function ofCarrier(tx: Sql, said: { way: string; id: string }) {
    const commandId = await findByCarrier(tx, said);
    return commandId === undefined ? undefined : await findCommand(tx, commandId);
  }

  async function step(tx: Sql, command: Command, event: CommandEvent): Promise<void> {
    const next = nextCommand(command, event, clock.now());
    if (next.kind === "moved") await saveCourse(tx, next.command);
    sender.wake([command.deviceId]);
  }

  /** Whose platform names the device by a way alone. */
  async function takeWayWord(tx: Sql, word: WayWord): Promise<void> {
    const command = await ofCarrier(tx, word);
    if (command === undefined) return;
    const { fate, message } = word;
    const answer = written({
      isOk: fate === "done",
      ...(message === undefined ? {} : { message }),
    });
    const event: CommandEvent =
      fate === "carried" ? { kind: "carried" } : eventOf(answer, command.deviceId);
    await step(tx, command, event);
  }

  return {
    migrations: commandMigrations,
    async add(tx, command, how) {
      const [kept] = await addCommands(tx, [command], how);
      if (kept === undefined) throw new Error("one command is one");
      return kept;
    },
    async addBatch(tx, batch, commands, how) {
      await insertBatch(tx, batch);
      await addCommands(tx, commands, how);
    },
    async cancel(tx, deviceId, commandId, by) {
      const command = await findCommand(tx, commandId);
      if (command === undefined || command.deviceId !== deviceId) {
        throw new GridwardenError(
          "COMMAND_NOT_FOUND",
          `device '${deviceId}' has no command '${commandId}'`,
        );
      }
      const event: CommandEvent = { kind: "cancelled", why: commandNote("cancelled", { by }) };
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
    async cancelBatch(tx, batchId, by) {
      const open = await openOfBatch(tx, batchId);
      const event: CommandEvent = { kind: "cancelled", why: commandNote("cancelled", { by }) };
      const steps = open.map((command) => nextCommand(command, event, clock.now()));
      const cancelled = steps.flatMap((each) => (each.kind === "moved" ? [each.command] : []));
      await saveCourses(tx, cancelled);
      return cancelled;
    },
    list: listOf,
    answered: answeredOf,
    batch: findBatch,
    async take(tx, words) {
      const { acks, carried = [], ways = [], births = [], shown = [], heard = [] } = words;
      await sender.births.take(tx, births);
      for (const { deviceId, way } of ways) sender.putWay(deviceId, way);
      for (const each of carried.filter(({ id }) => COMMAND_ID.test(id))) {
        await apply(tx, each, { kind: "carried" });
      }
      for (const word of words.wayWords ?? []) await takeWayWord(tx, word);
      for (const done of await progress.take(tx, shown)) {
        await apply(tx, done, { kind: "answered", isOk: true });
      }
      const foreign: Words["acks"][number][] = [];
      for (const ack of acks.filter(({ id }) => COMMAND_ID.test(id)).map(written)) {
        const isOurs = await apply(tx, ack, eventOf(ack, ack.deviceId));
        if (!isOurs) foreign.push(ack);
      }
      sender.come(heard.map(({ deviceId }) => deviceId));
      return foreign;
    },
    wake: sender.wake,
    come: sender.come,
    faultOf: sender.faultOf,
    forgetWay: sender.forgetWay,
    start: sender.start,
    stop: sender.stop,
  };

  /** A network server's no is the line's, not the device's. */
  function eventOf({ isOk, message }: Answer, deviceId: string): CommandEvent {
    if (isOk || !sender.isKept(deviceId)) return { kind: "answered", isOk, message };
    return { kind: "lost", why: message ?? commandNote("not-acknowledged", {}) };
  }
}

type Answer = Pick<Words["acks"][number], "isOk" | "message">;

function written<Said extends Answer>(ack: Said): Said {
  const { message } = ack;
  return message === undefined
    ? ack
    : { ...ack, message: message.replaceAll(UNWRITABLE, "\ufffd") };
}
