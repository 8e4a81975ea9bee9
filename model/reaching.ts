/**
 * Reaching people: who is called about a case, in which order, and what became of each message. An
 * escalation ends when a person takes the order, never because a gateway took a message.
 */
import { z } from "zod";
import type { ReceiptState } from "./channel.ts";
import type { Instant } from "./clock.ts";
import type { Contacts, HolderKind } from "./contact.ts";
import type { CaseNo, CrewId, UnitId } from "./ids.ts";

/**
 * `crew`: who works on it; `lead`: of the crew's unit; `department`: of the nearest unit above it, and
 * the centre's shift lead (值班长); `leader`: leaders.
 */
export const Who = z.enum(["crew", "lead", "department", "leader"]);
export type Who = z.infer<typeof Who>;

/** Somebody with ways to reach him. */
export interface Person {
  /** `reporter`: who reported, by the question that he is asked. */
  kind: HolderKind | "reporter";
  id: string;
  contacts: Contacts;
}

/** One of these of a person and a step, by one channel. */
export type MessageState =
  /** Not sent yet; also after a failure that may pass. */
  | "waiting"
  /** Given to the channel; it has not answered. */
  | "sending"
  /** The gateway has it. */
  | "taken"
  /** What its receipt says. */
  | ReceiptState
  /** Not needed any more: taken by another way, or by a person, or the case is over. */
  | "dropped";

/** A message to one person, as it stands. */
export interface Message {
  messageId: string;
  caseNo: string;
  /** `<round>.<who>.<n>` of an escalation, `order.<kind>.<mark>` of what is told once. */
  step: string;
  person: string;
  channelId: string;
  state: MessageState;
  createdAt: Instant;
  /** Not before: the end of quiet hours, or of a rest after a failure. */
  dueAt: Instant;
  sentAt?: Instant;
  settledAt?: Instant;
  tries: number;
  reason?: string;
}

export type EscalationState = "calling" | "taken" | "over";

/** Of one case, from when it wants a person until one has taken it or it wants none any more. */
export interface Escalation {
  caseNo: CaseNo;
  state: EscalationState;
  lifeSafety: boolean;
  isDrill: boolean;
  startedAt: Instant;
  /** Counts who had the case in hand: another crew is called anew. */
  round: number;
  unitId?: UnitId | undefined;
  crewId?: CrewId | undefined;
  /** From when the crew's steps are counted, and those of the others. */
  crewSince: Instant;
  othersSince: Instant;
  /** How often each was called, and when last. */
  calls: Partial<Record<Who, { count: number; lastAt: Instant }>>;
  /** Nothing where nobody is to be called any more. */
  nextAt?: Instant | undefined;
  endedAt?: Instant | undefined;
  /** The person who took it: `user:li`, `crew:drains-1`. */
  takenBy?: string | undefined;
}

/** A call that is due: everybody of `who` gets one message, the `n`-th from 0. */
export interface Call {
  who: Who;
  n: number;
  /** Part of each message's key, so that nobody is told of one step twice. */
  step: string;
}
