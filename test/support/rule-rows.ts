/**
 * A rule as its row of docs/alarms.md: what raises it, what clears it, delays, severities, what it
 * opens, its source. The page is held equal to these cells.
 */
import type { AssetClass } from "../../model/asset-class.ts";
import type { Quantity, Rule, Signal, Term, Test } from "../../model/rule.ts";

type Limit = Extract<Rule["condition"], { kind: "limit" }>;
type LimitTest = Extract<Test, { kind: "limit" }>;

/** Three report periods of the class, where a silence has no time of its own. */
const PERIODS_MISSED = 3;

export function ruleRow(rule: Rule, ofClass: Pick<AssetClass, "reportPeriodMs">): string[] {
  const { ruleId, title, condition, attributes, during } = rule;
  const more = [
    ...(rule.lifeSafety ? ["**life safety**"] : []),
    ...Object.entries(attributes ?? {}).map(([name, of]) => `only \`${name}\` = \`${of}\``),
    ...(during === undefined ? [] : [`${during.from}–${during.to}`]),
  ];
  const steps = condition.kind === "limit" ? (condition.steps ?? []) : [];
  return [
    `\`${ruleId}\` ${title.zh}`,
    [raisesText(condition, ofClass), ...more].join("; "),
    clearsText(condition),
    timeText(rule.onDelayMs),
    timeText(rule.offDelayMs),
    [rule.severity, ...steps.map(({ severity }) => severity)].join(", "),
    rule.isDeviceFault === true ? "*task*" : codeOf(rule.conditionId),
    rule.source,
  ];
}

const codeOf = (name: string | undefined): string => (name === undefined ? "" : `\`${name}\``);

function raisesText(
  condition: Rule["condition"],
  { reportPeriodMs }: Pick<AssetClass, "reportPeriodMs">,
): string {
  switch (condition.kind) {
    case "no-data":
      return `silent for ${timeText(condition.afterMs || PERIODS_MISSED * reportPeriodMs)}`;
    case "boolean":
      return `\`${condition.measurement}\` is ${condition.abnormalWhen}`;
    case "out-of-range":
      return `\`${condition.measurement}\` outside its range`;
    case "compound":
      return termText(condition.when, raisesTestText);
    case "children": {
      const { family, countMin, shareMin, windowMs } = condition;
      return `${countMin} or more, and ${shareMin * 100} %, of those below \`${family}\` within ${timeText(windowMs)}`;
    }
    case "limit":
      return limitText(condition);
  }
}

function limitText(condition: Limit): string {
  const { measurement, signal, direction, inclusive, raise, steps = [] } = condition;
  if (signal?.kind === "against-plan") {
    return `\`${measurement}\` is ${signal.planned === "dark"} while the plan says ${signal.planned}`;
  }
  const sign = { above: inclusive ? "≥" : ">", below: inclusive ? "≤" : "<" }[direction];
  const first = `${signalText(signal, measurement)} ${sign} ${quantityText(raise)}`;
  const period = condition.period === "instant" ? "" : ` (${condition.period}'s mean)`;
  const further = steps.map((step) => `; ${step.severity} ${sign} ${quantityText(step.raise)}`);
  return `${first}${signal === undefined ? period : ""}${further.join("")}`;
}

function clearsText(condition: Rule["condition"]): string {
  switch (condition.kind) {
    case "no-data":
      return "heard";
    case "boolean":
      return `is ${!condition.abnormalWhen}`;
    case "out-of-range":
      return "inside";
    case "compound":
      return `not: ${termText(condition.when, keepsTestText)}`;
    case "children":
      return "less than half as many";
    case "limit": {
      if (condition.signal?.kind === "against-plan") return "keeps the plan";
      const sign = condition.direction === "above" ? "≤" : "≥";
      // What raises at a level that it also clears at is normal only past it.
      const isShared = condition.inclusive && condition.raise === condition.clear;
      const past = isShared ? (condition.direction === "above" ? "<" : ">") : sign;
      const further = (condition.steps ?? []).map(
        (step) => `; ${step.severity} ${sign} ${quantityText(step.clear)}`,
      );
      return `${past} ${quantityText(condition.clear)}${further.join("")}`;
    }
  }
}

