/**
 * Table of the files that were sent. `case_no` is null until a step of a case attaches the file;
 * `body` is the file whole. Several rows may share a digest: the bytes lie on disk once.
 */
import type { Migration } from "../model/database.ts";

export const filesMigrations: readonly Migration[] = [
  {
    id: "files-0001-files",
    statements: [
      `create table files (
        file_id text primary key,
        sha256 text not null,
        uploaded_by text not null,
        uploaded_at bigint not null,
        case_no text,
        body text not null
      )`,
      "create index files_sha256 on files (sha256)",
      "create index files_loose on files (uploaded_at, file_id) where case_no is null",
      "create index files_loose_of on files (uploaded_by) where case_no is null",
    ],
  },
];
