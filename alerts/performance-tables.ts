/**
 * When people were told of an alarm, kept with the alarm. What was held from its beginning to its
 * end has no such time: it was load on nobody. Written in the transaction that tells it.
 */
import type { AlarmHappening } from "../model/alarm.ts";
import type { Migration, Sql } from "../model/database.ts";

/** Of alarms from before it nothing is known but what held them in the end. */
export const performanceMigrations: readonly Migration[] = [
  {
    id: "alerts-0010-told",
    statements: [
      "alter table alarms add column told_at bigint",
      `update alarms set told_at = raised_at
       where state not in ('shelved', 'suppressed', 'out-of-service')`,
      "create index alarms_told on alarms (told_at) where told_at is not null",
    ],
  },
];

/** After the alarms themselves. The first telling stands, however often it is told again. */
export async function markTold(tx: Sql, happenings: readonly AlarmHappening[]): Promise<void> {
  for (const { kind, alarm, at } of happenings) {
    if (kind !== "raised") continue;
    await tx.run("update alarms set told_at = ? where alarm_id = ? and told_at is null", [
      at,
      alarm.alarmId,
    ]);
  }
}
