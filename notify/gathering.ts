/**
 * Into the outbox: an order is written to be sent singly or, while its crew is in a flood and no
 * life is at stake, to be gathered into the crew's next digest. A digest is a row of the outbox
 * like any order, written together with which orders it tells; so a crash loses none and tells none
 * in two. All inside a transaction; an order that is there already changes nothing.
 */
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import { DIGEST_KIND, digestPayload, type GatheredOrder } from "./digest.ts";
import { afterOrder, type Flood, floodAt, floodEndsAt } from "./flood.ts";
import { CENTRE, readFlood, recipientOf, writeFlood } from "./flood-tables.ts";
import { insertOrder, type NewOrder } from "./outbox.ts";

/** An order, and whether it may wait for a digest. */
export interface GatherableOrder extends NewOrder {
  lifeSafety: boolean;
  /** It goes out by itself and is no burden that is counted: real orders are as if there were none. */
  isDrill: boolean;
}

export interface GatheredCrew {
  crewId: string;
  /** How many orders no digest has yet, and since when the oldest waits. */
  count: number;
  since: Instant;
}

/** An order that came and went in a flood, which nobody need be told of. */
export interface SettledOrder {
  crewId: string;
  seq: number;
}

export async function enqueueOrders(
  tx: Sql,
  orders: readonly GatherableOrder[],
): Promise<SettledOrder[]> {
  const floods = floodsIn(tx);
  const settled: SettledOrder[] = [];
  for (const order of orders) {
    const { crewId, createdAt, lifeSafety, isDrill } = order;
    if (isDrill) {
      await insertOrder(tx, { ...order, isGathered: false });
      continue;
    }
    const before = await floods.of(recipientOf(crewId));
    const hasEnded = before.state === "flood" && floodAt(before, createdAt).state === "calm";
    // What the flood has gathered goes before what comes after it.
    if (hasEnded) settled.push(...(await makeDigest(tx, crewId, createdAt)));
    const after = afterOrder(before, createdAt);
    const isGathered = after.state === "flood" && !lifeSafety;
    const isNew = await insertOrder(tx, { ...order, isGathered });
    floods.put(recipientOf(crewId), isNew ? after : floodAt(before, createdAt));
    if (isNew) floods.put(CENTRE, afterOrder(await floods.of(CENTRE), createdAt));
  }
  await floods.write();
  return settled;
}

/** Notices burden the centre alone. */
export async function countNotices(tx: Sql, times: readonly Instant[]): Promise<void> {
  if (times.length === 0) return;
  const flood = times.reduce(afterOrder, await readFlood(tx, CENTRE));
  await writeFlood(tx, { recipient: CENTRE, flood });
}

export async function gatheredCrews(sql: Sql): Promise<GatheredCrew[]> {
  const rows = await sql.all<{ crewId: string; count: number; since: number }>(
    `select crew_id as "crewId", count(*) as count, min(created_at) as since from outbox
     where gathered = 1 and digest_id is null group by crew_id order by crew_id`,
  );
  return rows.map(({ crewId, count, since }) => ({
    crewId,
    count: Number(count),
    since: Number(since),
  }));
}

/**
 * When what a crew's flood has gathered is told: after two minutes, or when the flood ends. What was
 * gathered at a time to come was so before the clock was set back, and has waited long enough.
 */
export function digestDueAt({ since }: GatheredCrew, flood: Flood, now: Instant): Instant {
  if (since > now) return now;
  return Math.min(since + LIMITS.digestPeriodMs, floodEndsAt(flood) ?? since);
}

/** Makes the digest of a crew if it is due. */
export async function makeDueDigest(
  tx: Sql,
  crew: GatheredCrew,
  now: Instant,
): Promise<SettledOrder[]> {
  const recipient = recipientOf(crew.crewId);
  const before = await readFlood(tx, recipient);
  const flood = floodAt(before, now);
  if (flood !== before) await writeFlood(tx, { recipient, flood });
  return digestDueAt(crew, flood, now) <= now ? makeDigest(tx, crew.crewId, now) : [];
}

async function makeDigest(tx: Sql, crewId: string, now: Instant): Promise<SettledOrder[]> {
  const orders = await tx.all<GatheredOrder & Record<string, never>>(
    `select seq, case_no as "caseNo", kind, payload from outbox
     where crew_id = ? and gathered = 1 and digest_id is null order by seq`,
    [crewId],
  );
  const last = orders.at(-1);
  if (last === undefined) return [];
  const digestId = `digest-${crewId}-${last.seq}`;
  const payload = digestPayload(digestId, orders);
  // What came and went meanwhile needs no telling.
  const toldAt = payload === undefined ? now : null;
  await tx.run(
    `update outbox set digest_id = ?, delivered_at = coalesce(delivered_at, ?)
     where crew_id = ? and gathered = 1 and digest_id is null`,
    [digestId, toldAt, crewId],
  );
  if (payload === undefined) return orders.map(({ seq }) => ({ crewId, seq }));
  const { caseNo } = last;
  const digest = { orderId: digestId, crewId, caseNo, kind: DIGEST_KIND, payload, createdAt: now };
  await insertOrder(tx, { ...digest, isGathered: false });
  return [];
}

/** Floods as they are in this transaction, each read once and written once. */
function floodsIn(tx: Sql) {
  const read = new Map<string, Flood>();
  const changed = new Map<string, Flood>();
  return {
    async of(recipient: string): Promise<Flood> {
      const known = changed.get(recipient) ?? read.get(recipient);
      if (known !== undefined) return known;
      const flood = await readFlood(tx, recipient);
      read.set(recipient, flood);
      return flood;
    },
    put(recipient: string, flood: Flood): void {
      if (flood !== read.get(recipient)) changed.set(recipient, flood);
    },
    async write(): Promise<void> {
      for (const [recipient, flood] of changed) await writeFlood(tx, { recipient, flood });
    },
  };
}
