/**
 * Notices lie in the database beside the orders, written in the transaction of their case. One
 * stands until a person acknowledges it, or until the case no longer gives it a reason; then it is
 * kept for a while for people who ask. Who may see which is a matter of role and unit.
 */
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql, SqlRow, SqlValue } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { CaseNo, RuleId, UnitId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { type KeptNotice, NOTICE_ROLE, type Notice, NoticeKind } from "../model/notice.ts";
import type { Role } from "../model/registry.ts";
import { SupervisionNo } from "../model/supervision.ts";

export const noticeMigrations: readonly Migration[] = [
  {
    id: "notify-0002-notices",
    statements: [
      `create table notices (
        notice_id text primary key,
        kind text not null,
        case_no text not null,
        unit_id text,
        life_safety integer not null,
        at bigint not null,
        done_at bigint,
        done_by text
      )`,
      "create index notices_standing on notices (at, notice_id) where done_at is null",
      "create index notices_newest on notices (at, notice_id)",
      "create index notices_case on notices (case_no) where done_at is null",
      "create index notices_done on notices (done_at) where done_at is not null",
    ],
  },
  {
    id: "notify-0003-notices-of-rules",
    statements: [
      "alter table notices add column rule_id text",
      "alter table notices add column rule_version integer",
      "create index notices_rule on notices (rule_id) where done_at is null and rule_id is not null",
    ],
  },
  {
    id: "notify-0014-notices-of-supervisions",
    statements: [
      "alter table notices add column supervision_no text",
      `create index notices_supervision on notices (supervision_no)
         where done_at is null and supervision_no is not null`,
    ],
  },
  {
    id: "notify-0015-notices-to-one",
    statements: ["alter table notices add column username text"],
  },
  {
    id: "notify-0022-notices-of-drills",
    statements: ["alter table notices add column is_drill integer not null default 0"],
  },
  {
    id: "notify-0030-notices-of-last-places",
    statements: [
      "alter table notices add column last_place_rule text",
      "alter table notices add column period text",
    ],
  },
  {
    id: "notify-0200-notices-of-devices",
    statements: ["alter table notices add column devices text"],
  },
];

/** In the place of a case's number. */
const ABOUT_NO_CASE = "";

/** Somebody who asks for notices. */
export interface NoticeReader {
  roles: readonly Role[];
  /** The reader's unit and those below it. */
  unitIds: readonly string[];
  /** Has those that are addressed to this name; nobody else has them. */
  username?: string;
}

export interface NoticeFilter {
  standing?: boolean | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface NoticePage {
  items: KeptNotice[];
  next?: string;
}

/** They steer the whole centre's work and see every notice. */
const SEES_ALL: ReadonlySet<Role> = new Set<Role>([
  "admin",
  "shift-lead",
  "dispatcher",
  "acceptor",
  "leader",
]);

/** Answers whether it is new. */
export async function insertNotice(tx: Sql, notice: Notice): Promise<boolean> {
  const { noticeId, kind, caseNo, unitId, lifeSafety, at, ruleId, ruleVersion } = notice;
  const { supervisionNo, username, lastPlace, devices, isDrill = false } = notice;
  const { changes } = await tx.run(
    `insert into notices (notice_id, kind, case_no, unit_id, life_safety, at, rule_id, rule_version,
       supervision_no, username, last_place_rule, period, is_drill, devices)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (notice_id) do nothing`,
    [
      noticeId,
      kind,
      caseNo ?? ABOUT_NO_CASE,
      unitId ?? null,
      lifeSafety ? 1 : 0,
      at,
      ruleId ?? null,
      ruleVersion ?? null,
      supervisionNo ?? null,
      username ?? null,
      lastPlace?.ruleId ?? null,
      lastPlace?.period ?? null,
      isDrill ? 1 : 0,
      devices === undefined ? null : JSON.stringify(devices),
    ],
  );
  return changes > 0;
}

/**
 * The reason is gone: nobody need do anything any more. A rule's goes whichever case told of it, and
 * so does a supervision order's. With a `noticeId` it is that one alone.
 */
export async function settleNotice(
  tx: Sql,
  gone: {
    caseNo: string | undefined;
    kind: NoticeKind;
    at: Instant;
    ruleId?: string;
    supervisionNo?: string;
    noticeId?: string;
  },
): Promise<void> {
  const { caseNo = ABOUT_NO_CASE, kind, at, ruleId, supervisionNo, noticeId } = gone;
  const [column, id] = columnOf();
  await tx.run(
    `update notices set done_at = ?, done_by = 'system'
     where ${column} = ? and kind = ? and done_at is null`,
    [at, id, kind],
  );

  function columnOf(): [column: string, id: string] {
    if (noticeId !== undefined) return ["notice_id", noticeId];
    if (ruleId !== undefined) return ["rule_id", ruleId];
    return supervisionNo === undefined ? ["case_no", caseNo] : ["supervision_no", supervisionNo];
  }
}

/** Newest first. */
export async function listNotices(
  sql: Sql,
  reader: NoticeReader,
  filter: NoticeFilter,
): Promise<NoticePage> {
  const limit = Math.min(LIMITS.listMax, Math.max(1, filter.limit ?? LIMITS.listDefault));
  const seen = seenBy(reader);
  const wheres = [seen.where];
  const parameters: SqlValue[] = [...seen.parameters];
  if (filter.standing !== undefined) {
    wheres.push(filter.standing ? "done_at is null" : "done_at is not null");
  }
  if (filter.cursor !== undefined) {
    const last = readCursor(filter.cursor);
    wheres.push("(at < ? or (at = ? and notice_id < ?))");
    parameters.push(last.at, last.at, last.noticeId);
  }
  const rows = await sql.all(
    `select * from notices where ${wheres.join(" and ")}
     order by at desc, notice_id desc limit ?`,
    [...parameters, limit + 1],
  );
  const items = rows.slice(0, limit).map(toNotice);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: `${last.at}.${last.noticeId}` };
}

/**
 * A person has seen it and takes care. Again it changes nothing: the first stands.
 * @throws GridwardenError NOTICE_NOT_FOUND, also for one that is not the reader's
 */
export async function acknowledgeNotice(
  tx: Sql,
  reader: NoticeReader,
  { noticeId, by, now }: { noticeId: string; by: string; now: Instant },
): Promise<KeptNotice> {
  const seen = seenBy(reader);
  const row = await tx.get(`select * from notices where notice_id = ? and ${seen.where}`, [
    noticeId,
    ...seen.parameters,
  ]);
  if (row === undefined) {
    throw new GridwardenError("NOTICE_NOT_FOUND", `no notice of yours has the id '${noticeId}'`);
  }
  const notice = toNotice(row);
  if (notice.doneAt !== undefined) return notice;
  await tx.run("update notices set done_at = ?, done_by = ? where notice_id = ?", [
    now,
    by,
    noticeId,
  ]);
  return { ...notice, doneAt: now, doneBy: by };
}

export async function forgetNotices(tx: Sql, before: Instant): Promise<void> {
  await tx.run("delete from notices where done_at < ?", [before]);
}

/** What a reader sees, as a condition on the table. */
function seenBy(reader: NoticeReader): { where: string; parameters: SqlValue[] } {
  const { where, parameters } = seenByRole(reader);
  return {
    where: `(username = ? or (username is null and ${where}))`,
    parameters: [reader.username ?? "", ...parameters],
  };
}

function seenByRole({ roles, unitIds }: NoticeReader): { where: string; parameters: SqlValue[] } {
  if (roles.some((role) => SEES_ALL.has(role))) return { where: "1 = 1", parameters: [] };
  const kindsOf = (role: Role): NoticeKind[] =>
    NoticeKind.options.filter((kind) => NOTICE_ROLE[kind] === role);
  const parts = ["1 = 0"];
  const parameters: SqlValue[] = [];
  for (const role of ["inspector", "engineer"] as const) {
    if (!roles.includes(role)) continue;
    const kinds = kindsOf(role);
    parts.push(`kind in (${marks(kinds)})`);
    parameters.push(...kinds);
  }
  if (roles.includes("unit") && unitIds.length > 0) {
    const kinds = kindsOf("unit");
    parts.push(`(kind in (${marks(kinds)}) and unit_id in (${marks(unitIds)}))`);
    parameters.push(...kinds, ...unitIds);
  }
  return { where: `(${parts.join(" or ")})`, parameters };
}

const marks = (values: readonly unknown[]): string => values.map(() => "?").join(", ");

function toNotice(row: SqlRow): KeptNotice {
  const notice: Notice = {
    noticeId: String(row.notice_id),
    kind: NoticeKind.parse(row.kind),
    ...(row.case_no !== ABOUT_NO_CASE && { caseNo: CaseNo.parse(row.case_no) }),
    unitId: row.unit_id === null ? undefined : UnitId.parse(row.unit_id),
    lifeSafety: Number(row.life_safety) === 1,
    ...(Number(row.is_drill) === 1 && { isDrill: true }),
    at: Number(row.at),
    ...(typeof row.rule_id === "string" && { ruleId: RuleId.parse(row.rule_id) }),
    ...(row.rule_version !== null && { ruleVersion: Number(row.rule_version) }),
    ...(typeof row.supervision_no === "string" && {
      supervisionNo: SupervisionNo.parse(row.supervision_no),
    }),
    ...(typeof row.username === "string" && { username: row.username }),
    ...(typeof row.last_place_rule === "string" && {
      lastPlace: { ruleId: row.last_place_rule, period: String(row.period) },
    }),
    ...(typeof row.devices === "string" && { devices: JSON.parse(row.devices) }),
  };
  if (row.done_at === null) return notice;
  return { ...notice, doneAt: Number(row.done_at), doneBy: String(row.done_by) };
}

function readCursor(cursor: string): { at: Instant; noticeId: string } {
  const match = /^(\d{1,16})\.([\w.:-]{1,128})$/.exec(cursor);
  if (match === null) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'cursor': got '${cursor.slice(0, 40)}', wanted the 'next' of the page before; leave it out to begin anew`,
    );
  }
  return { at: Number(match[1]), noticeId: match[2] ?? "" };
}
