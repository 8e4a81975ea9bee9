/**
 * Tables of what crews found. `rule_truth` has the last word of each case on each rule version that
 * fired it, `label` 1 or 0. `rule_trust` has what follows of a version's newest labels, written
 * with them.
 */
import type { Migration } from "../model/database.ts";

export const fieldTruthMigrations: readonly Migration[] = [
  {
    id: "cases-0003-field-truth",
    statements: [
      `create table rule_truth (
        case_no text not null,
        rule_id text not null,
        rule_version integer not null,
        label integer not null,
        at bigint not null,
        primary key (case_no, rule_id, rule_version)
      )`,
      `create index rule_truth_newest on rule_truth (rule_id, rule_version, at, case_no)`,
      `create table rule_trust (
        rule_id text not null,
        rule_version integer not null,
        labels integer not null,
        trues integer not null,
        is_distrusted integer not null,
        primary key (rule_id, rule_version)
      )`,
    ],
  },
];
