/**
 * What crews find labels the rule versions that fired: each step of a case that says something is
 * written for every rule version of its evidence, in the transaction of the step. In the same
 * transaction a version whose newest labels are under the city's floor is distrusted: its new
 * cases wait for review, life safety excepted, and people are told once; once again when it has
 * recovered. A new version has no labels and begins trusted.
 */
import type { AlarmRecord } from "../model/alarm.ts";
import type { FilingCondition } from "../model/asset-class.ts";
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { RuleId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Rule } from "../model/rule.ts";
import type { Precision, RuleTrust, VersionPrecision } from "../model/rule-trust.ts";
import type { ConditionBook } from "./conditions.ts";
import type { CaseEffects } from "./desk-words.ts";
import {
  type FieldWord,
  isDistrustedAfter,
  precisionOf,
  type SaidOfCase,
  wordOf,
} from "./field-precision.ts";

interface FieldTruthDeps {
  conditions: ConditionBook;
  metrics: Metrics;
  /** The version that stands; of others nobody is told any more. */
  ruleVersion(ruleId: string): number | undefined;
}

/** A step that a case has taken, with the number of its last record in the history. */
interface CaseStepTaken {
  theCase: Case;
  said: readonly SaidOfCase[];
  seq: number;
  now: Instant;
}

interface FiredRule {
  ruleId: RuleId;
  version: number;
}

/** What the console asks. */
export interface FieldTruthView {
  /** The newest versions that have labels, newest first. */
  precision(sql: Sql, ruleId: string): Promise<VersionPrecision[]>;
  trust(sql: Sql, rule: Rule): Promise<RuleTrust>;
  /** Reads anew what the metrics show. */
  refresh(sql: Sql): Promise<void>;
}

export interface FieldTruth extends FieldTruthView {
  onStep(tx: Sql, step: CaseStepTaken, effects: CaseEffects): Promise<void>;
  /**
   * The condition as the alarm's rule is trusted: `review` where it is not, `immediate` where the
   * rule is one of life safety.
   */
  asTrusted(
    tx: Sql,
    condition: FilingCondition | undefined,
    alarm: Pick<AlarmRecord, "ruleId" | "ruleVersion" | "lifeSafety">,
  ): Promise<FilingCondition | undefined>;
}

/** @param floor precision from 0 to 1; 0: every rule is trusted */
export function createFieldTruth(deps: FieldTruthDeps, floor: number): FieldTruth {
  const { conditions, metrics } = deps;
  let shown: Record<string, number> = {};
  metrics.gaugeBy(
    "gridwarden_rule_precision",
    "Precision by the newest labels of crews, of each rule whose present version has some.",
    "rule",
    () => shown,
  );

  async function onStep(tx: Sql, step: CaseStepTaken, effects: CaseEffects): Promise<void> {
    const { caseNo, outcome } = step.theCase;
    const words = step.said.map((each) => wordOf(each, outcome));
    const word = words.findLast((each) => each !== undefined);
    if (word === undefined) return;
    for (const [index, rule] of (await firedOf(tx, caseNo)).entries()) {
      if (!(await putWord(tx, caseNo, rule, word, step.now))) continue;
      const change = await judge(tx, rule);
      const isPresent = deps.ruleVersion(rule.ruleId) === rule.version;
      if (change !== undefined && isPresent) tell(effects, step, { rule, change, index });
    }
  }

  /** Counts the version's newest labels; answers what it became, where it changed. */
  async function judge(tx: Sql, rule: FiredRule): Promise<"distrusted" | "trusted" | undefined> {
    const recent = await recentOf(tx, rule);
    const former = await trustRow(tx, rule);
    const isDistrusted = isDistrustedAfter(former.isDistrusted, recent, floor);
    await tx.run(
      `insert into rule_trust (rule_id, rule_version, labels, trues, is_distrusted)
       values (?, ?, ?, ?, ?) on conflict (rule_id, rule_version) do update set
         labels = excluded.labels, trues = excluded.trues, is_distrusted = excluded.is_distrusted`,
      [rule.ruleId, rule.version, recent.labels, recent.trueCount, isDistrusted ? 1 : 0],
    );
    if (isDistrusted === former.isDistrusted || floor === 0) return undefined;
    return isDistrusted ? "distrusted" : "trusted";
  }

  return {
    onStep,
    async asTrusted(tx, condition, alarm) {
      if (condition === undefined || condition.lifeSafety) return condition;
      // Life safety by the rule alone waits for no review either.
      if (alarm.lifeSafety) return { ...condition, filing: "immediate" };
      if (condition.filing !== "immediate" || floor === 0) return condition;
      const { ruleId, ruleVersion: version } = alarm;
      const { isDistrusted } = await trustRow(tx, { ruleId, version });
      return isDistrusted ? { ...condition, filing: "review" } : condition;
    },
    precision: (sql, ruleId) => versionsOf(sql, ruleId, floor),
    async trust(sql, rule) {
      const row = await trustRow(sql, rule);
      const isDistrusted = floor > 0 && row.isDistrusted;
      const condition = conditions.ofClass(rule.class, rule.conditionId ?? "");
      return {
        labels: row.labels,
        ...(row.labels > 0 && { precision: row.trues / row.labels }),
        floor,
        isDistrusted,
        isImmediate: isImmediate(condition, rule, isDistrusted),
      };
    },
    async refresh(sql) {
      const rows = await sql.all<{ id: string; version: number; precision: number }>(
        `select rule_id as id, rule_version as version, 1.0 * trues / labels as "precision"
         from rule_trust where labels > 0`,
      );
      const present = rows.filter(({ id, version }) => deps.ruleVersion(id) === version);
      shown = Object.fromEntries(present.map(({ id, precision }) => [id, precision]));
    },
  };
}

