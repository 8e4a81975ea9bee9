/** Which cases are drills (演练): told apart in lists, and left out where work is counted. */
import type { Migration } from "../model/database.ts";

export const drillMigration: Migration = {
  id: "cases-0055-drills",
  statements: ["alter table cases add column is_drill integer not null default 0"],
};
