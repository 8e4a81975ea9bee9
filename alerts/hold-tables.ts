/**
 * Shelves and suppressions in the database, a row for each device and rule that has any. The same
 * row written again changes nothing.
 */
import { z } from "zod";
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";

export interface Shelf {
  readonly until: Instant;
  readonly by: string;
  readonly reason: string;
}

export interface HoldRow {
  /** In the column of devices: a node's id is no device's. */
  readonly bearerId: string;
  readonly ruleId: string;
  readonly shelf?: Shelf;
  /** What each suppresses it, in order; empty: nothing. */
  readonly suppressedBy: readonly string[];
}

export const holdMigrations: readonly Migration[] = [
  {
    id: "alerts-0004-holds",
    statements: [
      "alter table alarms add column cleared_by text",
      "alter table alarms add column shelved_until bigint",
      "alter table alarms add column shelved_by text",
      "alter table alarms add column shelve_reason text",
      "alter table alarm_states add column untold integer",
      `create table alarm_holds (
        device_id text not null,
        rule_id text not null,
        shelved_until bigint,
        shelved_by text,
        shelve_reason text,
        suppressed_by text not null,
        primary key (device_id, rule_id)
      )`,
    ],
  },
];

/** A row that holds nothing goes. */
export async function writeHold(tx: Sql, row: HoldRow): Promise<void> {
  const { bearerId, ruleId, shelf, suppressedBy } = row;
  if (shelf === undefined && suppressedBy.length === 0) {
    await tx.run("delete from alarm_holds where device_id = ? and rule_id = ?", [bearerId, ruleId]);
    return;
  }
  await tx.run(
    `insert into alarm_holds (device_id, rule_id, shelved_until, shelved_by, shelve_reason,
       suppressed_by) values (?,?,?,?,?,?)
     on conflict (device_id, rule_id) do update set shelved_until = excluded.shelved_until,
       shelved_by = excluded.shelved_by, shelve_reason = excluded.shelve_reason,
       suppressed_by = excluded.suppressed_by`,
    [
      bearerId,
      ruleId,
      shelf?.until ?? null,
      shelf?.by ?? null,
      shelf?.reason ?? null,
      JSON.stringify(suppressedBy),
    ],
  );
}

export async function readHolds(sql: Sql): Promise<HoldRow[]> {
  const rows = await sql.all<{
    bearerId: string;
    ruleId: string;
    until: number | null;
    by: string | null;
    reason: string | null;
    suppressedBy: string;
  }>(
    `select device_id as "bearerId", rule_id as "ruleId", shelved_until as "until",
       shelved_by as "by", shelve_reason as "reason", suppressed_by as "suppressedBy"
     from alarm_holds order by device_id, rule_id`,
  );
  return rows.map(({ bearerId, ruleId, until, by, reason, suppressedBy }) => ({
    bearerId,
    ruleId,
    suppressedBy: z.array(z.string()).parse(JSON.parse(suppressedBy)),
    ...(until === null
      ? {}
      : { shelf: { until: Number(until), by: by ?? "", reason: reason ?? "" } }),
  }));
}
