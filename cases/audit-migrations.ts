/**
 * Tables of what shows afterwards who did what. The history's chain lies in columns of its own
 * beside each record; `case_chain` notes its end with every record, so that one cut off at the end
 * is missed. `idempotency_keys` has the answers of writes that clients gave a name;
 * `audit_entries` one row for each write of the API.
 */
import type { Migration } from "../model/database.ts";

export const auditMigrations: readonly Migration[] = [
  {
    id: "cases-0010-audit",
    statements: [
      "alter table case_history add column chain_seq bigint",
      "alter table case_history add column prev_hash text",
      "alter table case_history add column hash text",
      "create unique index case_history_chain on case_history (chain_seq)",
      `create table case_chain (
        id integer primary key check (id = 1),
        chain_seq bigint not null,
        hash text not null
      )`,
      `create table idempotency_keys (
        username text not null,
        key text not null,
        seq bigint not null,
        at bigint not null,
        digest text not null,
        answer text not null,
        primary key (username, key)
      )`,
      "create unique index idempotency_keys_seq on idempotency_keys (seq)",
      "create index idempotency_keys_at on idempotency_keys (at)",
      `create table audit_entries (
        seq bigint primary key,
        at bigint not null,
        request_id text not null,
        actor text not null,
        roles text not null,
        action text not null,
        route text not null,
        subject text,
        result text not null
      )`,
      "create index audit_entries_at on audit_entries (at, seq)",
      "create index audit_entries_actor on audit_entries (actor, at, seq)",
      "create index audit_entries_subject on audit_entries (subject, at, seq)",
    ],
  },
];
