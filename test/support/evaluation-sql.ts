/**
 * The counts of an evaluation in plain SQL over the history, written apart from the engine: for a
 * test that compares the two. SQLite's own words are used freely here.
 */

/** Parameters: `from` and `asOf`. One row a subject that `keyColumn` names. */
export function countsSql(keyColumn: "unit" | "crew" | "street" | "grid" | "area"): string {
  return `
with period as (select ? as from_at, ? as as_of),
h as (
  select r.*,
    (select d.detail from case_history d where d.case_no = r.case_no and d.seq <= r.seq
       and d.detail is not null order by d.seq desc limit 1) as held,
    (select d.detail from case_history d where d.case_no = r.case_no and d.seq < r.seq
       and d.detail is not null order by d.seq desc limit 1) as held_before,
    (select max(p.seq) from case_history p where p.case_no = r.case_no and p.seq < r.seq
       and (p.event = 'sendCheck' or (p.event = 'reopen' and p.to_state = 'CHECKING'))) as check_seq
  from case_history r, period where r.at < as_of
),
starts as (
  select * from h where event = 'dispatch'
    or (event = 'reopen' and to_state = 'HANDLING')
    or (event = 'rework' and (select c.event from case_history c
          where c.case_no = h.case_no and c.seq = h.check_seq) = 'reopen'
        and not exists (select 1 from case_history m where m.case_no = h.case_no
          and m.seq > h.check_seq and m.seq < h.seq and m.event = 'rework'))
    or (event = 'rule' and json_extract(held, '$.unitId')
          is not json_extract(held_before, '$.unitId'))
),
c as (
  select x.*,
    (select at from h where h.case_no = x.case_no and h.seq = x.fed) as handled_at,
    (select json_extract(held, '$.deadline') from h where h.case_no = x.case_no
       order by seq desc limit 1) as deadline,
    (select json_extract(held, '$.unitId') from h where h.case_no = x.case_no
       order by seq desc limit 1) as unit,
    (select json_extract(held, '$.crewId') from h where h.case_no = x.case_no
       order by seq desc limit 1) as crew
  from (
    select f.*,
      (select max(seq) from h where h.case_no = f.case_no and h.seq > f.start_seq
         and h.event = 'feedback' and h.to_state = 'FEEDBACK'
         and not exists (select 1 from h w where w.case_no = h.case_no and w.seq > h.seq
           and w.event = 'rework')) as fed
    from (
      select k.case_no, k.at as reported_at, k.street, k.grid, k.source, k.urgent,
        (select max(s.seq) from starts s where s.case_no = k.case_no
           and not exists (select 1 from h a where a.case_no = s.case_no and a.seq > s.seq
             and a.event = 'acceptReturn')) as start_seq,
        (select max(at) from h where h.case_no = k.case_no and h.to_state = 'VOIDED') as voided_at,
        (select max(at) from h where h.case_no = k.case_no and h.event in ('reject', 'refuse')) as bad,
        (select max(at) from h where h.case_no = k.case_no and h.event = 'accept') as accepted_at,
        (select max(at) from h where h.case_no = k.case_no and h.event = 'file') as filed_at,
        (select max(at) from h where h.case_no = k.case_no and h.event = 'settle') as settled_at,
        (select max(at) from h where h.case_no = k.case_no and h.event = 'forceClose') as forced_at,
        (select max(at) from h where h.case_no = k.case_no and h.event = 'close'
           and not exists (select 1 from h o where o.case_no = h.case_no and o.seq > h.seq
             and o.event = 'reopen')) as closed_at,
        (select max(at) from h where h.case_no = k.case_no and h.to_state = 'SUSPENDED'
           and not exists (select 1 from h o where o.case_no = h.case_no and o.seq > h.seq
             and o.event = 'resume')) as suspended_at
      from (
        select h.case_no, h.at, substr(json_extract(body, '$.gridCell'), 1, 9) as street,
          json_extract(body, '$.responsibleGrid') as grid, json_extract(body, '$.source') as source,
          json_extract(body, '$.limit.unit') = 'urgent-hour' as urgent
        from h join cases on cases.case_no = h.case_no where h.seq = 1
      ) k
    ) f
  ) x
),
per_case as (
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
  from c, period
),
marks as (
  select ${ofMark(keyColumn)} as key, h.* from h
  join c on c.case_no = h.case_no, period
  where h.at >= from_at and c.voided_at is null and h.held is not null
),
dispatches as (
  select ${keyColumn === "unit" ? "json_extract(s.held, '$.unitId')" : keyColumn === "crew" ? "json_extract(s.held, '$.crewId')" : ofMark(keyColumn)} as key
  from starts s join c on c.case_no = s.case_no, period
  where s.at >= from_at and c.voided_at is null
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
keys as (select key from sums union select key from marks where key is not null
  union select key from dispatches)
select keys.key as key, ${SUMMED.map((name) => `coalesce(sums.${name}, 0) as ${name}`).join(", ")},
  (select count(*) from dispatches d where d.key = keys.key) as dispatched,
  (select count(*) from marks m where m.key = keys.key and (m.event = 'rework'
     or (m.event = 'reopen' and m.to_state = 'HANDLING'))) as reworks,
  (select count(*) from marks m where m.key = keys.key
     and m.event = 'reopen' and m.to_state = 'HANDLING') as relapses,
  (select count(*) from marks m where m.key = keys.key and m.event = 'approveExtension')
     as extensions,
  (select count(*) from marks m where m.key = keys.key and m.event = 'approveSuspend')
     as suspensions,
  (select count(*) from marks m where m.key = keys.key
     and m.to_state = 'RETURN_REVIEW' and m.event in ('return', 'feedback')) as returns,
  (select count(*) from marks m where m.key = keys.key and (m.event = 'refuseReturn'
     or (m.event = 'rule' and m.from_state = 'RETURN_REVIEW' and json_extract(held, '$.unitId')
       is json_extract(held_before, '$.unitId')))) as refusedReturns
from keys left join sums on sums.key = keys.key`;
}

const SUMMED = [
  "reported",
  "valid",
  "publicReports",
  "accepted",
  "filed",
  "selfHandled",
  "voided",
  "handled",
  "handledOnTime",
  "overdueUnhandled",
  "closed",
  "closedOnTime",
  "overdueUnclosed",
  "forceClosed",
  "urgentClosed",
  "urgentClosedOnTime",
  "urgentOverdueUnclosed",
];

/** A case that was given back is nobody's. */
function ofCase(key: string): string {
  if (key === "area") return "'411524'";
  return key === "unit" || key === "crew" ? `case when start_seq is not null then ${key} end` : key;
}

/** Who had it when it happened: what a record changed comes after it. */
function ofMark(key: string): string {
  if (key === "area") return "'411524'";
  if (key === "unit") return "json_extract(h.held_before, '$.unitId')";
  return key === "crew" ? "json_extract(h.held_before, '$.crewId')" : `c.${key}`;
}
