/**
 * Is a rule sense? What its shape cannot say: that class, measurements and filing condition exist,
 * that levels lie on the right sides of each other, that the steps of a ladder do not overlap.
 * Answers every fault with its path, what was wanted, what was got and the nearest valid name.
 */
import type { AssetClass } from "../model/asset-class.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Rule, RuleOverride } from "../model/rule.ts";
import { type RuleFault, ruleFault } from "../model/rule-fault.ts";
import { type CheckContext, conditionFaults, unknownName } from "./condition-check.ts";
import { firstStepFaults } from "./ladder-check.ts";
import { overridden } from "./rule-book.ts";
import { rulesOf, topologyFaults } from "./topology-check.ts";

/** A rule as somebody puts it: the version is the platform's to give. */
export type RuleInput = Omit<Rule, "version"> & { version?: number | undefined };

/**
 * The rule that it would be after `current`; where it names a version, that must be the one that
 * stands.
 * @throws GridwardenError RULE_INVALID, with every fault; RULE_VERSION_CONFLICT
 */
export function nextVersion(
  input: RuleInput,
  current: Rule | undefined,
  classes: readonly AssetClass[],
  standing: readonly Rule[] = rulesOf(classes),
): Rule {
  const version = current?.version ?? 0;
  if (input.version !== undefined && input.version !== version) {
    throw new GridwardenError(
      "RULE_VERSION_CONFLICT",
      `rule '${input.ruleId}' is at version ${version}, you changed version ${input.version}; read it again`,
      { details: { version } },
    );
  }
  const rule: Rule = { ...input, version: version + 1 };
  const faults = ruleFaults(rule, classes, standing);
  if (faults.length === 0) return rule;
  throw new GridwardenError(
    "RULE_INVALID",
    `rule '${rule.ruleId}' is no sense: ${faults.map(faultText).join(". ")}`,
    { details: { faults } },
  );
}

export function ruleFaults(
  rule: Rule,
  classes: readonly AssetClass[],
  standing: readonly Rule[] = rulesOf(classes),
): RuleFault[] {
  const ofClass = classes.find(({ slug }) => slug === rule.class);
  if (ofClass === undefined) {
    const slugs = classes.map(({ slug }) => slug);
    return [unknownName(ruleFault("class", "class", {}, rule.class), slugs)];
  }
  const context = { ofClass, classes };
  const faults = [
    ...idFaults(rule),
    ...conditionFaults(rule.condition, "condition", context),
    ...restFaults(rule, ofClass),
    ...topologyFaults(rule, standing),
  ];
  for (const [index, override] of (rule.overrides ?? []).entries()) {
    faults.push(...overrideFaults(rule, override, `overrides[${index}].set.`, context));
  }
  return faults;
}

/** What an override sets must be sense in the rule that it makes. */
function overrideFaults(
  rule: Rule,
  { set }: RuleOverride,
  at: string,
  context: CheckContext,
): RuleFault[] {
  const made = overridden(rule, set);
  const faults = [
    ...countFaults(made, at),
    ...hoursFaults(made, at),
    ...lifeSafetyFaults(made, at),
    ...firstStepFaults(made, at, set.condition === undefined),
  ];
  if (set.condition !== undefined) {
    faults.push(...conditionFaults(set.condition, `${at}condition`, context));
  }
  // What the rule itself has wrong is said there.
  return faults.filter(({ path }) => Object.keys(set).some((key) => path.startsWith(at + key)));
}

function idFaults({ ruleId, class: slug }: Rule): RuleFault[] {
  if (ruleId.startsWith(`${slug}.`)) return [];
  return [ruleFault("ruleId", "id-of-class", { class: slug }, ruleId)];
}