/** Do the rule's new cases go out at once? */
function isImmediate(
  condition: FilingCondition | undefined,
  { lifeSafety }: Pick<Rule, "lifeSafety">,
  isDistrusted: boolean,
): boolean {
  if (condition === undefined) return false;
  if (condition.lifeSafety) return condition.filing === "immediate";
  return lifeSafety || (condition.filing === "immediate" && !isDistrusted);
}

/** One notice, and the one before it has lost its reason. `index` tells the rules of a step apart. */
function tell(
  effects: CaseEffects,
  { theCase, seq, now }: CaseStepTaken,
  about: { rule: FiredRule; change: "distrusted" | "trusted"; index: number },
): void {
  const { caseNo, lifeSafety } = theCase;
  const { ruleId, version: ruleVersion } = about.rule;
  const kind = `rule-${about.change}` as const;
  const gone = about.change === "trusted" ? "rule-distrusted" : "rule-trusted";
  effects.notices.push({
    noticeId: `${caseNo}-${seq}-${kind}-${about.index + 1}`,
    kind,
    caseNo,
    unitId: undefined,
    lifeSafety,
    at: now,
    ruleId,
    ruleVersion,
  });
  effects.settled.push({ caseNo, kind: gone, at: now, ruleId });
}

/** The rule versions that the case stands on. */
async function firedOf(sql: Sql, caseNo: string): Promise<FiredRule[]> {
  const rows = await sql.all<{ id: string; version: number }>(
    `select distinct rule_id as id, rule_version as version from case_alarms
     where case_no = ? order by rule_id, rule_version`,
    [caseNo],
  );
  return rows.map(({ id, version }) => ({ ruleId: RuleId.parse(id), version }));
}

/** Answers whether anything changed: the same word again keeps its first time. */
async function putWord(
  tx: Sql,
  caseNo: string,
  { ruleId, version }: FiredRule,
  word: FieldWord,
  at: Instant,
): Promise<boolean> {
  if (word === "none") {
    const { changes } = await tx.run(
      "delete from rule_truth where case_no = ? and rule_id = ? and rule_version = ?",
      [caseNo, ruleId, version],
    );
    return changes > 0;
  }
  const { changes } = await tx.run(
    `insert into rule_truth (case_no, rule_id, rule_version, label, at) values (?, ?, ?, ?, ?)
     on conflict (case_no, rule_id, rule_version) do update set
       label = excluded.label, at = excluded.at where rule_truth.label <> excluded.label`,
    [caseNo, ruleId, version, word === "true" ? 1 : 0, at],
  );
  return changes > 0;
}

async function recentOf(sql: Sql, { ruleId, version }: FiredRule): Promise<Precision> {
  const rows = await sql.all<{ label: number }>(
    `select label from rule_truth where rule_id = ? and rule_version = ?
     order by at desc, case_no desc limit ?`,
    [ruleId, version, LIMITS.fieldLabelsRecentMax],
  );
  const trueCount = rows.filter(({ label }) => label === 1).length;
  return precisionOf(trueCount, rows.length - trueCount);
}

async function trustRow(
  sql: Sql,
  { ruleId, version }: { ruleId: string; version: number },
): Promise<{ labels: number; trues: number; isDistrusted: boolean }> {
  const row = await sql.get<{ labels: number; trues: number; is_distrusted: number }>(
    "select labels, trues, is_distrusted from rule_trust where rule_id = ? and rule_version = ?",
    [ruleId, version],
  );
  if (row === undefined) return { labels: 0, trues: 0, isDistrusted: false };
  return { labels: row.labels, trues: row.trues, isDistrusted: row.is_distrusted === 1 };
}

async function versionsOf(sql: Sql, ruleId: string, floor: number): Promise<VersionPrecision[]> {
  const rows = await sql.all<Record<string, number>>(
    `select all_labels.version, all_labels.trues as all_trues, all_labels.labels as all_count,
       trust.trues, trust.labels, trust.is_distrusted
     from (select rule_version as version, sum(label) as trues, count(*) as labels
           from rule_truth where rule_id = ? group by rule_version) as all_labels
     join rule_trust as trust on trust.rule_id = ? and trust.rule_version = all_labels.version
     order by all_labels.version desc limit ?`,
    [ruleId, ruleId, LIMITS.listDefault],
  );
  return rows.map((row) => {
    const count = (name: string): number => Number(row[name] ?? 0);
    const of = (trues: string, labels: string): Precision =>
      precisionOf(count(trues), count(labels) - count(trues));
    return {
      version: count("version"),
      all: of("all_trues", "all_count"),
      recent: of("trues", "labels"),
      isDistrusted: floor > 0 && count("is_distrusted") === 1,
    };
  });
}
