/**
 * Messages to people in the database, each under one key of case, step, person and channel, so that what
 * is asked for again, also after a crash, is the same message. One that was given to a channel and has no answer
 * recorded is sent again after a restart, and its text says that it is a repeat.
 */
import type { Receipt } from "../../model/channel.ts";
import type { Instant } from "../../model/clock.ts";
import type { Migration, Sql, SqlRow } from "../../model/database.ts";
import type { Message, MessageState } from "../../model/reaching.ts";

export const messageMigration: Migration = {
  id: "notify-0021-messages",
  statements: [
    `create table messages (
      seq bigint primary key,
      message_id text not null,
      case_no text not null,
      step text not null,
      person text not null,
      crew_id text,
      channel_id text not null,
      point text not null,
      is_call integer not null,
      life_safety integer not null,
      body text not null,
      repeats integer not null,
      state text not null,
      created_at bigint not null,
      due_at bigint not null,
      sent_at bigint,
      settled_at bigint,
      tries integer not null default 0,
      receipt_id text,
      reason text
    )`,
    "create unique index messages_id on messages (message_id)",
    "create unique index messages_key on messages (case_no, step, person, channel_id)",
    `create index messages_waiting on messages (channel_id, life_safety, due_at, seq)
       where state = 'waiting'`,
    "create index messages_sending on messages (channel_id) where state = 'sending'",
    "create index messages_receipt on messages (channel_id, receipt_id) where receipt_id is not null",
    "create index messages_person on messages (person, created_at)",
    "create index messages_crew on messages (crew_id, created_at) where crew_id is not null",
    "create index messages_created on messages (created_at)",
  ],
};

/** What is said, without how often it was said before. */
export interface MessageBody {
  title: string;
  text: string;
  isDrill: boolean;
  fields: Record<string, string>;
}

export interface NewMessage {
  caseNo: string;
  step: string;
  person: string;
  /** On whose budget it goes. */
  crewId?: string | undefined;
  channelId: string;
  to: string;
  /** Dropped when somebody has taken the order. */
  isCall: boolean;
  lifeSafety: boolean;
  body: MessageBody;
  createdAt: Instant;
  dueAt: Instant;
}

export interface StoredMessage extends NewMessage {
  messageId: string;
  state: MessageState;
  repeats: number;
  tries: number;
}

export const messageIdOf = ({ caseNo, step, person, channelId }: NewMessage): string =>
  `${caseNo}-${step}-${person}-${channelId}`;

/** One that is there stays as it is. Answers whether it is new. */
export async function insertMessage(tx: Sql, message: NewMessage): Promise<boolean> {
  const { caseNo, step, person, crewId, channelId, to, isCall, lifeSafety } = message;
  const { body, createdAt, dueAt } = message;
  const { changes } = await tx.run(
    `insert into messages (seq, message_id, case_no, step, person, crew_id, channel_id, point, is_call,
       life_safety, body, repeats, state, created_at, due_at)
     values ((select coalesce(max(seq), 0) + 1 from messages), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
       (select count(*) from messages where case_no = ? and person = ?), 'waiting', ?, ?)
     on conflict do nothing`,
    [
      ...[messageIdOf(message), caseNo, step, person, crewId ?? null, channelId, to],
      ...[isCall ? 1 : 0, lifeSafety ? 1 : 0, JSON.stringify(body)],
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

/** What its channel cannot send goes another way. */
export async function dropOne(tx: Sql, messageId: string, reason: string, now: Instant) {
  await tx.run(
    `update messages set state = 'dropped', settled_at = ?, reason = ?
     where message_id = ? and state = 'waiting'`,
    [now, reason, messageId],
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

/** Given to a channel by a process that is no more. */
export async function recoverSending(tx: Sql): Promise<number> {
  const { changes } = await tx.run(
    "update messages set state = 'waiting' where state = 'sending'",
    [],
  );
  return changes;
}

/** What waits longer than `now` since the clock was set back waits no longer. */
export async function setBackMessages(tx: Sql, now: Instant): Promise<void> {
  await tx.run(
    `update messages set due_at = ?, created_at = case when created_at > ? then ? else created_at end
     where state = 'waiting' and created_at > ?`,
    [now, now, now, now],
  );
}

/** Messages to a person since then that were no matter of life and death. */
export async function messagesSince(
  sql: Sql,
  whose: { person: string } | { crewId: string },
  since: Instant,
): Promise<number> {
  const [column, id] = "person" in whose ? ["person", whose.person] : ["crew_id", whose.crewId];
  const row = await sql.get<{ count: number }>(
    `select count(*) as count from messages
     where ${column} = ? and created_at > ? and life_safety = 0`,
    [id, since],
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

function toMessage(row: SqlRow): Message {
  const optional = (value: unknown): number | undefined =>
    value === null ? undefined : Number(value);
  const sentAt = optional(row.sent_at);
  const settledAt = optional(row.settled_at);
  return {
    messageId: String(row.message_id),
    caseNo: String(row.case_no),
    step: String(row.step),
    person: String(row.person),
    channelId: String(row.channel_id),
    state: String(row.state) as MessageState,
    createdAt: Number(row.created_at),
    dueAt: Number(row.due_at),
    ...(sentAt !== undefined && { sentAt }),
    ...(settledAt !== undefined && { settledAt }),
    tries: Number(row.tries),
    ...(row.reason !== null && { reason: String(row.reason) }),
  };
}

function toStored(row: SqlRow): StoredMessage {
  const { messageId, caseNo, step, person, channelId, state, createdAt, dueAt, tries } =
    toMessage(row);
  return {
    ...{ messageId, caseNo, step, person, channelId, state, createdAt, dueAt, tries },
    to: String(row.point),
    ...(typeof row.crew_id === "string" && { crewId: row.crew_id }),
    isCall: Number(row.is_call) === 1,
    lifeSafety: Number(row.life_safety) === 1,
    body: JSON.parse(String(row.body)) as MessageBody,
    repeats: Number(row.repeats),
  };
}
