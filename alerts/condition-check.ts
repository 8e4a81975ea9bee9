/**
 * Is a condition sense? That what it measures exists in the class that it looks at, that its signal
 * suits it and does not look back on too much, that its levels lie right; of a compound, test by
 * test. Answers every fault with its path, what was wanted, what was got and the nearest valid name.
 */
import type { AssetClass, Measurement } from "../model/asset-class.ts";
import { LIMITS } from "../model/limits.ts";
import { nearestName } from "../model/nearest-name.ts";
import type { Rule, Signal, Test } from "../model/rule.ts";
import { type RuleFault, ruleFault } from "../model/rule-fault.ts";
import { type Compound, testsOf } from "./compound-compile.ts";
import { levelFaults } from "./ladder-check.ts";
import { depthOf } from "./signals.ts";

type LimitTest = Extract<Test, { kind: "limit" }>;
type Looked = Pick<LimitTest, "measurement" | "signal" | "of">;

/** What a condition may speak of. */
export interface CheckContext {
  readonly ofClass: AssetClass;
  readonly classes: readonly AssetClass[];
}

export function conditionFaults(
  condition: Rule["condition"],
  path: string,
  context: CheckContext,
): RuleFault[] {
  const { ofClass } = context;
  if (condition.kind === "children") return [];
  if (condition.kind === "compound") return compoundFaults(condition, path, context);
  if (condition.measurement === undefined) return [];
  const measurement = ofClass.measurements.find(({ name }) => name === condition.measurement);
  if (measurement === undefined)
    return [unknownMeasurement(`${path}.measurement`, condition.measurement, ofClass)];
  if (condition.kind === "out-of-range" || condition.kind === "no-data") return [];
  if (condition.kind === "boolean") return booleanFaults(path, measurement);
  return [
    ...numberFaults(condition, path, measurement),
    ...signalFaults(condition.signal, path, ofClass),
    ...levelFaults(condition, path, measurement),
  ];
}

function booleanFaults(path: string, measurement: Measurement): RuleFault[] {
  if (measurement.kind === "boolean") return [];
  const values = { measurement: measurement.name };
  return [ruleFault(`${path}.kind`, "limit-of-number", values, "boolean")];
}

/** A signal makes a number of a boolean, too; what parts have in common is one. */
function numberFaults(
  { signal, of }: Pick<LimitTest, "signal" | "of">,
  path: string,
  measurement: Measurement,
): RuleFault[] {
  if (signal !== undefined || typeof of === "object" || measurement.kind === "number") return [];
  const values = { measurement: measurement.name };
  return [ruleFault(`${path}.kind`, "boolean-of-boolean", values, "limit")];
}

function compoundFaults(
  { when, heldMs }: Compound,
  path: string,
  context: CheckContext,
): RuleFault[] {
  const tests = testsOf(when, `${path}.when`);
  const faults = tests.flatMap(({ test, path: at }) => testFaults(test, at, context));
  if (tests.length > LIMITS.compoundTestsMax) {
    const max = LIMITS.compoundTestsMax;
    faults.push(ruleFault(`${path}.when`, "tests-at-most", { max }, `${tests.length}`));
  }
  if (tests.every(({ test }) => !looksAtItself(test))) {
    const got = "tests of other assets alone";
    faults.push(ruleFault(`${path}.when`, "test-of-itself", {}, got));
  }
  const heldMsMax = LIMITS.lookBackPointsMax * context.ofClass.reportPeriodMs;
  if (heldMs !== undefined && heldMs > heldMsMax) {
    const values = { max: heldMsMax, points: LIMITS.lookBackPointsMax };
    faults.push(ruleFault(`${path}.heldMs`, "held-at-most", values, `${heldMs}`));
  }
  return faults;
}

function looksAtItself(test: Test): boolean {
  const against = test.kind === "limit" ? test.against : undefined;
  return test.of === undefined || (against !== undefined && against.of === undefined);
}

