/** Escalations in the database: one row a case, and when the next call of each is due. */
import type { Instant } from "../../model/clock.ts";
import type { Migration, Sql } from "../../model/database.ts";
import type { Escalation } from "../../model/reaching.ts";
import { notAfter } from "./escalation.ts";
import type { Ladders } from "./ladder.ts";

export const escalationMigration: Migration = {
  id: "notify-0020-escalations",
  statements: [
    `create table escalations (
      case_no text primary key,
      state text not null,
      next_at bigint,
      ended_at bigint,
      body text not null,
      about text not null
    )`,
    "create index escalations_next on escalations (next_at) where next_at is not null",
    "create index escalations_calling on escalations (case_no) where state <> 'over'",
    "create index escalations_ended on escalations (ended_at) where state = 'over'",
  ],
};

/** What is said of the case, as it stood when it last changed. */
export interface AboutCase {
  title: string;
  lines: string[];
  fields: Record<string, string>;
}

export interface StoredEscalation {
  escalation: Escalation;
  about: AboutCase;
}

const toStored = ({ body, about }: { body: string; about: string }): StoredEscalation => ({
  escalation: JSON.parse(body) as Escalation,
  about: JSON.parse(about) as AboutCase,
});

export async function findEscalation(
  sql: Sql,
  caseNo: string,
): Promise<StoredEscalation | undefined> {
  const row = await sql.get<{ body: string; about: string }>(
    "select body, about from escalations where case_no = ?",
    [caseNo],
  );
  return row && toStored(row);
}

export async function saveEscalation(
  tx: Sql,
  { escalation, about }: StoredEscalation,
): Promise<void> {
  const { caseNo, state, nextAt = null, endedAt = null } = escalation;
  await tx.run(
    `insert into escalations (case_no, state, next_at, ended_at, body, about)
     values (?, ?, ?, ?, ?, ?)
     on conflict (case_no) do update set state = excluded.state, next_at = excluded.next_at,
       ended_at = excluded.ended_at, body = excluded.body, about = excluded.about`,
    [caseNo, state, nextAt, endedAt, JSON.stringify(escalation), JSON.stringify(about)],
  );
}

/** Those whose next call is due, the longest waiting first. */
export async function dueEscalations(
  tx: Sql,
  now: Instant,
  max: number,
): Promise<StoredEscalation[]> {
  const rows = await tx.all<{ body: string; about: string }>(
    "select body, about from escalations where next_at <= ? order by next_at, case_no limit ?",
    [now, max],
  );
  return rows.map(toStored);
}

export async function nextCallAt(sql: Sql): Promise<Instant | undefined> {
  const row = await sql.get<{ at: number | null }>("select min(next_at) as at from escalations");
  return row?.at ?? undefined;
}

/** Cases that are being called about, or taken and not over. */
export async function openEscalations(sql: Sql): Promise<string[]> {
  const rows = await sql.all<{ caseNo: string }>(
    `select case_no as "caseNo" from escalations where state <> 'over'`,
  );
  return rows.map(({ caseNo }) => caseNo);
}

/** After the clock was set back nobody waits for what was ahead. */
export async function setBackEscalations(tx: Sql, ladders: Ladders, now: Instant): Promise<void> {
  const rows = await tx.all<{ body: string; about: string }>(
    "select body, about from escalations where state = 'calling'",
  );
  for (const { escalation, about } of rows.map(toStored)) {
    const ladder = ladders[escalation.lifeSafety ? "lifeSafety" : "other"];
    await saveEscalation(tx, { escalation: notAfter(escalation, ladder, now), about });
  }
}

export async function forgetEscalations(tx: Sql, before: Instant): Promise<void> {
  await tx.run("delete from escalations where state = 'over' and ended_at < ?", [before]);
}
