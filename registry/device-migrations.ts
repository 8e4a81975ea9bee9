/** What devices have beside what they are known by: what they are, and what became of them. */
import type { Migration } from "../model/database.ts";

export const deviceMigrations: readonly Migration[] = [
  {
    id: "registry-0050-device-details",
    statements: [
      "alter table devices add column life text",
      "alter table devices add column vendor text",
      "alter table devices add column model text",
      "alter table devices add column firmware text",
      "alter table devices add column serial_number text",
      "alter table devices add column installed_at bigint",
      "alter table devices add column calibrated_at bigint",
      "alter table devices add column calibration_due_at bigint",
    ],
  },
  {
    id: "registry-0051-device-life",
    statements: [
      `create table device_life (
        device_id text not null references devices (device_id) on delete cascade,
        seq bigint not null, event text not null, from_state text not null, to_state text not null,
        at bigint not null, said_at bigint not null, said_by text not null, note text,
        primary key (device_id, seq))`,
    ],
  },
  {
    id: "registry-0052-device-twins",
    statements: [
      `create table device_twins (
        device_id text primary key references devices (device_id) on delete cascade,
        wanted text, wanted_version bigint not null, wanted_at bigint, wanted_by text,
        reported text, reported_version bigint not null, reported_at bigint)`,
    ],
  },
];