function testFaults(test: Test, path: string, context: CheckContext): RuleFault[] {
  const [measurement, faults] = lookFaults(test, path, context);
  if (measurement === undefined) return faults;
  if (test.kind === "boolean") return [...faults, ...booleanFaults(path, measurement)];
  faults.push(...numberFaults(test, path, measurement));
  // What is counted, summed up or held against another has no range of its own.
  const isWithinRange = test.against === undefined && typeof test.of !== "object";
  const anything = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
  faults.push(
    ...levelFaults(test, path, isWithinRange ? measurement : { ...measurement, ...anything }),
  );
  if (test.against === undefined) return faults;
  const [other, otherFaults] = lookFaults(test.against, `${path}.against`, context);
  if (other !== undefined)
    otherFaults.push(...numberFaults(test.against, `${path}.against`, other));
  return [...faults, ...otherFaults];
}

/** What a test looks at, where it exists. */
function lookFaults(
  looked: Looked | Exclude<Test, LimitTest>,
  path: string,
  { ofClass, classes }: CheckContext,
): [Measurement | undefined, RuleFault[]] {
  const { measurement, of } = looked;
  const signal = "signal" in looked ? looked.signal : undefined;
  if (typeof of !== "object") {
    // Of a parent any class may be meant that measures it.
    const meant =
      of === undefined
        ? ofClass
        : classes.find((each) => each.measurements.some(({ name }) => name === measurement));
    if (meant === undefined) {
      const names = classes.flatMap(({ measurements }) => measurements.map(({ name }) => name));
      const at = `${path}.measurement`;
      return [undefined, [unknownName(ruleFault(at, "any-measurement", {}, measurement), names)]];
    }
    return found(looked.measurement, signal, path, meant);
  }
  const parts = classes.find(({ slug }) => slug === of.childrenOf);
  if (parts === undefined) {
    const slugs = classes.map(({ slug }) => slug);
    const fault = ruleFault(`${path}.of.childrenOf`, "class", {}, of.childrenOf);
    return [undefined, [unknownName(fault, slugs)]];
  }
  if (signal === undefined) return found(measurement, undefined, path, parts);
  const fault = ruleFault(`${path}.signal`, "parts-without-signal", {}, signal.kind);
  return [undefined, [fault]];
}

function found(
  name: string,
  signal: Signal | undefined,
  path: string,
  meant: AssetClass,
): [Measurement | undefined, RuleFault[]] {
  const measurement = meant.measurements.find((each) => each.name === name);
  if (measurement !== undefined) return [measurement, signalFaults(signal, path, meant)];
  return [undefined, [unknownMeasurement(`${path}.measurement`, name, meant)]];
}

function signalFaults(signal: Signal | undefined, path: string, ofClass: AssetClass): RuleFault[] {
  if (signal === undefined) return [];
  const points = Math.ceil(depthOf(signal) / dueEveryMs(signal, ofClass));
  if (points > LIMITS.lookBackPointsMax) {
    const values = { max: LIMITS.lookBackPointsMax };
    return [ruleFault(`${path}.signal`, "looks-back-at-most", values, `about ${points}`)];
  }
  if (signal.kind === "hours" && signal.above === undefined && signal.below === undefined) {
    return [ruleFault(`${path}.signal`, "above-or-below", {}, "neither")];
  }
  if (signal.kind === "valid-mean" && signal.weight !== undefined) {
    const isThere = ofClass.measurements.some(({ name }) => name === signal.weight);
    return isThere ? [] : [unknownMeasurement(`${path}.signal.weight`, signal.weight, ofClass)];
  }
  return [];
}

const dueEveryMs = (signal: Signal, { reportPeriodMs }: AssetClass): number =>
  signal.kind === "valid-mean" ? signal.dueEveryMs : reportPeriodMs;

function unknownMeasurement(path: string, got: string, ofClass: AssetClass): RuleFault {
  const names = ofClass.measurements.map(({ name }) => name);
  return unknownName(ruleFault(path, "measurement", { class: ofClass.slug }, got), names);
}

/** With the nearest of the names that there are. */
export function unknownName(fault: RuleFault, names: readonly string[]): RuleFault {
  const nearest = nearestName(fault.got, names);
  return nearest === undefined ? fault : { ...fault, nearest };
}
