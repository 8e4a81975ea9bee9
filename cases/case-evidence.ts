/**
 * What a case stands on: the alarms that opened or joined it, each once, with the reading that
 * fired it and the time when it was over.
 */
import type { AlarmHappening } from "../model/alarm.ts";
import type { CaseEvidence } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql, SqlRow, SqlValue } from "../model/database.ts";
import { flagNames } from "../model/reading.ts";

export async function isAlarmKnown(sql: Sql, alarmId: string): Promise<boolean> {
  return (await caseOfAlarm(sql, alarmId)) !== undefined;
}

/** The case that stands on the alarm. */
export async function caseOfAlarm(sql: Sql, alarmId: string): Promise<string | undefined> {
  const row = await sql.get<{ caseNo: string }>(
    'select case_no as "caseNo" from case_alarms where alarm_id = ?',
    [alarmId],
  );
  return row?.caseNo;
}

export async function addAlarm(tx: Sql, caseNo: string, happening: AlarmHappening): Promise<void> {
  const { alarm } = happening;
  const reading = alarm.evidence;
  await tx.run(
    `insert into case_alarms (alarm_id, case_no, rule_id, rule_version, device_id, measurement,
      value, observed_at, received_at, flags, joined_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      alarm.alarmId,
      caseNo,
      alarm.ruleId,
      alarm.ruleVersion,
      alarm.deviceId ?? "",
      reading?.measurement ?? null,
      reading?.value ?? null,
      reading?.observedAt ?? null,
      reading?.receivedAt ?? null,
      reading?.flags ?? null,
      happening.at,
    ],
  );
}

/** Notes beside the evidence that an alarm is over; the case stays where it is. */
export async function noteAlarmOver(
  tx: Sql,
  alarmId: string,
  kind: "returned" | "cleared",
  at: Instant,
): Promise<void> {
  const column = kind === "returned" ? "returned_at" : "cleared_at";
  await tx.run(`update case_alarms set ${column} = ? where alarm_id = ? and ${column} is null`, [
    at,
    alarmId,
  ]);
}

export async function evidenceOf(sql: Sql, caseNo: string): Promise<CaseEvidence[]> {
  const rows = await sql.all(
    "select * from case_alarms where case_no = ? order by joined_at, alarm_id",
    [caseNo],
  );
  return rows.map((row) => {
    const alarm = {
      alarmId: row.alarm_id,
      ruleId: row.rule_id,
      ruleVersion: row.rule_version,
      ...(row.device_id === "" ? {} : { deviceId: row.device_id }),
      ...present(row, {
        measurement: "measurement",
        value: "value",
        observed_at: "observedAt",
        received_at: "receivedAt",
      }),
      ...(typeof row.flags === "number" && { flags: flagNames(row.flags) }),
      joinedAt: row.joined_at,
      ...present(row, { returned_at: "returnedAt", cleared_at: "clearedAt" }),
    };
    return alarm as CaseEvidence;
  });
}

/** Columns that have a value, under their names of the model. */
export function present(row: SqlRow, names: Record<string, string>): Record<string, SqlValue> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([column, name]) => {
      const value = row[column] ?? null;
      return value === null ? [] : [[name, value]];
    }),
  );
}
