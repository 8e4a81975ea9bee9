/** What crews said of their shifts; only ever added to. */
import type { Migration } from "../model/database.ts";

export const shiftMigration: Migration = {
  id: "registry-0010-shifts",
  statements: [
    `create table shift_marks (
      seq bigint primary key,
      crew_id text not null,
      state text not null,
      at bigint not null,
      said_by text not null,
      note text
    )`,
    "create index shift_marks_crew on shift_marks (crew_id, at)",
  ],
};
