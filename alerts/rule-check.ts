/**
 * Is a rule sense? What its shape cannot say: that class, measurements and filing condition exist,
 * that levels lie on the right sides of each other, that the steps of a ladder do not overlap.
 * Answers every fault with its path, what was wanted, what was got and the nearest valid name.
 */
import type { AssetClass, Measurement } from "../model/asset-class.ts";
import { type Quantity, type Rule, Severity } from "../model/rule.ts";
import { nearestName } from "./nearest-name.ts";

export interface RuleFault {
  path: string;
  wanted: string;
  got: string;
  nearest?: string;
}

type Limit = Extract<Rule["condition"], { kind: "limit" }>;

export function ruleFaults(rule: Rule, classes: readonly AssetClass[]): RuleFault[] {
  const ofClass = classes.find(({ slug }) => slug === rule.class);
  if (ofClass === undefined) {
    const slugs = classes.map(({ slug }) => slug);
    return [unknownName("class", "an asset class", rule.class, slugs)];
  }
  const faults = [
    ...idFaults(rule),
    ...conditionFaults(rule.condition, "condition", ofClass),
    ...restFaults(rule, ofClass),
  ];
  for (const [index, { set }] of (rule.overrides ?? []).entries()) {
    if (set.condition === undefined) continue;
    faults.push(...conditionFaults(set.condition, `overrides[${index}].set.condition`, ofClass));
  }
  return faults;
}

function idFaults({ ruleId, class: slug }: Rule): RuleFault[] {
  if (ruleId.startsWith(`${slug}.`)) return [];
  return [{ path: "ruleId", wanted: `'${slug}.' and a name`, got: ruleId }];
}

function restFaults(rule: Rule, ofClass: AssetClass): RuleFault[] {
  const faults: RuleFault[] = [];
  const { conditionId, count, condition, lifeSafety, onDelayMs } = rule;
  const conditionIds = ofClass.conditions.map((each) => each.conditionId);
  if (conditionId !== undefined && !conditionIds.includes(conditionId)) {
    faults.push(
      unknownName("conditionId", "a filing condition of the class", conditionId, conditionIds),
    );
  }
  if (count !== undefined && count.n > count.m) {
    faults.push({ path: "count.n", wanted: `at most m, ${count.m}`, got: `${count.n}` });
  }
  const looksBack = condition.kind === "limit" && condition.signal !== undefined;
  if (count !== undefined && (looksBack || condition.kind === "no-data")) {
    faults.push({
      path: "count",
      wanted: "none, since the condition does not judge single readings",
      got: `${count.n} of ${count.m}`,
    });
  }
  if (lifeSafety && onDelayMs > 0) {
    faults.push({
      path: "onDelayMs",
      wanted: "0, since life safety waits for nothing",
      got: `${onDelayMs}`,
    });
  }
  if (lifeSafety && looksBack) {
    faults.push({
      path: "condition.signal",
      wanted: "none, since life safety is judged by each reading alone",
      got: condition.signal?.kind ?? "",
    });
  }
  return faults;
}

function conditionFaults(
  condition: Rule["condition"],
  path: string,
  ofClass: AssetClass,
): RuleFault[] {
  if (condition.kind === "no-data") return [];
  const measurement = ofClass.measurements.find(({ name }) => name === condition.measurement);
  if (measurement === undefined)
    return [unknownMeasurement(`${path}.measurement`, condition.measurement, ofClass)];
  if (condition.kind === "boolean") {
    if (measurement.kind === "boolean") return [];
    return [
      {
        path: `${path}.kind`,
        wanted: `'limit', since ${measurement.name} is a number`,
        got: "boolean",
      },
    ];
  }
  return [
    ...signalFaults(condition, path, ofClass, measurement),
    ...levelFaults(condition, path, measurement),
  ];
}

