/**
 * Timelines that evaluation is counted from, packed once out of the history and lengthened by what
 * came since: `evaluation_cursor` says up to which record of the chain, `evaluation_faults` which
 * records were not as they were written. All of it can be made anew from the history.
 */
import type { Migration } from "../../model/database.ts";

export const evaluationMigrations: readonly Migration[] = [
  {
    id: "cases-0030-evaluation",
    statements: [
      `create table evaluation_timelines (
        case_no text primary key,
        first_at bigint not null,
        first_seq bigint not null,
        ended_at bigint not null,
        body text not null
      )`,
      "create index evaluation_timelines_ended on evaluation_timelines (ended_at, case_no)",
      "create index evaluation_timelines_first on evaluation_timelines (first_at, first_seq)",
      `create table evaluation_cursor (
        id integer primary key check (id = 1),
        packing text not null,
        chain_seq bigint not null,
        hash text not null
      )`,
      `create table evaluation_faults (
        chain_seq bigint primary key,
        body text not null
      )`,
    ],
  },
  {
    // They lie in the order in which they are read; the cursor's going makes them anew.
    id: "cases-0056-timelines-by-end",
    statements: [
      "drop table evaluation_timelines",
      `create table evaluation_timelines (
        ended_at bigint not null,
        case_no text not null unique,
        first_at bigint not null,
        first_seq bigint not null,
        body text not null,
        primary key (ended_at, case_no)
      ) without rowid`,
      "create index evaluation_timelines_first on evaluation_timelines (first_at, first_seq)",
      "delete from evaluation_cursor",
    ],
  },
];
