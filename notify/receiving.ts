/**
 * What gateways report of messages, and what people say by them: a person of the crew takes the order, another takes
 * the care of it, who says no brings the next one forward. What a receipt does is done once; one that comes again, late
 * or for nobody harms nothing. What could not be kept is thrown, so that the gateway reports it again.
 */

import type { Case } from "../model/case.ts";
import type { Receipt, ReceiptCall } from "../model/channel.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Database, Sql } from "../model/database.ts";
import { ERRORS, GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import { type Escalation, type Person, Who } from "../model/reaching.ts";
import type { ChannelBook } from "./channels/channel-book.ts";
import { isOfRound } from "./escalation/escalation.ts";
import { findEscalation, type StoredEscalation } from "./escalation/escalation-store.ts";
import { findByReceipt, markReceipt } from "./reaches/message-store.ts";
import type { StoredMessage } from "./reaches/message-table.ts";
import { type Messenger, personKey } from "./reaches/messenger.ts";

interface Deps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  database: Database;
  book: ChannelBook;
  messenger: Pick<Messenger, "fallBack">;
  people(who: Who, about: { unitId?: string; crewId?: string }): Person[];
  caseOf(sql: Sql, caseNo: string): Promise<Case | undefined>;
  acceptOrder(caseNo: string, person: string): Promise<void>;
  bringForward(tx: Sql, stored: StoredEscalation, now: Instant): Promise<void>;
  /** @throws GridwardenError ESCALATION_OVER */
  take(tx: Sql, caseNo: string, person: string, now: Instant): Promise<Escalation>;
}

const FAULTS_SHOWN = 3;

export function createReceiving(deps: Deps) {
  const { clock, log, database } = deps;
  const seen = deps.metrics.counter(
    "gridwarden_notify_receipts_total",
    "Receipts of gateways by what they say; unknown: of no message, or not readable.",
    ["state"],
  );

  /** Answers whether it is of a message of ours. */
  async function onReceipt(channelId: string, receipt: Receipt): Promise<boolean> {
    const message = await database.transaction((tx) => keep(tx, channelId, receipt));
    seen.add(1, { state: message === undefined ? "unknown" : receipt.state });
    if (message === undefined) return false;
    const isAnswer = message.isCall && receipt.state === "accepted";
    if (isAnswer && message.state !== "declined") await accepted(message);
    return true;
  }

  /** The message as it was before. */
  async function keep(
    tx: Sql,
    channelId: string,
    receipt: Receipt,
  ): Promise<StoredMessage | undefined> {
    const found = await findByReceipt(tx, channelId, receipt);
    if (found === undefined || isSettled(found, receipt)) return found;
    const now = clock.now();
    await markReceipt(tx, found.messageId, masked(receipt, found), now);
    if (receipt.state === "failed") await deps.messenger.fallBack(tx, found, now);
    if (receipt.state !== "declined" || !found.isCall) return found;
    const stored = await findEscalation(tx, found.caseNo);
    if (stored?.escalation.state !== "calling") return found;
    if (isCalledNow(stored.escalation, found)) await deps.bringForward(tx, stored, now);
    return found;
  }

  /** Again it is tried anew, where its write failed: what it wanted has not happened then. */
  async function accepted(message: StoredMessage): Promise<void> {
    const { caseNo, person } = message;
    const escalation = (await findEscalation(database.reader, caseNo))?.escalation;
    try {
      if (escalation?.state !== "calling") throw over(caseNo);
      const theCase = await deps.caseOf(database.reader, caseNo);
      const isOrder = whoOf(message) === "crew" && theCase?.state !== "HANDLING";
      if (isOrder) return await deps.acceptOrder(caseNo, person);
      await database.transaction((tx) => takeCare(tx, message));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Somebody was faster, or the case is over or another's: nothing is left to accept.
      const about = { caseNo, person, error: String(error) };
      log.info("an order was accepted that nobody is wanted for", about);
    }
  }

  async function takeCare(tx: Sql, message: StoredMessage): Promise<void> {
    const { caseNo, person } = message;
    const escalation = (await findEscalation(tx, caseNo))?.escalation;
    if (escalation !== undefined && !isCalledNow(escalation, message)) throw over(caseNo);
    await deps.take(tx, caseNo, person, clock.now());
  }

  /** He was called about the case as it is in hand now, or belongs to those who would be. */
  function isCalledNow(escalation: Escalation, message: StoredMessage): boolean {
    if (isOfRound(escalation, message.step)) return true;
    const { unitId, crewId } = escalation;
    const about = {
      ...(unitId !== undefined && { unitId }),
      ...(crewId !== undefined && { crewId }),
    };
    const who = whoOf(message);
    const people = who === undefined || who === "crew" ? [] : deps.people(who, about);
    return people.some((one) => personKey(one) === message.person);
  }

  return {
    /** All of them are taken up, whatever one meets. @throws RECEIPT_REFUSED, RECEIPT_INVALID, what a write met */
    async receipts(
      channelId: string,
      call: ReceiptCall,
    ): Promise<{ known: number; unknown: number }> {
      const channel = deps.book.channels.get(channelId)?.channel;
      if (channel?.readReceipts === undefined) {
        throw new GridwardenError("RECEIPT_REFUSED", "no channel takes receipts there");
      }
      const { receipts, faults } = channel.readReceipts(call);
      if (faults.length > 0) {
        const some = { channelId, count: faults.length, faults: faults.slice(0, FAULTS_SHOWN) };
        log.warn("receipts could not be read; the others of the call count", some);
        seen.add(faults.length, { state: "unknown" });
      }
      let known = 0;
      const errors: unknown[] = [];
      for (const receipt of receipts) {
        try {
          if (await onReceipt(channelId, receipt)) known += 1;
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
      return { known, unknown: receipts.length - known + faults.length };
    },
  };
}

/** What a person has said stands, and so does that it came, whatever the gateway tells later of the way. */
function isSettled({ state }: StoredMessage, receipt: Receipt): boolean {
  if (state === "accepted" || state === "declined") return true;
  return state === "delivered" && receipt.state === "failed";
}

/** A gateway's reason is shown to who works on the case: no number or address of the person stands in it. */
function masked(receipt: Receipt, { to }: StoredMessage): Receipt {
  const { reason } = receipt;
  if (reason === undefined) return receipt;
  return { ...receipt, reason: reason.replaceAll(to, "…").replace(/\+?\d{7,}/g, "…") };
}

function whoOf({ step }: StoredMessage): Who | undefined {
  return Who.safeParse(step.split(".")[1]).data;
}

const over = (caseNo: string): GridwardenError =>
  new GridwardenError("ESCALATION_OVER", `case ${caseNo}: nobody is called about it any more`);

/** The case's own machine says no; all else may be taken when it is said again. */
function isRefusal(error: unknown): boolean {
  return error instanceof GridwardenError && ERRORS[error.code].status < 429;
}
