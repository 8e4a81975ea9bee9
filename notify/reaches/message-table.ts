/** The table of messages to people: its shape, and what a row of it says. */
import type { Instant } from "../../model/clock.ts";
import type { Migration, SqlRow } from "../../model/database.ts";
import type { Message, MessageState } from "../../model/reaching.ts";

export const messageMigrations: readonly Migration[] = [
  {
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
  },
  {
    id: "notify-0040-messages-of-drills",
    statements: ["alter table messages add column is_drill integer not null default 0"],
  },
];

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

export function toMessage(row: SqlRow): Message {
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

export function toStored(row: SqlRow): StoredMessage {
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
