/**
 * Tables of supervision orders (督办). An order lies whole in `body`, with what is searched for beside
 * it; `is_awaited` is 1 while a reply is wanted. Its records lie in `case_history` under its own
 * number, in the one chain; `detail` is what they have beyond a case's.
 */
import type { Migration } from "../model/database.ts";

export const supervisionMigrations: readonly Migration[] = [
  {
    id: "cases-0014-supervision",
    statements: [
      "alter table case_history add column detail text",
      `create table supervisions (
        supervision_no text primary key,
        version integer not null,
        state text not null,
        is_awaited integer not null,
        unit_id text not null,
        issued_at bigint not null,
        deadline bigint not null,
        replied_at bigint,
        body text not null
      )`,
      "create index supervisions_issued on supervisions (issued_at, supervision_no)",
      "create index supervisions_state on supervisions (state, issued_at, supervision_no)",
      "create index supervisions_unit on supervisions (unit_id, issued_at, supervision_no)",
      "create index supervisions_awaited on supervisions (is_awaited, deadline)",
      `create table supervision_cases (
        supervision_no text not null,
        case_no text not null,
        state_at_issue text not null,
        primary key (supervision_no, case_no)
      )`,
      "create index supervision_cases_case on supervision_cases (case_no)",
      `create table supervision_dues (
        supervision_no text not null,
        kind text not null,
        at bigint not null,
        done_at bigint,
        primary key (supervision_no, kind)
      )`,
      "create index supervision_dues_at on supervision_dues (at) where done_at is null",
      `create table supervision_counters (
        area_year text primary key,
        last integer not null
      )`,
    ],
  },
];
