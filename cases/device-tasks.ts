/**
 * Device-repair tasks (设备维修任务). The raised alarm of a rule that is a device fault opens one; while
 * one of that device and rule is open a further alarm joins and counts. It is done when the newest
 * of its alarms is over, or when somebody says so. An alarm that chatters opens one of its own kind,
 * whatever its rule; each of its alarms is soon over, so that one ends by hand alone. Written in the
 * alarms' own transaction; told again, an alarm changes nothing.
 */
import type { AlarmHappening, AlarmRecord } from "../model/alarm.ts";
import { bearerIdOf, bearerOf } from "../model/alarm-bearer.ts";
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql, SqlRow, SqlValue } from "../model/database.ts";
import { type DeviceTask, DeviceTaskState } from "../model/device-task.ts";
import { GridwardenError } from "../model/errors.ts";
import { AlarmId, RuleId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { Metrics } from "../model/metrics.ts";
import type { RegistryView } from "../model/registry.ts";
import { Severity } from "../model/rule.ts";
import { type CaseActor, rolesInCase } from "./assignment.ts";

/** `newest_alarm_at` is when the newest of its alarms was raised: only later ones count. */
export const deviceTaskMigrations: readonly Migration[] = [
  {
    id: "cases-0002-device-tasks",
    statements: [
      `create table device_tasks (
        task_id text primary key,
        kind text not null,
        device_id text not null,
        asset_id text not null,
        rule_id text not null,
        alarm_id text not null,
        severity text not null,
        opened_at bigint not null,
        newest_alarm_at bigint not null,
        alarm_count integer not null,
        done_at bigint,
        done_by text,
        note text
      )`,
      `create unique index device_tasks_open on device_tasks (device_id, rule_id)
       where done_at is null`,
      "create index device_tasks_newest on device_tasks (opened_at, task_id)",
      "create index device_tasks_asset on device_tasks (asset_id, opened_at, task_id)",
      "create index device_tasks_device on device_tasks (device_id, opened_at, task_id)",
    ],
  },
  {
    id: "cases-0008-chatter-tasks",
    statements: [
      "drop index device_tasks_open",
      `create unique index device_tasks_open on device_tasks (device_id, rule_id, kind)
       where done_at is null`,
    ],
  },
];

export interface DeviceTaskFilter {
  state?: DeviceTaskState | undefined;
  assetId?: string | undefined;
  deviceId?: string | undefined;
  kind?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface DeviceTaskPage {
  items: DeviceTask[];
  next?: string;
}

interface TaskDone {
  taskId: string;
  note?: string | undefined;
}

export interface DeviceTasks {
  onAlarm(tx: Sql, happening: AlarmHappening): Promise<void>;
  /** Newest first. */
  list(sql: Sql, filter: DeviceTaskFilter): Promise<DeviceTaskPage>;
  /**
   * Again it changes nothing: the first stands.
   * @throws GridwardenError TASK_NOT_FOUND, ROLE_REFUSED
   */
  done(tx: Sql, said: TaskDone, actor: CaseActor, now: Instant): Promise<DeviceTask>;
}

export interface DeviceTasksDeps {
  registry: Pick<RegistryView, "asset" | "unit" | "crew">;
  metrics: Metrics;
  /** Is an alarm of this rule work on the sensor? */
  isDeviceFault(ruleId: string): boolean;
}

const CHATTER_KIND = "chatter";

/** What an alarm wants of its device. */
interface Wanted {
  taskId: string;
  kind: string;
  /** Alarms that it stands for from the beginning. */
  count: number;
}

/** Of a unit only those who maintain the asset. */
const MAY_END: ReadonlySet<string> = new Set(["admin", "engineer", "unit"]);

export function createDeviceTasks(deps: DeviceTasksDeps): DeviceTasks {
  const counted = deps.metrics.counter(
    "gridwarden_device_tasks_total",
    "Device-repair tasks: opened, joined by a further alarm, done by the system or by hand.",
    ["what"],
  );

  async function onRaised(tx: Sql, alarm: AlarmRecord, wanted: Wanted): Promise<void> {
    const { taskId, kind, count } = wanted;
    // The open index refuses a second open task, the key one that was done meanwhile.
    const opened = await tx.run(
      `insert into device_tasks (task_id, kind, device_id, asset_id, rule_id, alarm_id, severity,
         opened_at, newest_alarm_at, alarm_count) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict do nothing`,
      [
        taskId,
        kind,
        bearerIdOf(alarm),
        alarm.assetId ?? "",
        alarm.ruleId,
        alarm.alarmId,
        alarm.severity,
        alarm.raisedAt,
        alarm.raisedAt,
        count,
      ],
    );
    if (opened.changes > 0) return counted.add(1, { what: "opened" });
    const joined = await tx.run(
      `update device_tasks set alarm_count = alarm_count + 1, newest_alarm_at = ?, severity = ?
       where device_id = ? and rule_id = ? and kind = ? and done_at is null
         and newest_alarm_at < ?`,
      [alarm.raisedAt, alarm.severity, bearerIdOf(alarm), alarm.ruleId, kind, alarm.raisedAt],
    );
    if (joined.changes > 0) counted.add(1, { what: "joined" });
  }

  /** An alarm that is over ends no task that a later one keeps open. */
  async function onOver(tx: Sql, alarm: AlarmRecord, at: Instant): Promise<void> {
    const done = await tx.run(
      `update device_tasks set done_at = ?, done_by = 'system'
       where device_id = ? and rule_id = ? and kind = ? and done_at is null
         and newest_alarm_at <= ?`,
      [at, bearerIdOf(alarm), alarm.ruleId, kindOf(alarm), alarm.raisedAt],
    );
    if (done.changes > 0) counted.add(1, { what: "done-by-system" });
  }

  return {
    async onAlarm(tx, { kind, alarm, at, chatter }) {
      if (kind === "raised" && chatter !== undefined) {
        const taskId = `task-chatter-${alarm.alarmId}`;
        await onRaised(tx, alarm, { taskId, kind: CHATTER_KIND, count: chatter.count });
      }
      // An alarm with a condition is a case's matter, whatever has become of its rule since.
      if (alarm.conditionId !== undefined) return;
      if (kind === "returned" || kind === "latched" || kind === "cleared") {
        return onOver(tx, alarm, at);
      }
      if (kind === "raised" && deps.isDeviceFault(alarm.ruleId)) {
        return onRaised(tx, alarm, { taskId: taskIdOf(alarm), kind: kindOf(alarm), count: 1 });
      }
    },
    list: listTasks,
    async done(tx, { taskId, note }, actor, now) {
      const task = await needTask(tx, taskId);
      checkMayEnd(task, actor, deps.registry);
      if (task.state === "done") return task;
      await tx.run("update device_tasks set done_at = ?, done_by = ?, note = ? where task_id = ?", [
        now,
        actor.username,
        note ?? null,
        taskId,
      ]);
      counted.add(1, { what: "done-by-hand" });
      return await needTask(tx, taskId);
    },
  };
}

/** The same occurrence has the same task, however often it is told of. */
const taskIdOf = ({ alarmId }: AlarmRecord): string => `task-${alarmId}`;

function kindOf({ ruleId, class: slug }: AlarmRecord): string {
  return ruleId.startsWith(`${slug}.`) ? ruleId.slice(slug.length + 1) : ruleId;
}

function checkMayEnd(
  { taskId, assetId, gatewayId }: DeviceTask,
  actor: CaseActor,
  registry: DeviceTasksDeps["registry"],
): void {
  const unitId = registry.asset(assetId ?? "")?.maintenanceUnitId;
  if (rolesInCase(actor, { unitId }, registry).some((role) => MAY_END.has(role))) return;
  const unit = gatewayId === undefined ? ` and the unit that maintains asset '${assetId}'` : "";
  throw new GridwardenError(
    "ROLE_REFUSED",
    `user '${actor.username}' may not end task '${taskId}'; it is for admin, engineer${unit}`,
  );
}

async function needTask(sql: Sql, taskId: string): Promise<DeviceTask> {
  const row = await sql.get("select * from device_tasks where task_id = ?", [taskId]);
  if (row !== undefined) return toTask(row);
  throw new GridwardenError("TASK_NOT_FOUND", `no device-repair task has the id '${taskId}'`);
}

async function listTasks(sql: Sql, filter: DeviceTaskFilter): Promise<DeviceTaskPage> {
  const limit = Math.min(LIMITS.listMax, Math.max(1, filter.limit ?? LIMITS.listDefault));
  const wheres = ["1 = 1"];
  const parameters: SqlValue[] = [];
  const where = (condition: string, ...values: SqlValue[]): void => {
    wheres.push(condition);
    parameters.push(...values);
  };
  if (filter.state !== undefined) {
    where(filter.state === "open" ? "done_at is null" : "done_at is not null");
  }
  if (filter.assetId !== undefined) where("asset_id = ?", filter.assetId);
  if (filter.deviceId !== undefined) where("device_id = ?", filter.deviceId);
  if (filter.kind !== undefined) where("kind = ?", filter.kind);
  if (filter.cursor !== undefined) {
    const last = readCursor(filter.cursor);
    where("(opened_at < ? or (opened_at = ? and task_id < ?))", last.at, last.at, last.taskId);
  }
  const rows = await sql.all(
    `select * from device_tasks where ${wheres.join(" and ")}
     order by opened_at desc, task_id desc limit ?`,
    [...parameters, limit + 1],
  );
  const items = rows.slice(0, limit).map(toTask);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: `${last.openedAt}.${last.taskId}` };
}

function readCursor(cursor: string): { at: Instant; taskId: string } {
  const match = /^(\d{1,16})\.([\w-]{1,80})$/.exec(cursor);
  if (match === null) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'cursor': got '${cursor.slice(0, 40)}', wanted the 'next' of the page before; leave it out to begin anew`,
    );
  }
  return { at: Number(match[1]), taskId: match[2] ?? "" };
}

/** A calibration has none. */
function alarmOf(row: SqlRow): Pick<DeviceTask, "ruleId" | "alarmId"> {
  return { ruleId: RuleId.parse(row.rule_id), alarmId: AlarmId.parse(row.alarm_id) };
}

function toTask(row: SqlRow): DeviceTask {
  const isDone = row.done_at !== null;
  return {
    taskId: String(row.task_id),
    kind: String(row.kind),
    ...bearerOf(String(row.device_id), String(row.asset_id)),
    ...(row.alarm_id === "" ? {} : alarmOf(row)),
    severity: Severity.parse(row.severity),
    state: DeviceTaskState.parse(isDone ? "done" : "open"),
    openedAt: Number(row.opened_at),
    ...(isDone ? { doneAt: Number(row.done_at), doneBy: String(row.done_by) } : {}),
    ...(row.note === null ? {} : { note: String(row.note) }),
    count: Number(row.alarm_count),
  };
}
