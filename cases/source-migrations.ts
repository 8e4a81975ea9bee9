/**
 * Tables of where cases come from. `case_places`: each case by the cell of its place, so that what
 * is near is found without reading the others. `case_reports`: one row a report, with who said it;
 * nothing that shows a case reads it. `external_orders`: orders of other systems by their own
 * number, each with the answer as it stands and its place in the order of all changes.
 * `video_events`: what cameras told, by the sender's own name for it.
 */
import type { Migration } from "../model/database.ts";

export const sourceMigrations: readonly Migration[] = [
  {
    id: "cases-0016-sources",
    statements: [
      `create table case_places (
        case_no text primary key,
        cell text not null,
        lon double precision not null,
        lat double precision not null,
        opened_at bigint not null
      )`,
      "create index case_places_cell on case_places (cell, opened_at)",
      `create table case_reports (
        case_no text not null,
        first_case_no text not null,
        seq integer not null,
        at bigint not null,
        source text not null,
        external_system text,
        external_no text,
        reporter_name text,
        reporter_phone text,
        description text,
        snapshot_url text,
        primary key (first_case_no, seq)
      )`,
      "create index case_reports_case on case_reports (case_no, at)",
      `create table external_orders (
        external_system text not null,
        external_no text not null,
        case_no text not null,
        received_at bigint,
        answer_by bigint,
        change_seq bigint not null,
        changed_at bigint not null,
        answer text not null,
        delivered_seq bigint not null,
        delivered_at bigint,
        answered_at bigint,
        told_at bigint,
        primary key (external_system, external_no)
      )`,
      "create unique index external_orders_change on external_orders (change_seq)",
      "create index external_orders_system on external_orders (external_system, change_seq)",
      "create index external_orders_no on external_orders (external_no)",
      "create index external_orders_case on external_orders (case_no)",
      `create index external_orders_open on external_orders (change_seq)
        where delivered_seq < change_seq`,
      `create index external_orders_overdue on external_orders (answer_by)
        where answer_by is not null and told_at is null and answered_at is null`,
      `create table video_events (
        sender text not null,
        event_id text not null,
        camera text not null,
        kind text not null,
        observed_at bigint not null,
        case_no text not null,
        primary key (sender, event_id)
      )`,
      "create index video_events_camera on video_events (sender, camera, kind, observed_at)",
    ],
  },
  {
    id: "cases-0021-reporters",
    statements: [
      `create index case_reports_named on case_reports (at, first_case_no, seq)
        where (reporter_name is not null or reporter_phone is not null)`,
    ],
  },
  {
    id: "cases-0023-reporter-email",
    statements: [
      "alter table case_reports add column reporter_email text",
      "drop index case_reports_named",
      `create index case_reports_named on case_reports (at, first_case_no, seq)
        where (reporter_name is not null or reporter_phone is not null
          or reporter_email is not null)`,
    ],
  },
];