function termText(term: Term, testText: (test: Test) => string): string {
  const of = (terms: readonly Term[], word: string): string =>
    terms
      .map((each) => ("any" in each ? `(${termText(each, testText)})` : termText(each, testText)))
      .join(` ${word} `);
  if ("all" in term) return of(term.all, "and");
  if ("any" in term) return of(term.any, "or");
  if ("not" in term) return `not (${termText(term.not, testText)})`;
  return testText(term);
}

function raisesTestText(test: Test): string {
  if (test.kind === "boolean") return `${lookedText(test)} is ${test.abnormalWhen}`;
  const sign = { above: test.inclusive ? "≥" : ">", below: test.inclusive ? "≤" : "<" };
  return `${lookedText(test)} ${sign[test.direction]} ${levelText(test, test.raise)}`;
}

/** What is so is not over. */
function keepsTestText(test: Test): string {
  if (test.kind === "boolean") return raisesTestText(test);
  const sign = test.direction === "above" ? ">" : "<";
  return `${lookedText(test)} ${sign} ${levelText(test, test.clear)}`;
}

function levelText({ against }: LimitTest, level: Quantity): string {
  if (against === undefined) return quantityText(level);
  const sign = against.as === "times" ? "×" : "+";
  return `${quantityText(level)} ${sign} ${lookedText(against)}`;
}

interface Looked extends Pick<LimitTest, "measurement" | "of"> {
  signal?: Signal | undefined;
}

function lookedText({ measurement, signal, of }: Looked): string {
  const text = signalText(signal, measurement);
  if (of === undefined) return text;
  return of === "parent" ? `parent's ${text}` : `${of.fn} of \`${of.childrenOf}\` parts' ${text}`;
}

function signalText(signal: Signal | undefined, measurement: string): string {
  const of = `\`${measurement}\``;
  switch (signal?.kind) {
    case undefined:
      return of;
    case "rate":
      return `rise of ${of} a minute, over ${timeText(signal.overMs)},`;
    case "window":
      return `${signal.fn} of ${of} over ${timeText(signal.overMs)}`;
    case "hours":
      return `hours of ${of}${betweenText(signal)} in ${timeText(signal.overMs)}`;
    case "unchanged":
      return `hours of ${of} unchanged${betweenText(signal)}, ${signal.pointsMin} readings or more,`;
    case "jump":
      return `step of ${of} within ${timeText(signal.overMs)}`;
    case "forecast":
      return `hours until ${of} reaches ${signal.reaches}`;
    case "days-without": {
      const by = signal.dueBy === undefined ? "" : ` by ${signal.dueBy}`;
      const held = signal.atLeast === undefined ? "" : ` (0 while it is < ${signal.atLeast})`;
      return `days${by} without a fall of ${of} by ${signal.fallsBy}${held}`;
    }
    case "valid-mean": {
      const weight = signal.weight === undefined ? "" : ` by \`${signal.weight}\``;
      return `valid mean of the ${signal.span}'s hours of ${of}, weighted${weight},`;
    }
    case "against-plan":
      return of;
    case "off-neighbours": {
      const { among, overMs } = signal;
      const where = among === "parent" ? "with the same parent" : "in the same grid";
      return `mean of ${of} over ${timeText(overMs)}, off the median of those ${where},`;
    }
  }
}

function betweenText({
  above,
  below,
}: {
  above?: number | undefined;
  below?: number | undefined;
}): string {
  const ends = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  return ends.length === 0 ? "" : ` ${ends.join(" and ")}`;
}

function quantityText(quantity: Quantity): string {
  if (typeof quantity === "number") return String(quantity);
  const { attribute, times = 1, plus = 0, otherwise } = quantity;
  const product = times === 1 ? `\`${attribute}\`` : `\`${attribute}\` × ${times}`;
  const sum = plus === 0 ? product : `${product} ${plus < 0 ? "−" : "+"} ${Math.abs(plus)}`;
  return otherwise === undefined ? sum : `${sum}, else ${otherwise}`;
}

/** As the pages write a time: the largest unit that divides it. */
function timeText(ms: number): string {
  if (ms === 0) return "0";
  const units: [number, string][] = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1_000, "s"],
  ];
  const [unitMs, name] = units.find(([size]) => ms % size === 0) ?? [1, "ms"];
  return `${ms / unitMs} ${name}`;
}