function restFaults(rule: Rule, ofClass: AssetClass): RuleFault[] {
  const faults: RuleFault[] = [];
  const { conditionId, count } = rule;
  const conditionIds = ofClass.conditions.map((each) => each.conditionId);
  if (conditionId !== undefined && !conditionIds.includes(conditionId)) {
    const fault = ruleFault("conditionId", "condition", {}, conditionId);
    faults.push(unknownName(fault, conditionIds));
  }
  if (count !== undefined && count.n > count.m) {
    faults.push(ruleFault("count.n", "count-at-most", { m: count.m }, `${count.n}`));
  }
  return [
    ...faults,
    ...countFaults(rule),
    ...hoursFaults(rule),
    ...firstStepFaults(rule),
    ...lifeSafetyFaults(rule),
    ...wholeLifeSafetyFaults(rule),
    ...deviceFaultFaults(rule),
  ];
}

/** In an override it is the condition that does not go with the rule's count. */
function countFaults({ count, condition }: Rule, at = ""): RuleFault[] {
  const looksBack = condition.kind === "limit" && condition.signal !== undefined;
  const isOfReadings = condition.kind === "limit" || condition.kind === "boolean";
  if (count === undefined || (!looksBack && isOfReadings)) return [];
  if (at !== "") {
    return [ruleFault(`${at}condition`, "single-readings-for-count", count, condition.kind)];
  }
  return [ruleFault("count", "count-of-single-readings", {}, `${count.n} of ${count.m}`)];
}

/** Silence comes with no reading, so no hours of a reading can bind it. */
function hoursFaults({ during, condition }: Rule, at = ""): RuleFault[] {
  if (during === undefined || condition.kind !== "no-data") return [];
  const { from, to } = during;
  if (at !== "") {
    return [ruleFault(`${at}condition`, "readings-for-hours", { from, to }, condition.kind)];
  }
  return [ruleFault("during", "hours-of-silence", {}, `${from} to ${to}`)];
}

/** A danger to life is told by the first reading, at any time of the day. */
function wholeLifeSafetyFaults({ lifeSafety, count, during }: Rule): RuleFault[] {
  if (!lifeSafety) return [];
  const faults: RuleFault[] = [];
  if (count !== undefined) {
    faults.push(ruleFault("count", "life-safety-count", {}, `${count.n} of ${count.m}`));
  }
  if (during !== undefined) {
    const hours = `${during.from} to ${during.to}`;
    faults.push(ruleFault("during", "life-safety-hours", {}, hours));
  }
  return faults;
}

function lifeSafetyFaults({ lifeSafety, onDelayMs, condition }: Rule, at = ""): RuleFault[] {
  if (!lifeSafety) return [];
  const faults: RuleFault[] = [];
  if (onDelayMs > 0) {
    faults.push(ruleFault(`${at}onDelayMs`, "life-safety-delay", {}, `${onDelayMs}`));
  }
  if (condition.kind === "limit" && condition.signal !== undefined) {
    const { kind } = condition.signal;
    faults.push(ruleFault(`${at}condition.signal`, "life-safety-signal", {}, kind));
  }
  if (condition.kind === "compound") {
    faults.push(ruleFault(`${at}condition`, "life-safety-compound", {}, "compound"));
  }
  return faults;
}

/** Work on a sensor is never a city's case, nor a danger to life. */
function deviceFaultFaults({ isDeviceFault, conditionId, lifeSafety }: Rule): RuleFault[] {
  if (isDeviceFault !== true) return [];
  const faults: RuleFault[] = [];
  if (conditionId !== undefined) {
    faults.push(ruleFault("conditionId", "device-fault-condition", {}, conditionId));
  }
  if (lifeSafety) faults.push(ruleFault("lifeSafety", "device-fault-life-safety", {}, "true"));
  return faults;
}

/** One line for people: `condition.measurement: got 'tiltDegg', wanted …; did you mean 'tiltDeg'?` */
export function faultText({ path, wanted, got, nearest }: RuleFault): string {
  const hint = nearest === undefined ? "" : `; did you mean '${nearest}'?`;
  return `${path}: got '${got}', wanted ${wanted}${hint}`;
}
