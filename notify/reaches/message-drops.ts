/** Messages that are not sent after all, and why: only what still waits is dropped. */
import type { Instant } from "../../model/clock.ts";
import type { Sql } from "../../model/database.ts";
import type { NewMessage } from "./message-table.ts";

/** The person has it by another way; what still waits of the step is not needed. */
export async function dropOthers(
  tx: Sql,
  { caseNo, step, person }: NewMessage,
  now: Instant,
): Promise<void> {
  await tx.run(
    `update messages set state = 'dropped', settled_at = ?
     where case_no = ? and step = ? and person = ? and state = 'waiting'`,
    [now, caseNo, step, person],
  );
}

/** Somebody has taken the order: whoever was to be called about it is not. */
export async function dropCalls(tx: Sql, caseNo: string, now: Instant): Promise<void> {
  await tx.run(
    `update messages set state = 'dropped', settled_at = ?
     where case_no = ? and is_call = 1 and state = 'waiting'`,
    [now, caseNo],
  );
}

/** What a crew was to hear of a case that is over, or no longer its own; but that it lost it. */
export async function dropOrders(
  tx: Sql,
  { caseNo, crewId }: { caseNo: string; crewId?: string | undefined },
  now: Instant,
): Promise<void> {
  const whose = crewId === undefined ? "crew_id is not null" : "crew_id = ?";
  await tx.run(
    `update messages set state = 'dropped', settled_at = ?
     where case_no = ? and is_call = 0 and state = 'waiting' and step not like '%withdrawn'
       and ${whose}`,
    [now, caseNo, ...(crewId === undefined ? [] : [crewId])],
  );
}

/** The case is taken up again: its reporter is not asked whether it is solved. */
export async function dropQuestions(tx: Sql, caseNo: string, now: Instant): Promise<void> {
  await tx.run(
    `update messages set state = 'dropped', settled_at = ?
     where case_no = ? and person like 'reporter:%' and state = 'waiting'`,
    [now, caseNo],
  );
}

/** What its channel cannot send goes another way. */
export async function dropOne(tx: Sql, messageId: string, reason: string, now: Instant) {
  await tx.run(
    `update messages set state = 'dropped', settled_at = ?, reason = ?
     where message_id = ? and state = 'waiting'`,
    [now, reason, messageId],
  );
}

/** It was not sent: what it waited for will never come. */
export async function giveUp(tx: Sql, messageId: string, reason: string, now: Instant) {
  await tx.run(
    `update messages set state = 'failed', settled_at = ?, reason = ?
     where message_id = ? and state = 'waiting'`,
    [now, reason, messageId],
  );
}
