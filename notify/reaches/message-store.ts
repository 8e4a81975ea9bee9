/**
 * Messages to people in the database, each under one key of case, step, person and channel, so that what
 * is asked for again, also after a crash, is the same message. One that was given to a channel and has no answer
 * recorded is sent again after a restart, and its text says that it is a repeat.
 */
import type { Receipt } from "../../model/channel.ts";
import type { Instant } from "../../model/clock.ts";
import type { Sql } from "../../model/database.ts";
import type { Message, MessageState } from "../../model/reaching.ts";
import { type NewMessage, type StoredMessage, toMessage, toStored } from "./message-table.ts";

export const messageIdOf = ({ caseNo, step, person, channelId }: NewMessage): string =>
  `${caseNo}-${step}-${person}-${channelId}`;

/** One that is there stays as it is. Answers whether it is new. */
export async function insertMessage(tx: Sql, message: NewMessage): Promise<boolean> {
  const { caseNo, step, person, crewId, channelId, to, isCall, lifeSafety } = message;
  const { body, createdAt, dueAt } = message;
  const { changes } = await tx.run(
    `insert into messages (seq, message_id, case_no, step, person, crew_id, channel_id, point, is_call,
       life_safety, is_drill, body, repeats, state, created_at, due_at)
     values ((select coalesce(max(seq), 0) + 1 from messages), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
       (select count(*) from messages where case_no = ? and person = ?), 'waiting', ?, ?)
     on conflict do nothing`,
    [
      ...[messageIdOf(message), caseNo, step, person, crewId ?? null, channelId, to],
      ...[isCall ? 1 : 0, lifeSafety ? 1 : 0, body.isDrill ? 1 : 0, JSON.stringify(body)],
      ...[caseNo, person, createdAt, dueAt],
    ],
  );
  return changes > 0;
}

/**
 * Those that a channel shall send now, what is life safety first; from here on they count as given to it,
 * whatever becomes of us.
 */
export async function takeWaiting(
  tx: Sql,
  channelId: string,
  now: Instant,
  max: number,
): Promise<StoredMessage[]> {
  const taken: StoredMessage[] = [];
  for (const lifeSafety of [1, 0]) {
    if (taken.length >= max) break;
    const rows = await tx.all(
      `select * from messages where channel_id = ? and life_safety = ? and state = 'waiting'
         and due_at <= ? order by due_at, seq limit ?`,
      [channelId, lifeSafety, now, max - taken.length],
    );
    taken.push(...rows.map(toStored));
  }
  for (const { messageId } of taken) {
    await tx.run(
      "update messages set state = 'sending', sent_at = ?, tries = tries + 1 where message_id = ?",
      [now, messageId],
    );
  }
  return taken;
}

/** The gateway has it. A receipt may have come before its answer. */
export async function markTaken(
  tx: Sql,
  messageId: string,
  receiptId: string | undefined,
  now: Instant,
): Promise<void> {
  await tx.run(
    `update messages set receipt_id = ?, settled_at = coalesce(settled_at, ?),
       state = case when state = 'sending' then 'taken' else state end where message_id = ?`,
    [receiptId ?? null, now, messageId],
  );
}

/** It stays, to be tried again at `dueAt`, or has failed for good. */
export async function markFailed(
  tx: Sql,
  messageId: string,
  { reason, dueAt, now }: { reason: string; dueAt: Instant | undefined; now: Instant },
): Promise<void> {
  const isFinal = dueAt === undefined;
  await tx.run(
    `update messages set state = ?, reason = ?, due_at = coalesce(?, due_at), settled_at = ?
     where message_id = ? and state = 'sending'`,
    [isFinal ? "failed" : "waiting", reason, dueAt ?? null, isFinal ? now : null, messageId],
  );
}

/** That wait for a channel, some at once. */
export async function waitingOn(
  tx: Sql,
  channelId: string,
  afterSeq: number,
  max: number,
): Promise<(StoredMessage & { seq: number })[]> {
  const rows = await tx.all(
    `select * from messages where channel_id = ? and state = 'waiting' and seq > ?
     order by seq limit ?`,
    [channelId, afterSeq, max],
  );
  return rows.map((row) => ({ ...toStored(row), seq: Number(row.seq) }));
}

