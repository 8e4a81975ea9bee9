/** The table of duty rosters, one of each unit, and what crews can do. */
import type { Migration } from "../model/database.ts";

export const rosterMigration: Migration = {
  id: "registry-0007-rosters",
  statements: [
    "create table rosters (unit_id text primary key, body text not null)",
    "alter table crews add column skills text",
  ],
};
