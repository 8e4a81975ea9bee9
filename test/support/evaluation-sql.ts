/**
 * The counts and scores of an evaluation in plain SQL over the history, written apart from the engine:
 * for a test that compares the two. SQLite's own words are used freely here; what is asked again and again lies
 * in temporary tables.
 */
import type { Sql } from "../../model/database.ts";

export type KeyColumn = "unit" | "crew" | "street" | "grid" | "area";

/** One row a subject: its key, its counts by name, `score` and `rank` by model B. */
export type SqlFigures = Record<string, number | null> & { key: string };

/** What does not hang on the period: who had a case at each record, and what begins a handling. */
const ONCE = [
  `create temp table h as
   select r.*,
     (select d.detail from case_history d where d.case_no = r.case_no and d.seq <= r.seq
        and d.detail is not null order by d.seq desc limit 1) as held,
     (select d.detail from case_history d where d.case_no = r.case_no and d.seq < r.seq
        and d.detail is not null order by d.seq desc limit 1) as held_before,
     (select max(p.seq) from case_history p where p.case_no = r.case_no and p.seq < r.seq
        and (p.event = 'sendCheck' or (p.event = 'reopen' and p.to_state = 'CHECKING'))) as check_seq,
     (select count(*) from case_history p where p.case_no = r.case_no and p.seq <= r.seq
        and p.event = 'rework' and p.from_state = 'CHECKING') as failed
   from case_history r`,
  "create unique index temp.h_key on h (case_no, seq)",
  `create temp table starts as select * from h where event = 'dispatch'
     or (event = 'reopen' and to_state = 'HANDLING')
     or (event = 'rework' and (select c.event from case_history c
           where c.case_no = h.case_no and c.seq = h.check_seq) = 'reopen'
         and not exists (select 1 from case_history m where m.case_no = h.case_no
           and m.seq > h.check_seq and m.seq < h.seq and m.event = 'rework'))
     or (event = 'rule' and json_extract(held, '$.unitId')
           is not json_extract(held_before, '$.unitId'))`,
  "create unique index temp.starts_key on starts (case_no, seq)",
  "create temp table period (from_at integer, as_of integer)",
];

/** Each case as it stands at `as_of`. */
const CASES = `
  create temp table c as
  select x.*,
    (select at from h where h.case_no = x.case_no and h.seq = x.fed) as handled_at,
    (select json_extract(held, '$.deadline') from h where h.case_no = x.case_no and h.at < as_of
       order by seq desc limit 1) as deadline,
    (select json_extract(held, '$.unitId') from h where h.case_no = x.case_no and h.at < as_of
       order by seq desc limit 1) as unit,
    (select json_extract(held, '$.crewId') from h where h.case_no = x.case_no and h.at < as_of
       order by seq desc limit 1) as crew
  from (
    select f.*,
      (select max(seq) from h where h.case_no = f.case_no and h.seq > f.start_seq and h.at < as_of
         and h.event = 'feedback' and h.to_state = 'FEEDBACK'
         and not exists (select 1 from h w where w.case_no = h.case_no and w.seq > h.seq
           and w.at < as_of and w.event = 'rework')) as fed
    from (
      select k.*,
        (select max(s.seq) from starts s where s.case_no = k.case_no and s.at < as_of
           and not exists (select 1 from h a where a.case_no = s.case_no and a.seq > s.seq
             and a.at < as_of and a.event = 'acceptReturn')) as start_seq,
        (select max(at) from h where h.case_no = k.case_no and h.at < as_of
           and h.to_state = 'VOIDED') as voided_at,
        (select max(at) from h where h.case_no = k.case_no and h.at < as_of
           and h.event in ('reject', 'refuse')) as bad,
        (select max(at) from h where h.case_no = k.case_no and h.at < as_of
           and h.event = 'accept') as accepted_at,
        (select max(at) from h where h.case_no = k.case_no and h.at < as_of
           and h.event = 'file') as filed_at,
        (select max(at) from h where h.case_no = k.case_no and h.at < as_of
           and h.event = 'settle') as settled_at,
        (select max(at) from h where h.case_no = k.case_no and h.at < as_of
           and h.event = 'forceClose') as forced_at,
        (select max(at) from h where h.case_no = k.case_no and h.at < as_of and h.event = 'close'
           and not exists (select 1 from h o where o.case_no = h.case_no and o.seq > h.seq
             and o.at < as_of and o.event = 'reopen')) as closed_at,
        (select max(at) from h where h.case_no = k.case_no and h.at < as_of
           and h.to_state = 'SUSPENDED'
           and not exists (select 1 from h o where o.case_no = h.case_no and o.seq > h.seq
             and o.at < as_of and o.event = 'resume')) as suspended_at
      from (
        select h.case_no, h.at as reported_at, substr(json_extract(body, '$.gridCell'), 1, 9) as street,
          json_extract(body, '$.responsibleGrid') as grid, json_extract(body, '$.source') as source,
          json_extract(body, '$.limit.unit') = 'urgent-hour' as urgent, from_at, as_of
        from h join cases on cases.case_no = h.case_no, period where h.seq = 1 and h.at < as_of
      ) k
    ) f
  ) x`;