function signalFaults(
  { signal }: Limit,
  path: string,
  ofClass: AssetClass,
  measurement: Measurement,
): RuleFault[] {
  if (signal === undefined) {
    if (measurement.kind === "number") return [];
    return [
      { path: `${path}.kind`, wanted: `'boolean', since ${measurement.name} is one`, got: "limit" },
    ];
  }
  if (signal.kind === "hours" && signal.above === undefined && signal.below === undefined) {
    return [{ path: `${path}.signal`, wanted: "'above' or 'below'", got: "neither" }];
  }
  if (signal.kind === "valid-mean" && signal.weight !== undefined) {
    const isThere = ofClass.measurements.some(({ name }) => name === signal.weight);
    return isThere ? [] : [unknownMeasurement(`${path}.signal.weight`, signal.weight, ofClass)];
  }
  return [];
}

/** Levels that assets bring are checked by what they are otherwise. */
function levelFaults(condition: Limit, path: string, measurement: Measurement): RuleFault[] {
  const faults: RuleFault[] = [];
  const sign = condition.direction === "above" ? 1 : -1;
  const pairs = [condition, ...(condition.steps ?? [])];
  for (const [index, { raise, clear }] of pairs.entries()) {
    const at = index === 0 ? path : `${path}.steps[${index - 1}]`;
    const [up, down] = [known(raise), known(clear)];
    const before = known(pairs[index - 1]?.raise);
    if (up !== undefined && down !== undefined && (up - down) * sign < 0) {
      const side = sign > 0 ? "at most" : "at least";
      faults.push({ path: `${at}.clear`, wanted: `${side} the raise level ${up}`, got: `${down}` });
    }
    if (condition.signal === undefined)
      faults.push(...rangeFaults(at, { raise: up, clear: down }, measurement));
    if (before !== undefined && up !== undefined && (up - before) * sign <= 0) {
      const side = sign > 0 ? "above" : "below";
      faults.push({
        path: `${at}.raise`,
        wanted: `${side} the step before, ${before}`,
        got: `${up}`,
      });
    } else if (before !== undefined && down !== undefined && (down - before) * sign < 0) {
      const side = sign > 0 ? "at least" : "at most";
      faults.push({
        path: `${at}.clear`,
        wanted: `${side} the raise level of the step before, ${before}, so that severities do not overlap`,
        got: `${down}`,
      });
    }
  }
  return [...faults, ...severityFaults(condition, path)];
}

function rangeFaults(
  path: string,
  levels: { raise: number | undefined; clear: number | undefined },
  { min, max, unit }: Measurement,
): RuleFault[] {
  return Object.entries(levels).flatMap(([name, level]) => {
    if (level === undefined || (level >= min && level <= max)) return [];
    const wanted = `within the measurement's range, ${min} to ${max} ${unit}`.trim();
    return [{ path: `${path}.${name}`, wanted, got: `${level}` }];
  });
}

function severityFaults({ steps = [] }: Limit, path: string): RuleFault[] {
  const rank = (severity: Severity): number => Severity.options.indexOf(severity);
  return steps.flatMap(({ severity }, index) => {
    const before = steps[index - 1]?.severity;
    if (before === undefined || rank(severity) > rank(before)) return [];
    return [
      {
        path: `${path}.steps[${index}].severity`,
        wanted: `more severe than the step before, ${before}`,
        got: severity,
      },
    ];
  });
}

function known(quantity: Quantity | undefined): number | undefined {
  return typeof quantity === "number" ? quantity : quantity?.otherwise;
}

function unknownMeasurement(path: string, got: string, ofClass: AssetClass): RuleFault {
  const names = ofClass.measurements.map(({ name }) => name);
  return unknownName(path, `a measurement of class '${ofClass.slug}'`, got, names);
}

function unknownName(
  path: string,
  wanted: string,
  got: string,
  names: readonly string[],
): RuleFault {
  const nearest = nearestName(got, names);
  return { path, wanted, got, ...(nearest === undefined ? {} : { nearest }) };
}

/** One line for people: `condition.measurement: got 'tiltDegg', wanted …; did you mean 'tiltDeg'?` */
export function faultText({ path, wanted, got, nearest }: RuleFault): string {
  const hint = nearest === undefined ? "" : `; did you mean '${nearest}'?`;
  return `${path}: got '${got}', wanted ${wanted}${hint}`;
}
