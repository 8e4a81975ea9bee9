/**
 * What shares the fault of a case: alarms below it that its own alarm explains, each once. What is
 * still bad when the common fault is over gets a case of its own, which is noted beside it.
 */
import type { AlarmRecord } from "../model/alarm.ts";
import type { CaseMember } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { present } from "./case-evidence.ts";

export const caseMemberMigrations: readonly Migration[] = [
  {
    id: "cases-0004-members",
    statements: [
      `create table case_members (
        case_no text not null,
        alarm_id text not null,
        rule_id text not null,
        asset_id text not null,
        device_id text not null,
        joined_at bigint not null,
        split_case_no text,
        primary key (case_no, alarm_id)
      )`,
      "create index case_members_alarm on case_members (alarm_id)",
    ],
  },
];

/** Those that are there already stay as they are. */
export async function addMembers(
  tx: Sql,
  caseNo: string,
  members: readonly AlarmRecord[],
  at: Instant,
): Promise<void> {
  for (const { alarmId, ruleId, assetId, deviceId } of members) {
    await tx.run(
      `insert into case_members (alarm_id, case_no, rule_id, asset_id, device_id, joined_at)
       values (?, ?, ?, ?, ?, ?) on conflict do nothing`,
      [alarmId, caseNo, ruleId, assetId ?? "", deviceId ?? "", at],
    );
  }
}

/** Assets, not alarms: a lamp that is dark on two evenings is one. */
export async function countMembers(sql: Sql, caseNo: string): Promise<number> {
  const row = await sql.get<{ count: number }>(
    "select count(distinct asset_id) as count from case_members where case_no = ?",
    [caseNo],
  );
  return Number(row?.count ?? 0);
}

/** The case whose fault an alarm shared, until it got one of its own. */
export async function caseOfMember(sql: Sql, alarmId: string): Promise<string | undefined> {
  const row = await sql.get<{ case_no: string }>(
    `select case_no from case_members where alarm_id = ? and split_case_no is null
     order by joined_at desc, case_no desc limit 1`,
    [alarmId],
  );
  return row?.case_no;
}

export async function noteSplit(tx: Sql, alarmId: string, caseNo: string): Promise<void> {
  await tx.run(
    "update case_members set split_case_no = ? where alarm_id = ? and split_case_no is null",
    [caseNo, alarmId],
  );
}

export async function membersOf(sql: Sql, caseNo: string): Promise<CaseMember[]> {
  const rows = await sql.all(
    "select * from case_members where case_no = ? order by joined_at, asset_id, alarm_id",
    [caseNo],
  );
  return rows.map((row) => {
    const member = {
      alarmId: row.alarm_id,
      ruleId: row.rule_id,
      assetId: row.asset_id,
      ...(row.device_id === "" ? {} : { deviceId: row.device_id }),
      joinedAt: Number(row.joined_at),
      ...present(row, { split_case_no: "splitCaseNo" }),
    };
    return member as CaseMember;
  });
}