export async function prepareSql(tx: Sql): Promise<void> {
  for (const statement of ONCE) await tx.run(statement);
}

/** The figures of everybody in `[from, asOf)`, by each of the keys. */
export async function figuresBySql(
  tx: Sql,
  { from, asOf }: { from: number; asOf: number },
  keys: readonly KeyColumn[],
): Promise<Map<KeyColumn, SqlFigures[]>> {
  await tx.run("delete from period");
  await tx.run("insert into period values (?, ?)", [from, asOf]);
  await tx.run("drop table if exists temp.c");
  await tx.run(CASES);
  await tx.run("create unique index temp.c_key on c (case_no)");
  const found = new Map<KeyColumn, SqlFigures[]>();
  for (const key of keys) found.set(key, await tx.all<SqlFigures>(figuresSql(key)));
  return found;
}

function figuresSql(keyColumn: KeyColumn): string {
  return `
with per_case as (
  select ${ofCase(keyColumn)} as key,
    reported_at >= from_at as reported,
    reported_at >= from_at and voided_at is null and bad is null as valid,
    reported_at >= from_at and source in ('hotline', 'citizen') as publicReports,
    accepted_at >= from_at and voided_at is null as accepted,
    filed_at >= from_at and voided_at is null as filed,
    settled_at >= from_at and voided_at is null as selfHandled,
    voided_at >= from_at as voided,
    voided_at is null and start_seq is not null and handled_at >= from_at as handled,
    voided_at is null and start_seq is not null and handled_at >= from_at
      and handled_at <= deadline as handledOnTime,
    voided_at is null and start_seq is not null and handled_at is null
      and (forced_at is null or forced_at >= from_at)
      and min(coalesce(forced_at, as_of), coalesce(suspended_at, as_of)) > deadline
      as overdueUnhandled,
    voided_at is null and start_seq is not null and closed_at >= from_at
      and forced_at is null as closed,
    voided_at is null and start_seq is not null and closed_at >= from_at
      and forced_at is null and handled_at <= deadline as closedOnTime,
    voided_at is null and start_seq is not null and closed_at is null and forced_at is null
      and min(as_of, coalesce(suspended_at, as_of)) > deadline as overdueUnclosed,
    voided_at is null and forced_at >= from_at as forceClosed,
    urgent
  from c
),
sums as (
  select key, sum(reported) as reported, sum(valid) as valid, sum(publicReports) as publicReports,
    sum(accepted) as accepted, sum(filed) as filed, sum(selfHandled) as selfHandled,
    sum(voided) as voided, sum(handled) as handled, sum(handledOnTime) as handledOnTime,
    sum(overdueUnhandled) as overdueUnhandled, sum(closed) as closed,
    sum(closedOnTime) as closedOnTime, sum(overdueUnclosed) as overdueUnclosed,
    sum(forceClosed) as forceClosed, sum(closed and urgent) as urgentClosed,
    sum(closedOnTime and urgent) as urgentClosedOnTime,
    sum(overdueUnclosed and urgent) as urgentOverdueUnclosed
  from per_case where key is not null group by key
),
marks as (
  select ${ofMark(keyColumn)} as key,
    h.event = 'rework' or (h.event = 'reopen' and h.to_state = 'HANDLING') as rework,
    h.event = 'reopen' and h.to_state = 'HANDLING' as relapse,
    h.event = 'approveExtension' as extension,
    h.event = 'approveSuspend' as suspension,
    h.to_state = 'RETURN_REVIEW' and h.event in ('return', 'feedback') as given_back,
    h.event = 'refuseReturn' or (h.event = 'rule' and h.from_state = 'RETURN_REVIEW'
      and json_extract(held, '$.unitId') is json_extract(held_before, '$.unitId')) as refused,
    h.event = 'rework' and h.from_state = 'CHECKING' and h.failed < 3 as failed_check,
    h.event = 'rework' and h.from_state = 'CHECKING' and h.failed >= 3 as repeated
  from h join c on c.case_no = h.case_no
  where h.at >= from_at and h.at < as_of and c.voided_at is null and h.held is not null
),
mark_sums as (
  select key, sum(rework) as reworks, sum(relapse) as relapses, sum(extension) as extensions,
    sum(suspension) as suspensions, sum(given_back) as returns, sum(refused) as refusedReturns,
    sum(failed_check) as failed, sum(repeated) as repeated
  from marks where key is not null group by key
),
answers as (
  select ${ofMark(keyColumn)} as key, h.event = 'ask' as asked, h.event = 'answer' as answered,
    h.event = 'answer' and h.outcome like 'solved-%' as solved,
    h.event = 'answer' and substr(h.outcome, -1) in ('4', '5') as satisfied
  from h join c on c.case_no = h.case_no
  where h.at >= from_at and h.at < as_of and c.voided_at is null and h.event in ('ask', 'answer')
),
answer_sums as (
  select key, sum(asked) as asked, sum(answered) as answered, sum(solved) as solved,
    sum(satisfied) as satisfied from answers where key is not null group by key
),
dispatch_sums as (
  select key, count(*) as dispatched from (
    select ${ofStart(keyColumn)} as key
    from starts s join c on c.case_no = s.case_no
    where s.at >= from_at and s.at < as_of and c.voided_at is null
  ) group by key
),
keys as (select key from sums union select key from mark_sums union select key from dispatch_sums
  union select key from answer_sums),
figures as (
  select keys.key as key, ${COUNTS.map((name) => `coalesce(${name}, 0) as ${name}`).join(", ")},
    coalesce(failed, 0) as failed, coalesce(repeated, 0) as repeated
  from keys left join sums using (key) left join mark_sums using (key)
    left join answer_sums using (key) left join dispatch_sums using (key)
),
based as (
  select *, handled + overdueUnhandled as due, closed + overdueUnclosed as due_to_close from figures
),
pointed as (
  select *, case when due = 0 then null else round(round(100 * (
      30.0 * handled / due + 20.0 * handledOnTime / due + 20.0 * (1 - 1.0 * overdueUnhandled / due)
      + 10.0 * (1 - min(1.0, 1.0 * extensions / due))
      + case when due_to_close = 0 then 0
          else 20.0 * (1 - min(1.0, 1.0 * reworks / due_to_close)) end
    ) * 100 / (case when due_to_close = 0 then 80 else 100 end), 6)) / 100 end as points
  from based
),
scored as (
  select *, case when points is null then null else max(0, round(round(100 * (points
    - round(0.2 * failed, 2) - round(0.5 * repeated, 2) - refusedReturns), 6)) / 100) end as score
  from pointed
)
select key, ${COUNTS.join(", ")}, score,
  case when score is null then null
    else 1 + (select count(*) from scored other where other.score > scored.score) end as rank
from scored`;
}

