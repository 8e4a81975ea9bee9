/**
 * The tables of alarms: every occurrence as a record, the state of every rule that is not plain
 * normal on its device, the filing conditions under watch, what holds alarms, and when the platform
 * could not hear.
 * All are written in the transaction that moves the journal's cursor.
 */
import type { Migration } from "../model/database.ts";
import { holdMigrations } from "./hold-tables.ts";
import { performanceMigrations } from "./performance-tables.ts";
import { ruleMigrations } from "./rule-tables.ts";

export const alertsMigrations: readonly Migration[] = [
  {
    id: "alerts-0001-alarms",
    statements: [
      `create table alarms (
        alarm_id text primary key,
        rule_id text not null,
        rule_version integer not null,
        asset_id text not null,
        device_id text not null,
        class text not null,
        condition_id text,
        severity text not null,
        life_safety integer not null,
        state text not null,
        raised_at bigint not null,
        acknowledged_at bigint,
        acknowledged_by text,
        note text,
        returned_at bigint,
        cleared_at bigint,
        evidence text
      )`,
      "create unique index alarms_occurrence on alarms (rule_id, device_id, raised_at)",
      "create index alarms_newest on alarms (raised_at, alarm_id)",
      "create index alarms_by_asset on alarms (asset_id, raised_at, alarm_id)",
      "create index alarms_by_state on alarms (state, raised_at, alarm_id)",
      `create table alarm_states (
        device_id text not null,
        rule_id text not null,
        asset_id text not null,
        alarm_id text,
        state text not null,
        primary key (device_id, rule_id)
      )`,
      `create table alarm_watches (
        asset_id text not null,
        condition_id text not null,
        since bigint not null,
        trackers text not null,
        primary key (asset_id, condition_id)
      )`,
    ],
  },
  {
    id: "alerts-0002-deafness",
    statements: [
      `create table alarm_deaf_spans (
        since_at bigint primary key,
        until_at bigint not null
      )`,
    ],
  },
  ...ruleMigrations,
  ...holdMigrations,
  ...performanceMigrations,
];
