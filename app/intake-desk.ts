/**
 * What whoever takes a call wants beside the case: the calls about it, other reports under the same
 * number, alarms that stand near the place. Calls are rows that are added and never changed; who
 * called is forgotten when it is forgotten who reported.
 */
import { noEffects, onceOf } from "../cases/cases.ts";
import type { RequestKey } from "../model/audit.ts";
import type { CallersReport, CallSaid, CaseCall, NearAlarm } from "../model/case-call.ts";
import { DAY_MS, type Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Place } from "../model/geography.ts";
import { LIMITS } from "../model/limits.ts";
import type { AssetFinder } from "./asset-finder.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";

export const intakeDeskMigrations: readonly Migration[] = [
  {
    id: "app-0201-case-calls",
    statements: [
      `create table case_calls (
        case_no text not null,
        seq integer not null,
        at bigint not null,
        by_user text not null,
        caller_name text,
        caller_phone text,
        text text not null,
        primary key (case_no, seq)
      )`,
      `create index case_calls_named on case_calls (at)
        where caller_name is not null or caller_phone is not null`,
    ],
  },
  {
    id: "cases-0202-reports-by-phone",
    statements: ["create index case_reports_phone on case_reports (reporter_phone, at)"],
  },
];

interface Deps {
  engine: Pick<Engine, "write">;
  trail: Pick<AuditTrail, "say">;
  reader: Sql;
  finder: Pick<AssetFinder, "around">;
  alarm(alarmId: string): Promise<Omit<NearAlarm, "distanceM"> | undefined>;
}

/** Assets whose alarms are asked for at once. */
const ASSETS_AT_ONCE = 200;

export function createIntakeDesk({ engine, trail, reader, finder, alarm }: Deps) {
  /** @throws GridwardenError CASE_NOT_FOUND, REQUEST_INVALID, IDEMPOTENCY_KEY_REUSED */
  function addCall(caseNo: string, said: CallSaid, by: string, key?: RequestKey) {
    return engine.write(async (tx, now) => {
      const done = await onceOf(tx, key, now, async () => ({
        value: await insertCall(tx, { ...said, caseNo, by, at: now }),
        effects: noEffects(),
      }));
      trail.say({ subject: caseNo, isRepeat: done.isRepeat });
      return { value: done.value };
    });
  }

  async function alarmsNear(place: Place): Promise<NearAlarm[]> {
    const near = finder.around(place, LIMITS.alarmsNearMMax);
    const metres = new Map<string, number>(near.map((each) => [each.asset.assetId, each.metres]));
    const ids = [...metres.keys()];
    const found: NearAlarm[] = [];
    for (let from = 0; from < ids.length; from += ASSETS_AT_ONCE) {
      for (const row of await standingAt(reader, ids.slice(from, from + ASSETS_AT_ONCE))) {
        if (found.length >= LIMITS.alarmsNearMax) return found;
        const record = await alarm(row.alarm_id);
        const distanceM = Math.round((metres.get(row.asset_id) ?? 0) * 10) / 10;
        if (record !== undefined) found.push({ ...record, distanceM });
      }
    }
    return found;
  }

  return {
    calls: (caseNo: string) => callsOf(reader, caseNo),
    addCall,
    alarmsNear,
    reportsBy: (phone: string) => reportsBy(reader, phone),
  };
}

async function insertCall(tx: Sql, call: Omit<CaseCall, "seq">): Promise<CaseCall> {
  const { caseNo, at, by, name, phone, text } = call;
  await needCase(tx, caseNo);
  const row = await tx.get<{ last: number | null }>(
    "select max(seq) as last from case_calls where case_no = ?",
    [caseNo],
  );
  const seq = (row?.last ?? 0) + 1;
  if (seq > LIMITS.callsPerCaseMax) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `case '${caseNo}' has ${LIMITS.callsPerCaseMax} calls, as many as one may; write further ones as notes of its events`,
    );
  }
  await tx.run(
    `insert into case_calls (case_no, seq, at, by_user, caller_name, caller_phone, text)
     values (?, ?, ?, ?, ?, ?, ?)`,
    [caseNo, seq, at, by, name ?? null, phone ?? null, text],
  );
  return { ...call, seq };
}

async function needCase(sql: Sql, caseNo: string): Promise<void> {
  const found = await sql.get("select case_no from cases where case_no = ?", [caseNo]);
  if (found !== undefined) return;
  throw new GridwardenError("CASE_NOT_FOUND", `no case has the number '${caseNo}'`);
}

interface CallRow {
  seq: number;
  at: Instant;
  by_user: string;
  caller_name: string | null;
  caller_phone: string | null;
  text: string;
}

/** Oldest first. @throws GridwardenError CASE_NOT_FOUND */
async function callsOf(sql: Sql, caseNo: string): Promise<CaseCall[]> {
  await needCase(sql, caseNo);
  const rows = await sql.all<CallRow>("select * from case_calls where case_no = ? order by seq", [
    caseNo,
  ]);
  return rows.map(({ seq, at, by_user: by, caller_name: name, caller_phone: phone, text }) => ({
    ...{ caseNo, seq, at, by, text },
    ...(name !== null && { name }),
    ...(phone !== null && { phone }),
  }));
}

/** Newest first. A number is kept as it was told, so it is looked for with and without its gaps. */
async function reportsBy(sql: Sql, phone: string): Promise<CallersReport[]> {
  const rows = await sql.all<{
    case_no: string;
    at: Instant;
    reporter_name: string | null;
    description: string | null;
  }>(
    `select case_no, at, reporter_name, description from case_reports
     where reporter_phone in (?, ?) order by at desc, first_case_no, seq limit ?`,
    [phone, phone.replace(/[\s()-]/g, ""), LIMITS.callersReportsMax],
  );
  return rows.map(({ case_no: caseNo, at, reporter_name: name, description }) => ({
    ...{ caseNo, at },
    ...(name !== null && { name }),
    ...(description !== null && { description }),
  }));
}

/** In the order of the assets, thus the nearest first; of one asset the newest first. */
async function standingAt(sql: Sql, assetIds: readonly string[]) {
  const rows = await sql.all<{ alarm_id: string; asset_id: string }>(
    `select alarm_id, asset_id from alarms where cleared_at is null
       and asset_id in (${assetIds.map(() => "?").join(", ")})
     order by raised_at desc, alarm_id`,
    assetIds,
  );
  const place = new Map(assetIds.map((assetId, at) => [assetId, at]));
  return rows.sort((a, b) => (place.get(a.asset_id) ?? 0) - (place.get(b.asset_id) ?? 0));
}

/** Of cases that have ended; what was said stays. */
export async function forgetCallers(tx: Sql, now: Instant): Promise<void> {
  await tx.run(
    `update case_calls set caller_name = null, caller_phone = null
     where at < ? and (caller_name is not null or caller_phone is not null)
       and case_no in (select case_no from cases where is_open = 0)`,
    [now - LIMITS.reporterDaysMax * DAY_MS],
  );
}
