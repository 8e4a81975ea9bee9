/**
 * Rows of alarms, of states that are not plain normal, of conditions under watch and of deafness,
 * to and from the database. The same row written again changes nothing.
 */

import { z } from "zod";
import { ALARM_STATES, type AlarmRecord, type AlarmState } from "../model/alarm.ts";
import { bearerIdOf, bearerOf } from "../model/alarm-bearer.ts";
import type { Sql, SqlRow, SqlValue } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { AlarmId, RuleId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { Severity } from "../model/rule.ts";
import type { AlarmMachineState } from "./alarm-states.ts";
import type { DeafSpan } from "./deafness.ts";
import { readState, StoredEvidence, writtenState } from "./stored-state.ts";

export interface StateRow {
  /** In the column of devices: a node's id is no device's. */
  bearerId: string;
  ruleId: string;
  assetId: string;
  /** The alarm that stands; absent while the first on-delay runs. */
  alarmId?: AlarmId;
  state: AlarmMachineState;
  /** It began while it was held, and nobody was told. */
  isUntold?: true;
}

export interface WatchRow {
  assetId: string;
  conditionId: string;
  since: number;
  trackers: readonly TrackerRow[];
}

const TrackerRow = z.strictObject({
  deviceId: z.string(),
  ruleId: z.string(),
  normalSince: z.int().optional(),
  lastGoodAt: z.int().optional(),
  lastAbnormalAt: z.int().optional(),
});
export type TrackerRow = z.infer<typeof TrackerRow>;

export interface AlarmFilter {
  state?: AlarmState;
  assetId?: string;
  limit?: number;
  /** The `next` of the page before. */
  cursor?: string;
}

export interface AlarmPage {
  items: AlarmRecord[];
  /** Cursor of the next page; absent on the last one. */
  next?: string;
}

const ALARM_COLUMNS = `alarm_id, rule_id, rule_version, asset_id, device_id, class, condition_id,
  severity, life_safety, state, raised_at, acknowledged_at, acknowledged_by, note, returned_at,
  cleared_at, evidence, cleared_by, shelved_until, shelved_by, shelve_reason`;

export async function writeAlarm(tx: Sql, alarm: AlarmRecord): Promise<void> {
  await tx.run(
    `insert into alarms (${ALARM_COLUMNS}) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
     on conflict (alarm_id) do update set state = excluded.state, severity = excluded.severity,
       acknowledged_at = excluded.acknowledged_at, acknowledged_by = excluded.acknowledged_by,
       note = excluded.note, returned_at = excluded.returned_at, cleared_at = excluded.cleared_at,
       cleared_by = excluded.cleared_by, shelved_until = excluded.shelved_until,
       shelved_by = excluded.shelved_by, shelve_reason = excluded.shelve_reason`,
    [
      alarm.alarmId,
      alarm.ruleId,
      alarm.ruleVersion,
      alarm.assetId ?? "",
      bearerIdOf(alarm),
      alarm.class,
      alarm.conditionId ?? null,
      alarm.severity,
      alarm.lifeSafety ? 1 : 0,
      alarm.state,
      alarm.raisedAt,
      alarm.acknowledgedAt ?? null,
      alarm.acknowledgedBy ?? null,
      alarm.note ?? null,
      alarm.returnedAt ?? null,
      alarm.clearedAt ?? null,
      alarm.evidence === undefined ? null : JSON.stringify(alarm.evidence),
      alarm.clearedBy ?? null,
      alarm.shelvedUntil ?? null,
      alarm.shelvedBy ?? null,
      alarm.shelveReason ?? null,
    ],
  );
}

/** A plain normal state has no row. */
export async function writeState(tx: Sql, row: StateRow): Promise<void> {
  if (row.state.state === "normal") {
    await tx.run("delete from alarm_states where device_id = ? and rule_id = ?", [
      row.bearerId,
      row.ruleId,
    ]);
    return;
  }
  await tx.run(
    `insert into alarm_states (device_id, rule_id, asset_id, alarm_id, state, untold)
     values (?,?,?,?,?,?)
     on conflict (device_id, rule_id) do update set asset_id = excluded.asset_id,
       alarm_id = excluded.alarm_id, state = excluded.state, untold = excluded.untold`,
    [
      row.bearerId,
      row.ruleId,
      row.assetId,
      row.alarmId ?? null,
      writtenState(row.state),
      row.isUntold === true ? 1 : null,
    ],
  );
}

export async function writeWatch(tx: Sql, watch: WatchRow): Promise<void> {
  await tx.run(
    `insert into alarm_watches (asset_id, condition_id, since, trackers) values (?,?,?,?)
     on conflict (asset_id, condition_id) do update set since = excluded.since,
       trackers = excluded.trackers`,
    [watch.assetId, watch.conditionId, watch.since, JSON.stringify(watch.trackers)],
  );
}

export async function deleteWatch(
  tx: Sql,
  watch: { assetId: string; conditionId: string },
): Promise<void> {
  await tx.run("delete from alarm_watches where asset_id = ? and condition_id = ?", [
    watch.assetId,
    watch.conditionId,
  ]);
}

/** All of them: they are few. */
export async function writeDeafSpans(tx: Sql, spans: readonly DeafSpan[]): Promise<void> {
  await tx.run("delete from alarm_deaf_spans");
  for (const { since, until } of spans) {
    await tx.run("insert into alarm_deaf_spans (since_at, until_at) values (?,?)", [since, until]);
  }
}

export async function readDeafSpans(sql: Sql): Promise<DeafSpan[]> {
  const rows = await sql.all<{ since: number; until: number }>(
    `select since_at as "since", until_at as "until" from alarm_deaf_spans order by since_at`,
  );
  return rows.map(({ since, until }) => ({ since: Number(since), until: Number(until) }));
}

export async function readStates(sql: Sql): Promise<{ row: StateRow; alarm?: AlarmRecord }[]> {
  const alarms = new Map<string, AlarmRecord>();
  const open = `select ${ALARM_COLUMNS} from alarms
    where alarm_id in (select alarm_id from alarm_states)`;
  for (const row of await sql.all(open)) {
    const alarm = toAlarm(row);
    alarms.set(alarm.alarmId, alarm);
  }
  const states = await sql.all<
    Record<"bearerId" | "ruleId" | "assetId" | "state", string> & {
      alarmId: string | null;
      untold: number | null;
    }
  >(
    `select device_id as "bearerId", rule_id as "ruleId", asset_id as "assetId",
       alarm_id as "alarmId", state, untold from alarm_states order by device_id, rule_id`,
  );
  return states.map(({ alarmId, state, untold, ...row }) => {
    const alarm = alarms.get(alarmId ?? "");
    const isUntold = Number(untold ?? 0) === 1;
    return {
      row: { ...row, state: readState(state), ...(isUntold ? { isUntold } : {}) },
      ...(alarm === undefined ? {} : { alarm }),
    };
  });
}

export async function readWatches(sql: Sql): Promise<WatchRow[]> {
  const rows = await sql.all<{
    assetId: string;
    conditionId: string;
    since: number;
    trackers: string;
  }>(
    `select asset_id as "assetId", condition_id as "conditionId", since, trackers
     from alarm_watches order by asset_id, condition_id`,
  );
  return rows.map((row) => ({
    ...row,
    since: Number(row.since),
    trackers: z.array(TrackerRow).parse(JSON.parse(row.trackers)),
  }));
}

export async function readAlarm(sql: Sql, alarmId: string): Promise<AlarmRecord | undefined> {
  const row = await sql.get(`select ${ALARM_COLUMNS} from alarms where alarm_id = ?`, [alarmId]);
  return row === undefined ? undefined : toAlarm(row);
}

/** Alarms that are over and show that device and rule are shelved. */
export async function readOverShelved(sql: Sql): Promise<AlarmRecord[]> {
  const rows = await sql.all(
    `select ${ALARM_COLUMNS} from alarms where state = 'shelved' and cleared_at is not null`,
  );
  return rows.map(toAlarm);
}

/** Newest first. */
export async function listAlarms(sql: Sql, filter: AlarmFilter): Promise<AlarmPage> {
  const limit = Math.min(LIMITS.listMax, Math.max(1, filter.limit ?? LIMITS.listDefault));
  const wheres: string[] = [];
  const parameters: SqlValue[] = [];
  if (filter.state !== undefined) {
    wheres.push("state = ?");
    parameters.push(filter.state);
  }
  if (filter.assetId !== undefined) {
    wheres.push("asset_id = ?");
    parameters.push(filter.assetId);
  }
  if (filter.cursor !== undefined) {
    const { raisedAt, alarmId } = readCursor(filter.cursor);
    wheres.push("(raised_at < ? or (raised_at = ? and alarm_id < ?))");
    parameters.push(raisedAt, raisedAt, alarmId);
  }
  const where = wheres.length === 0 ? "" : `where ${wheres.join(" and ")}`;
  const rows = await sql.all(
    `select ${ALARM_COLUMNS} from alarms ${where} order by raised_at desc, alarm_id desc limit ?`,
    [...parameters, limit + 1],
  );
  const items = rows.slice(0, limit).map(toAlarm);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: `${last.raisedAt}.${last.alarmId}` };
}

