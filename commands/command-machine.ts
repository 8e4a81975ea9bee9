/**
 * One command: queued -> sent -> (delivered) -> done | refused | expired | cancelled.
 * Pure: takes what happened and the time, answers the command after it and whether it is to be
 * handed on now; sends nothing. An end is for ever: of two results the first stands. Nothing is
 * handed on from its expiry on, and what may go at most once goes at most once, since it is counted
 * as sent before anybody sends it.
 */
import type { Instant } from "../model/clock.ts";
import type { Command, CommandState } from "../model/command.ts";
import { commandNote } from "../model/command-notes.ts";
import { LIMITS } from "../model/limits.ts";

export type CommandEvent =
  /** Its device can be reached. */
  | { kind: "reachable" }
  /** Its carrier keeps it from here on, and tells when it gives it up. */
  | { kind: "kept" }
  /** The carrier says that it left for the device. */
  | { kind: "carried" }
  /** The carrier could not hand it over. */
  | { kind: "lost"; why: string }
  /** The carrier could not even be reached: nothing has left. */
  | { kind: "unsent" }
  | { kind: "answered"; isOk: boolean; message?: string | undefined }
  | { kind: "cancelled"; why: string }
  | { kind: "clock" };

export type CommandStep =
  | { kind: "moved"; command: Command; isToSend: boolean }
  | { kind: "ignored"; why: string };

const ENDS: ReadonlySet<CommandState> = new Set(["done", "refused", "expired", "cancelled"]);

export function hasEnded({ state }: Pick<Command, "state">): boolean {
  return ENDS.has(state);
}

export function nextCommand(command: Command, event: CommandEvent, now: Instant): CommandStep {
  if (hasEnded(command)) return ignored(`it has ended: ${command.state}`);
  // Who answers has had it in time; what the platform would do itself comes too late.
  if (isOver(command, now) && event.kind !== "answered" && event.kind !== "cancelled") {
    return ended(command, "expired", now, expiryText(command));
  }
  switch (event.kind) {
    case "reachable":
      return send(command, now);
    case "kept":
      if (command.state !== "sent" || command.nextAt === undefined) return ignored("it is");
      return moved(withoutNext(command));
    case "carried":
      if (command.state !== "sent") return ignored(`it is not on its way: ${command.state}`);
      return moved({ ...withoutNext(command), state: "delivered" });
    case "lost":
      return lose(command, event.why, now);
    case "unsent":
      return takeBack(command, now);
    case "answered":
      if (command.tries === 0) return ignored("nobody was asked yet");
      return ended(command, event.isOk ? "done" : "refused", now, event.message);
    case "cancelled":
      return ended(command, "cancelled", now, cancelText(command, event.why));
    case "clock":
      return ignored("its time is not over");
  }
}

/** Also where the clock was set back: it would live for so much longer. */
function isOver({ createdAt, expiresAt }: Command, now: Instant): boolean {
  return now >= expiresAt || now < createdAt;
}

/** Whoever is killed before its carrier has it, finds by its next time that it is to go again. */
function send(command: Command, now: Instant): CommandStep {
  const { state, mode, nextAt } = command;
  if (state === "delivered") return ignored("its carrier has it delivered");
  if (state === "sent" && (mode === "at-most-once" || nextAt === undefined)) {
    return ignored("it was sent, and nobody gave it up");
  }
  if (nextAt !== undefined && now < nextAt) return ignored("its time to go again is not there");
  const tries = command.tries + 1;
  const sent: Command = { ...withoutNext(command), state: "sent", tries, sentAt: now };
  const isOnce = mode === "at-most-once";
  const after = isOnce ? sent : { ...sent, nextAt: now + retryDelayMs(tries) };
  return { kind: "moved", command: after, isToSend: true };
}

function lose(command: Command, why: string, now: Instant): CommandStep {
  if (command.state === "queued") return ignored("it is not on its way");
  if (command.mode === "at-most-once") return ended(command, "refused", now, why);
  const nextAt = now + retryDelayMs(command.tries);
  return moved({ ...command, state: "queued", nextAt });
}

/** As if it had never been handed on, which holds for what may go only once, too. */
function takeBack(command: Command, now: Instant): CommandStep {
  if (command.state !== "sent") return ignored(`it is not on its way: ${command.state}`);
  const { sentAt, ...rest } = command;
  const tries = command.tries - 1;
  const nextAt = now + retryDelayMs(1);
  const back: Command = { ...rest, state: "queued", tries, nextAt };
  return moved(tries === 0 || sentAt === undefined ? back : { ...back, sentAt });
}

/** After so many tries. */
export function retryDelayMs(tries: number): number {
  const { commandRetryMsMin: min, commandRetryMsMax: max } = LIMITS;
  return Math.min(max, min * 2 ** Math.max(0, Math.min(tries, 30) - 1));
}

function expiryText({ tries, state }: Command): string {
  if (tries === 0) return commandNote("not-reached", {});
  const often = tries === 1 ? "once" : `${tries} times`;
  return commandNote(state === "delivered" ? "delivered-unanswered" : "sent-unanswered", { often });
}

function cancelText({ tries }: Command, why: string): string {
  return tries === 0 ? why : `${why}; ${commandNote("may-be-done", {})}`;
}

function ended(
  command: Command,
  state: CommandState,
  endedAt: Instant,
  message: string | undefined,
): CommandStep {
  const after = { ...withoutNext(command), state, endedAt };
  return moved(message === undefined ? after : { ...after, message });
}

function withoutNext({ nextAt: _, ...command }: Command): Command {
  return command;
}

function moved(command: Command): CommandStep {
  return { kind: "moved", command, isToSend: false };
}

function ignored(why: string): CommandStep {
  return { kind: "ignored", why };
}
