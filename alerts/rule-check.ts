/**
 * Is a rule sense? What its shape cannot say: that class, measurements and filing condition exist,
 * that levels lie on the right sides of each other, that the steps of a ladder do not overlap.
 * Answers every fault with its path, what was wanted, what was got and the nearest valid name.
 */
import type { AssetClass } from "../model/asset-class.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Rule, RuleOverride } from "../model/rule.ts";
import { type CheckContext, conditionFaults, unknownName } from "./condition-check.ts";
import { firstStepFaults } from "./ladder-check.ts";
import { overridden } from "./rule-book.ts";
import { rulesOf, topologyFaults } from "./topology-check.ts";

export interface RuleFault {
  path: string;
  wanted: string;
  got: string;
  nearest?: string;
}

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
    return [unknownName("class", "an asset class", rule.class, slugs)];
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
  return [{ path: "ruleId", wanted: `'${slug}.' and a name`, got: ruleId }];
}

function restFaults(rule: Rule, ofClass: AssetClass): RuleFault[] {
  const faults: RuleFault[] = [];
  const { conditionId, count } = rule;
  const conditionIds = ofClass.conditions.map((each) => each.conditionId);
  if (conditionId !== undefined && !conditionIds.includes(conditionId)) {
    faults.push(
      unknownName("conditionId", "a filing condition of the class", conditionId, conditionIds),
    );
  }
  if (count !== undefined && count.n > count.m) {
    faults.push({ path: "count.n", wanted: `at most m, ${count.m}`, got: `${count.n}` });
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
    const wanted = `one that judges single readings, since the rule counts ${count.n} of ${count.m}`;
    return [{ path: `${at}condition`, wanted, got: condition.kind }];
  }
  return [
    {
      path: "count",
      wanted: "none, since the condition does not judge single readings",
      got: `${count.n} of ${count.m}`,
    },
  ];
}

/** Silence comes with no reading, so no hours of a reading can bind it. */
function hoursFaults({ during, condition }: Rule, at = ""): RuleFault[] {
  if (during === undefined || condition.kind !== "no-data") return [];
  const hours = `${during.from} to ${during.to}`;
  if (at !== "") {
    const wanted = `one that judges readings, since the rule judges from ${hours}`;
    return [{ path: `${at}condition`, wanted, got: condition.kind }];
  }
  return [{ path: "during", wanted: "none, since silence is counted at all hours", got: hours }];
}

/** A danger to life is told by the first reading, at any time of the day. */
function wholeLifeSafetyFaults({ lifeSafety, count, during }: Rule): RuleFault[] {
  if (!lifeSafety) return [];
  const faults: RuleFault[] = [];
  if (count !== undefined) {
    const wanted = "none, since life safety is raised by the first reading";
    faults.push({ path: "count", wanted, got: `${count.n} of ${count.m}` });
  }
  if (during !== undefined) {
    const wanted = "none, since life safety knows no hours";
    faults.push({ path: "during", wanted, got: `${during.from} to ${during.to}` });
  }
  return faults;
}

function lifeSafetyFaults({ lifeSafety, onDelayMs, condition }: Rule, at = ""): RuleFault[] {
  if (!lifeSafety) return [];
  const faults: RuleFault[] = [];
  if (onDelayMs > 0) {
    faults.push({
      path: `${at}onDelayMs`,
      wanted: "0, since life safety waits for nothing",
      got: `${onDelayMs}`,
    });
  }
  if (condition.kind === "limit" && condition.signal !== undefined) {
    faults.push({
      path: `${at}condition.signal`,
      wanted: "none, since life safety is judged by each reading alone",
      got: condition.signal.kind,
    });
  }
  if (condition.kind === "compound") {
    const wanted = "one that judges single readings, since life safety is judged by each alone";
    faults.push({ path: `${at}condition`, wanted, got: "compound" });
  }
  return faults;
}

/** Work on a sensor is never a city's case, nor a danger to life. */
function deviceFaultFaults({ isDeviceFault, conditionId, lifeSafety }: Rule): RuleFault[] {
  if (isDeviceFault !== true) return [];
  const faults: RuleFault[] = [];
  const since = "since a device fault opens a device-repair task and never a case";
  if (conditionId !== undefined) {
    faults.push({ path: "conditionId", wanted: `none, ${since}`, got: conditionId });
  }
  if (lifeSafety) faults.push({ path: "lifeSafety", wanted: `false, ${since}`, got: "true" });
  return faults;
}

/** One line for people: `condition.measurement: got 'tiltDegg', wanted …; did you mean 'tiltDeg'?` */
export function faultText({ path, wanted, got, nearest }: RuleFault): string {
  const hint = nearest === undefined ? "" : `; did you mean '${nearest}'?`;
  return `${path}: got '${got}', wanted ${wanted}${hint}`;
}
