/**
 * New commands into the queues of their devices, many rows a statement: who is refused from the start,
 * which older ones are replaced, and whose queue is full.
 */
import type { Command } from "../model/command.ts";
import { commandNote } from "../model/command-notes.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { nextCommand } from "./command-machine.ts";
import { insertCommands, newestSeq, openOfMany, saveCourses } from "./command-rows.ts";

/** A command as it is asked for; it may be refused from the start. */
export interface NewCommand extends Omit<Command, "seq" | "state" | "tries" | "commandId"> {
  readonly commandId: string;
  readonly refusal?: string | undefined;
}

/**
 * In their order, as they are kept: one of a batch whose device's queue is full is refused alone.
 * @throws GridwardenError COMMAND_QUEUE_FULL for one of no batch
 */
export async function addCommands(
  tx: Sql,
  given: readonly NewCommand[],
  { isReplacing }: { isReplacing: boolean },
): Promise<Command[]> {
  const deviceIds = [...new Set(given.map(({ deviceId }) => deviceId))];
  const open = await openOfMany(tx, deviceIds);
  let seq = await newestSeq(tx);
  const replaced: Command[] = [];
  const added: Command[] = [];
  for (const each of given) {
    seq += 1;
    const queue = open.get(each.deviceId) ?? [];
    open.set(each.deviceId, queue);
    const command = initial(each, seq);
    if (command.state === "queued" && isReplacing) replaced.push(...replace(queue, command));
    const kept = command.state === "queued" ? placed(queue, command) : command;
    added.push(kept);
  }
  await insertCommands(tx, added);
  await saveCourses(tx, replaced);
  return added;
}

function initial({ refusal, ...given }: NewCommand, seq: number): Command {
  const queued: Command = { ...given, seq, state: "queued", tries: 0 };
  return refusal === undefined ? queued : refused(queued, refusal);
}

function refused(command: Command, message: string): Command {
  return { ...command, state: "refused", endedAt: command.createdAt, message };
}

/** Into the queue, if there is room. */
function placed(queue: Command[], command: Command): Command {
  const { deviceId, batchId } = command;
  if (queue.length < LIMITS.commandsPerDeviceMax) {
    queue.push(command);
    return command;
  }
  if (batchId !== undefined) return refused(command, fullText(deviceId));
  throw new GridwardenError("COMMAND_QUEUE_FULL", fullText(deviceId));
}

/** What was asked for before under the same name and has not gone out, goes out no more. */
function replace(queue: Command[], newer: Command): Command[] {
  const replaced: Command[] = [];
  const isOlder = ({ name, tries }: Command) => name === newer.name && tries === 0;
  for (const command of queue.filter(isOlder)) {
    const why = commandNote("replaced", { commandId: newer.commandId });
    const step = nextCommand(command, { kind: "cancelled", why }, newer.createdAt);
    if (step.kind !== "moved") continue;
    replaced.push(step.command);
    queue.splice(queue.indexOf(command), 1);
  }
  return replaced;
}

function fullText(deviceId: string): string {
  return commandNote("queue-full", { deviceId, max: LIMITS.commandsPerDeviceMax });
}