function readCursor(cursor: string): { raisedAt: number; alarmId: string } {
  const match = /^(\d{1,16})\.([0-9a-z]{1,64})$/.exec(cursor);
  if (match === null) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'cursor': got '${cursor.slice(0, 40)}', wanted the 'next' of the page before; leave it out to begin anew`,
    );
  }
  return { raisedAt: Number(match[1]), alarmId: match[2] ?? "" };
}

const StoredAlarmState = z.enum(ALARM_STATES);

function toAlarm(row: SqlRow): AlarmRecord {
  const time = (column: string): number | undefined =>
    row[column] === null || row[column] === undefined ? undefined : Number(row[column]);
  const text = (column: string): string | undefined =>
    typeof row[column] === "string" ? row[column] : undefined;
  const evidence = text("evidence");
  return {
    alarmId: AlarmId.parse(row.alarm_id),
    ruleId: RuleId.parse(row.rule_id),
    ruleVersion: Number(row.rule_version),
    ...bearerOf(String(row.device_id), text("asset_id")),
    class: String(row.class),
    ...present("conditionId", text("condition_id")),
    severity: Severity.parse(row.severity),
    lifeSafety: Number(row.life_safety) === 1,
    state: StoredAlarmState.parse(row.state),
    raisedAt: Number(row.raised_at),
    ...present("acknowledgedAt", time("acknowledged_at")),
    ...present("acknowledgedBy", text("acknowledged_by")),
    ...present("note", text("note")),
    ...present("returnedAt", time("returned_at")),
    ...present("clearedAt", time("cleared_at")),
    ...present("clearedBy", text("cleared_by")),
    ...present(
      "evidence",
      evidence === undefined ? undefined : StoredEvidence.parse(JSON.parse(evidence)),
    ),
    ...present("shelvedUntil", time("shelved_until")),
    ...present("shelvedBy", text("shelved_by")),
    ...present("shelveReason", text("shelve_reason")),
  };
}

function present<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { [name in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [name in Key]?: Value });
}
