/**
 * Tables of the cases. A case lies whole in `body`, with what is searched for beside it.
 * `open_key` is the asset and condition of a case while it is open and null otherwise: its unique
 * index is what makes two open cases of one fault impossible. `case_history` is only ever added to.
 * `case_crew_loads` counts the orders that each crew has in hand, so that nobody counts cases.
 */
import type { Migration } from "../model/database.ts";
import { assistMigrations } from "./assist-store.ts";
import { auditMigrations } from "./audit-migrations.ts";
import { calendarMigrations } from "./calendar-tables.ts";
import { caseCurveMigrations } from "./case-curve.ts";
import { caseFileMigrations } from "./case-files.ts";
import { caseMemberMigrations } from "./case-members.ts";
import { crewWorkMigrations } from "./crew-work.ts";
import { deviceTaskMigrations } from "./device-tasks.ts";
import { drillMigration } from "./drill-migration.ts";
import { evaluationMigrations } from "./evaluation/evaluation-migrations.ts";
import { itemMigration } from "./evaluation/item-log.ts";
import { modelMigration } from "./evaluation/model-store.ts";
import { publicationMigrations } from "./evaluation/publication-store.ts";
import { renewalMigrations } from "./evaluation/renewal-store.ts";
import { fieldTruthMigrations } from "./field-truth-migrations.ts";
import { filingTableMigrations } from "./filing-table-versions.ts";
import { questionMigrations } from "./question-migrations.ts";
import { rulingMigrations } from "./ruling-store.ts";
import { sourceMigrations } from "./source-migrations.ts";
import { supervisionMigrations } from "./supervision-migrations.ts";

export const casesMigrations: readonly Migration[] = [
  {
    id: "cases-0001-cases",
    statements: [
      `create table cases (
        case_no text primary key,
        version integer not null,
        state text not null,
        is_open integer not null,
        asset_id text,
        condition_id text not null,
        unit_id text,
        crew_id text,
        opened_at bigint not null,
        open_key text,
        body text not null
      )`,
      "create unique index cases_open_key on cases (open_key) where open_key is not null",
      "create index cases_opened on cases (opened_at, case_no)",
      "create index cases_is_open on cases (is_open, opened_at, case_no)",
      "create index cases_state on cases (state, opened_at, case_no)",
      "create index cases_asset on cases (asset_id, opened_at, case_no)",
      "create index cases_unit on cases (unit_id, opened_at, case_no)",
      "create index cases_crew on cases (crew_id, opened_at, case_no)",
      `create table case_history (
        case_no text not null,
        seq integer not null,
        event text not null,
        from_state text,
        to_state text not null,
        actor text not null,
        role text not null,
        unit_id text,
        at bigint not null,
        note text,
        reason text,
        outcome text,
        primary key (case_no, seq)
      )`,
      `create table case_alarms (
        alarm_id text primary key,
        case_no text not null,
        rule_id text not null,
        rule_version integer not null,
        device_id text not null,
        measurement text,
        value double precision,
        observed_at bigint,
        received_at bigint,
        flags bigint,
        joined_at bigint not null,
        returned_at bigint,
        cleared_at bigint
      )`,
      "create index case_alarms_case on case_alarms (case_no, joined_at)",
      `create table case_counters (
        area_day text primary key,
        last integer not null
      )`,
      `create table case_dues (
        case_no text not null,
        kind text not null,
        at bigint not null,
        done_at bigint,
        primary key (case_no, kind)
      )`,
      "create index case_dues_at on case_dues (at) where done_at is null and kind <> 'check'",
      "create index case_dues_checks on case_dues (at) where done_at is null and kind = 'check'",
      `create table case_crew_loads (
        crew_id text primary key,
        orders integer not null
      )`,
    ],
  },
  ...deviceTaskMigrations,
  ...fieldTruthMigrations,
  ...caseMemberMigrations,
  ...auditMigrations,
  ...crewWorkMigrations,
  ...calendarMigrations,
  ...filingTableMigrations,
  ...assistMigrations,
  ...rulingMigrations,
  ...caseFileMigrations,
  ...caseCurveMigrations,
  ...supervisionMigrations,
  ...sourceMigrations,
  ...evaluationMigrations,
  ...renewalMigrations,
  ...publicationMigrations,
  ...questionMigrations,
  drillMigration,
  itemMigration,
  modelMigration,
];