/** Channels by which the person was told of the step. */
export async function channelsOfStep(
  sql: Sql,
  { caseNo, step, person }: Pick<NewMessage, "caseNo" | "step" | "person">,
): Promise<{ channelId: string; state: MessageState }[]> {
  return await sql.all<{ channelId: string; state: MessageState }>(
    `select channel_id as "channelId", state from messages
     where case_no = ? and step = ? and person = ?`,
    [caseNo, step, person],
  );
}

export async function nextDueOn(sql: Sql, channelId: string): Promise<Instant | undefined> {
  const row = await sql.get<{ at: number | null }>(
    "select min(due_at) as at from messages where channel_id = ? and state = 'waiting'",
    [channelId],
  );
  return row?.at ?? undefined;
}

/** Given to a channel by a process that is no more: they wait again. */
export async function recoverSending(tx: Sql): Promise<StoredMessage[]> {
  const rows = await tx.all("select * from messages where state = 'sending'");
  await tx.run("update messages set state = 'waiting' where state = 'sending'", []);
  return rows.map(toStored);
}

/** Channels that messages wait for, whether they are there or not. */
export async function channelsWaitedFor(sql: Sql): Promise<string[]> {
  const rows = await sql.all<{ channelId: string }>(
    `select distinct channel_id as "channelId" from messages where state = 'waiting'`,
  );
  return rows.map(({ channelId }) => channelId);
}

/** What was written or tried at a time to come waits by a clock that was wrong: due as `dueAt` says. */
export async function setBackMessages(
  tx: Sql,
  now: Instant,
  dueAt: (message: StoredMessage) => Instant,
): Promise<void> {
  const rows = await tx.all(
    "select * from messages where state = 'waiting' and (created_at > ? or sent_at > ?)",
    [now, now],
  );
  for (const message of rows.map(toStored)) {
    const { messageId, createdAt } = message;
    await tx.run("update messages set due_at = ?, created_at = ? where message_id = ?", [
      ...[dueAt(message), Math.min(createdAt, now), messageId],
    ]);
  }
}

/** What a person, or each of a crew, was told of since then: no matter of life and death, by whatever ways. */
export async function toldSince(
  sql: Sql,
  whose: { person: string } | { crewId: string },
  { since, now, isDrill }: { since: Instant; now: Instant; isDrill: boolean },
): Promise<number> {
  const [column, id] = "person" in whose ? ["person", whose.person] : ["crew_id", whose.crewId];
  const row = await sql.get<{ count: number }>(
    `select count(*) as count from (select distinct case_no, step, person from messages
     where ${column} = ? and created_at > ? and created_at <= ? and life_safety = 0
       and is_drill = ? and state not in ('dropped', 'failed')) as told`,
    [id, since, now, isDrill ? 1 : 0],
  );
  return Number(row?.count ?? 0);
}

export async function findByReceipt(
  sql: Sql,
  channelId: string,
  { id }: Pick<Receipt, "id">,
): Promise<StoredMessage | undefined> {
  const row = await sql.get("select * from messages where message_id = ? and channel_id = ?", [
    id,
    channelId,
  ]);
  const named =
    row ??
    (await sql.get("select * from messages where channel_id = ? and receipt_id = ?", [
      channelId,
      id,
    ]));
  return named && toStored(named);
}

export async function markReceipt(
  tx: Sql,
  messageId: string,
  { state, reason }: Receipt,
  now: Instant,
): Promise<void> {
  await tx.run(
    `update messages set state = ?, reason = coalesce(?, reason), settled_at = ?
     where message_id = ?`,
    [state, reason ?? null, now, messageId],
  );
}

/** In the order in which they were written. */
export async function messagesOf(sql: Sql, caseNo: string): Promise<Message[]> {
  const rows = await sql.all("select * from messages where case_no = ? order by seq", [caseNo]);
  return rows.map(toMessage);
}

export async function forgetMessages(tx: Sql, before: Instant): Promise<void> {
  await tx.run(
    `delete from messages where created_at < ? and seq < (select max(seq) from messages)
       and state not in ('waiting', 'sending')`,
    [before],
  );
}
