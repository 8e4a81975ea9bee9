/**
 * The outbox: orders that a crew has not acknowledged yet, in the database and nowhere else.
 * `seq` grows with every order and is the order of sending; the payload is written once, so that
 * every sending of an order is the same bytes. A delivered order is kept for a while for people
 * who ask, and the newest for ever, since the next `seq` is counted from it.
 */
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { DIGEST_KIND } from "./digest.ts";

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

/** An order that has just left the outbox. */
export interface TakenOrder {
  kind: string;
  seq: number;
  createdAt: Instant;
}

export interface WaitingOrder {
  seq: number;
  orderId: string;
  payload: string;
}

/**
 * An order that is there already stays as it is. A gathered one is never sent itself: its crew's next
 * digest tells it. Answers whether the order is new.
 */
export async function insertOrder(
  tx: Sql,
  order: NewOrder & { isGathered: boolean },
): Promise<boolean> {
  const { changes } = await tx.run(
    `insert into outbox (seq, order_id, crew_id, case_no, kind, payload, created_at, gathered)
     values ((select coalesce(max(seq), 0) + 1 from outbox), ?, ?, ?, ?, ?, ?, ?)
     on conflict (order_id) do nothing`,
    [
      order.orderId,
      order.crewId,
      order.caseNo,
      order.kind,
      order.payload,
      order.createdAt,
      order.isGathered ? 1 : null,
    ],
  );
  return changes > 0;
}

/** Which crews have something past `seq`, how many orders and digests, and the newest number of all. */
export async function crewsWaiting(
  sql: Sql,
  afterSeq: number,
): Promise<{ crewId: string; count: number; digests: number; lastSeq: number }[]> {
  const rows = await sql.all<{ crewId: string; all: number; digests: number; lastSeq: number }>(
    `select crew_id as "crewId", count(*) as "all", max(seq) as "lastSeq",
       sum(case when kind = ? then 1 else 0 end) as digests from outbox
     where delivered_at is null and seq > ? group by crew_id`,
    [DIGEST_KIND, afterSeq],
  );
  return rows.map(({ all, digests, ...row }) => ({ ...row, count: all - digests, digests }));
}

export async function waitingOf(
  sql: Sql,
  crewId: string,
  afterSeq: number,
  max: number,
): Promise<WaitingOrder[]> {
  return await sql.all<WaitingOrder & Record<string, never>>(
    `select seq, order_id as "orderId", payload from outbox
     where crew_id = ? and delivered_at is null and gathered is null and seq > ?
     order by seq limit ?`,
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

/**
 * With a digest go the orders that it tells. Answers all that left; nothing where it was delivered
 * before or is not the crew's.
 */
export async function markDelivered(
  tx: Sql,
  orderId: string,
  crewId: string,
  at: Instant,
): Promise<TakenOrder[]> {
  const taken = await tx.all<TakenOrder & Record<string, never>>(
    `select seq, kind, created_at as "createdAt" from outbox
     where order_id = ? and crew_id = ? and delivered_at is null`,
    [orderId, crewId],
  );
  if (taken[0]?.kind === DIGEST_KIND) {
    taken.push(
      ...(await tx.all<TakenOrder & Record<string, never>>(
        `select seq, kind, created_at as "createdAt" from outbox
         where digest_id = ? and delivered_at is null order by seq`,
        [orderId],
      )),
    );
  }
  for (const { seq } of taken) {
    await tx.run("update outbox set delivered_at = ? where seq = ?", [at, seq]);
  }
  return taken;
}

export async function forgetDelivered(tx: Sql, before: Instant): Promise<number> {
  const { changes } = await tx.run(
    "delete from outbox where delivered_at < ? and seq < (select max(seq) from outbox)",
    [before],
  );
  return changes;
}
