/**
 * Pledges (承诺事项): lines that a shift adds, each due by a time, carried on from handover to handover
 * until somebody ticks it. What was written stays as it was; a tick is added once.
 */
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Pledge } from "../model/handover.ts";
import { LIMITS } from "../model/limits.ts";

export const pledgeMigration: Migration = {
  id: "app-0204-pledges",
  statements: [
    `create table pledges (
      seq integer primary key,
      text text not null,
      case_no text,
      due_at bigint not null,
      made_at bigint not null,
      made_by text not null,
      done_at bigint,
      done_by text
    )`,
    "create index pledges_open on pledges (due_at, seq) where done_at is null",
  ],
};

interface PledgeRow {
  seq: number;
  text: string;
  case_no: string | null;
  due_at: Instant;
  made_at: Instant;
  made_by: string;
  done_at: Instant | null;
  done_by: string | null;
}

const pledgeOf = (row: PledgeRow): Pledge => ({
  ...{ pledgeId: `PL-${row.seq}`, text: row.text, dueAt: row.due_at },
  ...{ madeAt: row.made_at, madeBy: row.made_by },
  ...(row.case_no !== null && { caseNo: row.case_no }),
  ...(row.done_at !== null && { doneAt: row.done_at }),
  ...(row.done_by !== null && { doneBy: row.done_by }),
});

/** What is due first comes first. */
export async function openPledges(sql: Sql): Promise<Pledge[]> {
  const rows = await sql.all<PledgeRow>(
    "select * from pledges where done_at is null order by due_at, seq limit ?",
    [LIMITS.pledgesOpenMax],
  );
  return rows.map(pledgeOf);
}

/** @throws GridwardenError CASE_NOT_FOUND, REQUEST_INVALID */
export async function insertPledge(
  tx: Sql,
  made: Omit<Pledge, "pledgeId" | "caseNo"> & { caseNo?: string | undefined },
): Promise<Pledge> {
  const { text, caseNo, dueAt, madeAt, madeBy } = made;
  if (caseNo !== undefined) {
    const found = await tx.get("select case_no from cases where case_no = ?", [caseNo]);
    if (found === undefined) {
      throw new GridwardenError("CASE_NOT_FOUND", `no case has the number '${caseNo}'`);
    }
  }
  const open = await tx.get<{ n: number }>(
    "select count(*) as n from pledges where done_at is null",
  );
  if (Number(open?.n ?? 0) >= LIMITS.pledgesOpenMax) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `${LIMITS.pledgesOpenMax} pledges are open, as many as may be; tick those that are kept`,
    );
  }
  const last = await tx.get<{ seq: number | null }>("select max(seq) as seq from pledges");
  const seq = (last?.seq ?? 0) + 1;
  await tx.run(
    `insert into pledges (seq, text, case_no, due_at, made_at, made_by)
     values (?, ?, ?, ?, ?, ?)`,
    [seq, text, caseNo ?? null, dueAt, madeAt, madeBy],
  );
  return {
    ...{ pledgeId: `PL-${seq}`, text, dueAt, madeAt, madeBy },
    ...(caseNo !== undefined && { caseNo }),
  };
}

/** @throws GridwardenError PLEDGE_NOT_FOUND, PLEDGE_DONE */
export async function endPledge(
  tx: Sql,
  pledgeId: string,
  { by, now }: { by: string; now: Instant },
): Promise<Pledge> {
  const row = await tx.get<PledgeRow>("select * from pledges where seq = ?", [
    Number(pledgeId.slice("PL-".length)),
  ]);
  if (row === undefined) {
    throw new GridwardenError("PLEDGE_NOT_FOUND", `no pledge has the id '${pledgeId}'`);
  }
  if (row.done_by !== null) {
    throw new GridwardenError(
      "PLEDGE_DONE",
      `pledge '${pledgeId}' was ticked by '${row.done_by}' already`,
    );
  }
  await tx.run("update pledges set done_at = ?, done_by = ? where seq = ?", [now, by, row.seq]);
  return { ...pledgeOf(row), doneAt: now, doneBy: by };
}
