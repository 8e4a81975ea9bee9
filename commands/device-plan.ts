/**
 * What is to be done with the open commands of one device now. Pure. They go in the order in which they
 * were asked for: one that goes until it is acknowledged holds back what follows, since it would else
 * come again after it and undo it.
 */
import type { Instant } from "../model/clock.ts";
import type { Command } from "../model/command.ts";
import { type CommandStep, nextCommand } from "./command-machine.ts";

export interface DevicePlan {
  /** As they are to be written, before anything is sent. */
  readonly changed: readonly Command[];
  /** To be handed on once that is written; those of `changed` that are. */
  readonly toSend: readonly Command[];
  /** When to look again though nobody came; undefined where nothing is open any more. */
  readonly nextAt: Instant | undefined;
  /** The first expiry of what is open. */
  readonly expiresAt: Instant | undefined;
}

/** `open` in order of `seq`. */
export function planDevice(
  open: readonly Command[],
  isReachable: boolean,
  now: Instant,
): DevicePlan {
  const changed: Command[] = [];
  const toSend: Command[] = [];
  const alive: Command[] = [];
  for (const command of open) {
    const step = nextCommand(command, { kind: "clock" }, now);
    if (step.kind === "moved") changed.push(step.command);
    else alive.push(command);
  }
  const expiries = alive.map((command) => command.expiresAt);
  const tries: Instant[] = [];
  let isHeldBack = false;
  for (const command of alive) {
    const step: CommandStep | undefined =
      isHeldBack || !isReachable ? undefined : nextCommand(command, { kind: "reachable" }, now);
    const current: Command = step?.kind === "moved" ? step.command : command;
    if (step?.kind === "moved") changed.push(current);
    if (step?.kind === "moved" && step.isToSend) toSend.push(current);
    if (!isHeldBack && current.nextAt !== undefined) tries.push(current.nextAt);
    isHeldBack ||= current.mode === "until-acknowledged" || current.state === "queued";
  }
  return {
    changed,
    toSend,
    nextAt: leastOf([...expiries, ...tries]),
    expiresAt: leastOf(expiries),
  };
}

function leastOf(times: readonly Instant[]): Instant | undefined {
  return times.length === 0 ? undefined : Math.min(...times);
}
