/**
 * Rules that a city has changed or added, every version of each; the newest counts. What was never
 * changed is as its class declares it and has no row.
 */
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { Rule } from "../model/rule.ts";

export interface RuleRow {
  rule: Rule;
  changedAt: Instant;
  changedBy: string;
}

export const ruleMigrations: readonly Migration[] = [
  {
    id: "alerts-0003-rules",
    statements: [
      `create table alarm_rules (
        rule_id text not null,
        version integer not null,
        body text not null,
        changed_at bigint not null,
        changed_by text not null,
        primary key (rule_id, version)
      )`,
    ],
  },
];

export async function writeRule(tx: Sql, { rule, changedAt, changedBy }: RuleRow): Promise<void> {
  await tx.run(
    `insert into alarm_rules (rule_id, version, body, changed_at, changed_by)
     values (?, ?, ?, ?, ?) on conflict (rule_id, version) do update set body = excluded.body,
       changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
    [rule.ruleId, rule.version, JSON.stringify(rule), changedAt, changedBy],
  );
}

/** The newest version of each; one that this build cannot read is told and left out. */
export async function readRules(
  sql: Sql,
  onUnreadable: (ruleId: string, version: number, error: unknown) => void,
): Promise<Rule[]> {
  const rows = await sql.all<{ ruleId: string; version: number; body: string }>(
    `select rule_id as "ruleId", version, body from alarm_rules a
     where version = (select max(version) from alarm_rules b where b.rule_id = a.rule_id)
     order by rule_id`,
  );
  return rows.flatMap(({ ruleId, version, body }) => {
    const parsed = Rule.safeParse(JSON.parse(body));
    if (parsed.success) return [parsed.data];
    onUnreadable(ruleId, version, parsed.error);
    return [];
  });
}

/** All versions of a rule that were ever put, the newest first. */
export async function readVersions(sql: Sql, ruleId: string): Promise<RuleRow[]> {
  const rows = await sql.all<{ body: string; changedAt: number; changedBy: string }>(
    `select body, changed_at as "changedAt", changed_by as "changedBy" from alarm_rules
     where rule_id = ? order by version desc`,
    [ruleId],
  );
  return rows.map(({ body, changedAt, changedBy }) => ({
    rule: JSON.parse(body) as Rule,
    changedAt: Number(changedAt),
    changedBy,
  }));
}
