/** What the console asks of those who reach people. */
import type { ReceiptCall } from "../model/channel.ts";
import type { Instant } from "../model/clock.ts";
import type { Contacts, HolderKind } from "../model/contact.ts";
import type { Escalation, Message, Who } from "../model/reaching.ts";
import type { Unit } from "../model/registry.ts";
import type { Actor, Page, PageRequest } from "./deps.ts";

export interface ReachedUnit {
  unitId: Unit["unitId"];
  name: string;
  crews: string[];
  /** Of each class, where none was asked for. */
  classes: { class: string; crews: string[]; people: { kind: HolderKind; id: string }[] }[];
  steps: {
    who: Who;
    afterSeconds: number;
    everySeconds?: number | undefined;
    times?: number | undefined;
    people: { kind: HolderKind; id: string; channels: string[]; quietUntil?: Instant }[];
  }[];
  warnings: string[];
}

export interface ReachingDoor {
  contacts: {
    /** Without points where none were put. @throws UNIT_, CREW_, USER_NOT_FOUND */
    get(kind: HolderKind, id: string): Contacts;
    /** @throws the same, REQUEST_INVALID for a channel that is not there or is not for these */
    put(kind: HolderKind, id: string, contacts: Contacts): Promise<Contacts>;
    /** The unit whose matter they are. */
    unitOf(kind: HolderKind, id: string): string | undefined;
  };
  /** @throws RECEIPT_REFUSED, RECEIPT_INVALID */
  receipts(channelId: string, call: ReceiptCall): Promise<{ known: number; unknown: number }>;
  ofCase(caseNo: string): Promise<{ escalations: Escalation[]; messages: Message[] }>;
  /** @throws ESCALATION_OVER */
  take(caseNo: string, actor: Actor): Promise<Escalation>;
  reachedNow(
    request: PageRequest & {
      unitIds?: readonly string[] | undefined;
      class?: string | undefined;
      lifeSafety: boolean;
    },
  ): Page<ReachedUnit>;
}
