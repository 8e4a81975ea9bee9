/** The table of contacts: one row of each user, crew and unit that is reached. */
import type { Migration } from "../model/database.ts";

export const contactMigration: Migration = {
  id: "registry-0020-contacts",
  statements: [
    `create table contacts (
      kind text not null,
      id text not null,
      body text not null,
      primary key (kind, id)
    )`,
  ],
};