const COUNTS = [
  ...["reported", "valid", "publicReports", "accepted", "filed", "selfHandled", "voided"],
  ...["handled", "handledOnTime", "overdueUnhandled", "closed", "closedOnTime", "overdueUnclosed"],
  ...["forceClosed", "urgentClosed", "urgentClosedOnTime", "urgentOverdueUnclosed", "dispatched"],
  ...["reworks", "relapses", "extensions", "suspensions", "returns", "refusedReturns"],
  ...["asked", "answered", "solved", "satisfied"],
];

/** A case that was given back is nobody's. */
function ofCase(key: KeyColumn): string {
  if (key === "area") return "'411524'";
  return key === "unit" || key === "crew" ? `case when start_seq is not null then ${key} end` : key;
}

/** Who had it when it happened: what a record changed comes after it. */
function ofMark(key: KeyColumn): string {
  if (key === "area") return "'411524'";
  if (key === "unit") return "json_extract(h.held_before, '$.unitId')";
  return key === "crew" ? "json_extract(h.held_before, '$.crewId')" : `c.${key}`;
}

/** Whose it is from then on. */
function ofStart(key: KeyColumn): string {
  if (key === "area") return "'411524'";
  if (key === "unit") return "json_extract(s.held, '$.unitId')";
  return key === "crew" ? "json_extract(s.held, '$.crewId')" : `c.${key}`;
}
