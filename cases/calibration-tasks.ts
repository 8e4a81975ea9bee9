/**
 * Device-repair tasks of calibrations: one is opened when the date of a device has come, and is done
 * when it has another date, is taken out of use, or a person says so. Done by hand it is not opened
 * again for the same date. Told again, the same dates change nothing.
 */
import { createHash } from "node:crypto";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";

const CALIBRATION_KIND = "calibration-due";

/** A device whose date has come. */
export interface CalibrationOverdue {
  readonly deviceId: string;
  readonly assetId: string;
  readonly dueAt: Instant;
}

/** What is to be written; both empty where all is as it should be. */
export interface CalibrationChanges {
  readonly opened: readonly (CalibrationOverdue & { readonly taskId: string })[];
  /** Ids of tasks that are over. */
  readonly ended: readonly string[];
}

const DIGEST_DIGITS = 24;

export async function readCalibrationChanges(
  sql: Sql,
  overdue: readonly CalibrationOverdue[],
): Promise<CalibrationChanges> {
  const open = await sql.all<{ task_id: string; device_id: string }>(
    "select task_id, device_id from device_tasks where kind = ? and done_at is null",
    [CALIBRATION_KIND],
  );
  const busy = new Set(open.map((row) => row.device_id));
  const wanted = new Set(overdue.map(({ deviceId }) => deviceId));
  const opened: (CalibrationOverdue & { taskId: string })[] = [];
  for (const each of overdue) {
    if (busy.has(each.deviceId)) continue;
    const taskId = taskIdOf(each);
    const known = await sql.get("select task_id from device_tasks where task_id = ?", [taskId]);
    if (known === undefined) opened.push({ ...each, taskId });
  }
  const ended = open.filter((row) => !wanted.has(row.device_id)).map((row) => row.task_id);
  return { opened, ended };
}

export async function writeCalibrationChanges(
  tx: Sql,
  { opened, ended }: CalibrationChanges,
  now: Instant,
): Promise<void> {
  for (const { taskId, deviceId, assetId, dueAt } of opened) {
    await tx.run(
      `insert into device_tasks (task_id, kind, device_id, asset_id, rule_id, alarm_id, severity,
         opened_at, newest_alarm_at, alarm_count) values (?, ?, ?, ?, '', '', 'notice', ?, ?, 1)
       on conflict do nothing`,
      [taskId, CALIBRATION_KIND, deviceId, assetId, now, dueAt],
    );
  }
  for (const taskId of ended) {
    await tx.run(
      "update device_tasks set done_at = ?, done_by = 'system' where task_id = ? and done_at is null",
      [now, taskId],
    );
  }
}

/** The same date of the same device has the same task. */
function taskIdOf({ deviceId, dueAt }: CalibrationOverdue): string {
  const digest = createHash("sha256").update(`${deviceId}\n${dueAt}`).digest("hex");
  return `task-calibration-${digest.slice(0, DIGEST_DIGITS)}`;
}
