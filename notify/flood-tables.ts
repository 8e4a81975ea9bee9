/**
 * Floods in the database, a row for each crew and one for the centre, written in the transaction of
 * the orders that moved them; so a restart finds the state in which its orders were written.
 */
import { z } from "zod";
import type { Migration, Sql } from "../model/database.ts";
import { CALM, type Flood } from "./flood.ts";

/** `gathered`: told in a digest, and in `digest_id` once there is one. */
export const floodMigrations: readonly Migration[] = [
  {
    id: "notify-0008-floods",
    statements: [
      `create table floods (
        recipient text primary key,
        state text not null,
        since_at bigint,
        times text not null
      )`,
      "alter table outbox add column gathered integer",
      "alter table outbox add column digest_id text",
      "create index outbox_gathered on outbox (crew_id, seq) where gathered = 1 and digest_id is null",
      "create index outbox_digest on outbox (digest_id) where digest_id is not null",
      "create index outbox_created on outbox (created_at)",
    ],
  },
];

/** Orders and notices of all together. */
export const CENTRE = "centre";
/** No crew's id can be taken for the centre. */
export const recipientOf = (crewId: string): string => `crew:${crewId}`;

export interface FloodRow {
  recipient: string;
  flood: Flood;
}

interface StoredFlood {
  recipient: string;
  state: string;
  since: number | null;
  times: string;
}

const StoredState = z.enum(["calm", "flood"]);
const StoredTimes = z.array(z.int());

const COLUMNS = "recipient, state, since_at as since, times";

export async function readFlood(sql: Sql, recipient: string): Promise<Flood> {
  const row = await sql.get<StoredFlood & Record<string, never>>(
    `select ${COLUMNS} from floods where recipient = ?`,
    [recipient],
  );
  return row === undefined ? CALM : toFlood(row);
}

export async function readFloods(sql: Sql): Promise<FloodRow[]> {
  const rows = await sql.all<StoredFlood & Record<string, never>>(
    `select ${COLUMNS} from floods order by recipient`,
  );
  return rows.map((row) => ({ recipient: row.recipient, flood: toFlood(row) }));
}

export async function writeFlood(tx: Sql, { recipient, flood }: FloodRow): Promise<void> {
  await tx.run(
    `insert into floods (recipient, state, since_at, times) values (?, ?, ?, ?)
     on conflict (recipient) do update set state = excluded.state, since_at = excluded.since_at,
       times = excluded.times`,
    [recipient, flood.state, flood.since ?? null, JSON.stringify(flood.times)],
  );
}

function toFlood({ state, since, times }: StoredFlood): Flood {
  return {
    state: StoredState.parse(state),
    ...(since === null ? {} : { since: Number(since) }),
    times: StoredTimes.parse(JSON.parse(times)),
  };
}
