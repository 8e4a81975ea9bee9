/**
 * The outbox: orders that a crew has not acknowledged yet, in the database and nowhere else.
 * `seq` grows with every order and is the order of sending; the payload is written once, so that
 * every sending of an order is the same bytes. A delivered order is kept for a while for people
 * who ask, and the newest for ever, since the next `seq` is counted from it.
 */
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";

export const outboxMigrations: readonly Migration[] = [
  {
    id: "notify-0001-outbox",
    statements: [
      `create table outbox (
        seq bigint primary key,
        order_id text not null,
        crew_id text not null,
        case_no text not null,
        kind text not null,
        payload text not null,
        created_at bigint not null,
        sent_at bigint,
        delivered_at bigint,
        tries integer not null default 0
      )`,
      "create unique index outbox_order on outbox (order_id)",
      "create index outbox_waiting on outbox (crew_id, seq) where delivered_at is null",
      "create index outbox_delivered on outbox (delivered_at) where delivered_at is not null",
    ],
  },
];

export interface NewOrder {
  orderId: string;
  crewId: string;
  caseNo: string;
  kind: string;
  payload: string;
  createdAt: Instant;
}

export interface WaitingOrder {
  seq: number;
  orderId: string;
  payload: string;
}

/** An order that is there already stays as it is. */
export async function insertOrder(tx: Sql, order: NewOrder): Promise<void> {
  await tx.run(
    `insert into outbox (seq, order_id, crew_id, case_no, kind, payload, created_at)
     values ((select coalesce(max(seq), 0) + 1 from outbox), ?, ?, ?, ?, ?, ?)
     on conflict (order_id) do nothing`,
    [order.orderId, order.crewId, order.caseNo, order.kind, order.payload, order.createdAt],
  );
}

/** Which crews have orders past `seq`, how many, and the newest number of all. */
export async function crewsWaiting(
  sql: Sql,
  afterSeq: number,
): Promise<{ crewId: string; count: number; lastSeq: number }[]> {
  return await sql.all(
    `select crew_id as "crewId", count(*) as count, max(seq) as "lastSeq" from outbox
     where delivered_at is null and seq > ? group by crew_id`,
    [afterSeq],
  );
}

export async function waitingOf(
  sql: Sql,
  crewId: string,
  afterSeq: number,
  max: number,
): Promise<WaitingOrder[]> {
  return await sql.all<WaitingOrder & Record<string, never>>(
    `select seq, order_id as "orderId", payload from outbox
     where crew_id = ? and delivered_at is null and seq > ? order by seq limit ?`,
    [crewId, afterSeq, max],
  );
}

export async function markTried(
  tx: Sql,
  orderId: string,
  tries: number,
  sentAt: Instant | undefined,
): Promise<void> {
  await tx.run(
    "update outbox set tries = tries + ?, sent_at = coalesce(?, sent_at) where order_id = ?",
    [tries, sentAt ?? null, orderId],
  );
}

/** @returns nothing where it was delivered before or is not the crew's. */
export async function markDelivered(
  tx: Sql,
  orderId: string,
  crewId: string,
  at: Instant,
): Promise<{ seq: number; createdAt: Instant } | undefined> {
  const row = await tx.get<{ seq: number; createdAt: number }>(
    `select seq, created_at as "createdAt" from outbox
     where order_id = ? and crew_id = ? and delivered_at is null`,
    [orderId, crewId],
  );
  if (row === undefined) return undefined;
  await tx.run("update outbox set delivered_at = ? where order_id = ?", [at, orderId]);
  return { seq: row.seq, createdAt: row.createdAt };
}

export async function forgetDelivered(tx: Sql, before: Instant): Promise<number> {
  const { changes } = await tx.run(
    "delete from outbox where delivered_at < ? and seq < (select max(seq) from outbox)",
    [before],
  );
  return changes;
}
