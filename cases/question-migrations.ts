/**
 * `questions`: what reporters were asked after a close and what they said; `position` is the order
 * in which they were asked. `question_secret`: what the links of all questions are derived from, so
 * that none lies in the table. Each report has a public number; `has_link`: its reporter has a link
 * of his own beside, by which he is asked.
 */
import type { Migration } from "../model/database.ts";

export const questionMigrations: readonly Migration[] = [
  {
    id: "cases-0050-questions",
    statements: [
      `create table questions (
        position integer primary key,
        question_id text not null,
        case_no text not null,
        first_case_no text not null,
        report_seq integer not null,
        way text not null,
        closed_at bigint not null,
        asked_at bigint not null,
        expires_at bigint not null,
        external_system text,
        external_no text,
        solved text,
        satisfied integer,
        note text,
        answered_at bigint,
        answered_by text,
        has_reopened integer
      )`,
      "create unique index questions_id on questions (question_id)",
      `create unique index questions_report
        on questions (first_case_no, report_seq, closed_at)`,
      "create index questions_case on questions (case_no, position)",
      `create index questions_order on questions (external_system, external_no, position)
        where external_no is not null`,
      "create index questions_open on questions (position) where answered_at is null",
      "create table question_secret (id integer primary key check (id = 1), secret text not null)",
    ],
  },
  {
    id: "cases-0051-public-numbers",
    statements: [
      "alter table case_reports add column public_no text",
      "create unique index case_reports_public on case_reports (public_no)",
      `create index case_reports_order on case_reports (external_system, external_no)
        where external_no is not null`,
    ],
  },
  {
    id: "cases-0200-reporter-links",
    statements: ["alter table case_reports add column has_link integer"],
  },
];
