/**
 * What units and their crews have in hand: orders, how many of them are begun and overdue, since when
 * the oldest waits. Counted by the database; times lie beside the case for it.
 */
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Database, Migration, Sql } from "../model/database.ts";

export const crewWorkMigrations: readonly Migration[] = [
  {
    id: "cases-0019-crew-work",
    statements: [
      "alter table cases add column dispatched_at bigint",
      "alter table cases add column deadline bigint",
      `create index cases_at_work on cases (state, unit_id, crew_id, deadline, dispatched_at)
        where state in ('DISPATCHED', 'HANDLING')`,
    ],
  },
];

export interface CrewWork {
  unitId: string;
  /** Absent: what stands at the unit. */
  crewId?: string;
  /** Dispatched or being handled; no drills. */
  orders: number;
  handling: number;
  overdue: number;
  /** When the oldest of those that are not begun was dispatched. */
  oldestWaitingAt?: Instant;
}

interface Row extends Omit<CrewWork, "crewId" | "oldestWaitingAt"> {
  crewId: string | null;
  oldestWaitingAt: Instant | null;
}

/** A unit or a crew without work is not in it. */
export async function crewWork(sql: Sql, now: Instant): Promise<CrewWork[]> {
  const rows = await sql.all<Row>(
    `select unit_id as "unitId", crew_id as "crewId", count(*) as orders,
       sum(case when state = 'HANDLING' then 1 else 0 end) as handling,
       sum(case when deadline < ? then 1 else 0 end) as overdue,
       min(case when state = 'DISPATCHED' then dispatched_at end) as "oldestWaitingAt"
     from cases where state in ('DISPATCHED', 'HANDLING') and unit_id is not null and is_drill = 0
     group by unit_id, crew_id`,
    [now],
  );
  return rows.map(({ crewId, oldestWaitingAt, ...row }) => ({
    ...row,
    ...(crewId !== null && { crewId }),
    ...(oldestWaitingAt !== null && { oldestWaitingAt }),
  }));
}

/** Times of cases from before they lay beside the case; once, before anything is counted. */
export async function fillCrewWork(database: Database): Promise<void> {
  const old = `select case_no as "caseNo", body from cases
    where state in ('DISPATCHED', 'HANDLING') and deadline is null`;
  if ((await database.reader.get(`${old} limit 1`)) === undefined) return;
  await database.transaction(async (tx) => {
    for (const { caseNo, body } of await tx.all<{ caseNo: string; body: string }>(old)) {
      const { dispatchedAt = null, deadline = null } = JSON.parse(body) as Case;
      await tx.run("update cases set dispatched_at = ?, deadline = ? where case_no = ?", [
        dispatchedAt,
        deadline,
        caseNo,
      ]);
    }
  });
}
