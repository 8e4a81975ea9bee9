/** What a backtest found, as a curve of one asset shows it: what would have fired beside what fired. */
import type { CurveLimit, CurveMark } from "../../shared/curve-data.ts";
import type { AlarmItem, BacktestAnswer, RuleItem } from "../../shared/platform-types.ts";

type Tried = BacktestAnswer["onlyCandidate"][number];
export type MarkNames = Record<"candidate" | "present" | "fired", string>;

/** Assets with alarms of either side, those first in which the two differ. */
export function assetsFound(answer: BacktestAnswer): string[] {
  const { onlyCandidate, onlyPresent, candidate, present } = answer;
  const lists = [onlyCandidate, onlyPresent, candidate.alarms, present?.alarms ?? []];
  return [...new Set(lists.flat().map(({ assetId }) => assetId))];
}

export function marksOf(
  answer: BacktestAnswer,
  assetId: string,
  fired: readonly AlarmItem[],
  names: MarkNames,
): CurveMark[] {
  const end = Date.parse(answer.to);
  const from = Date.parse(answer.from);
  const tried = (kind: "candidate" | "present", alarms: readonly Tried[]): CurveMark[] =>
    alarms
      .filter((alarm) => alarm.assetId === assetId)
      .map(({ raisedAt, returnedAt, deviceId }) => ({
        ...{ kind, kindName: names[kind], at: Date.parse(raisedAt), label: deviceId },
        until: returnedAt === undefined ? end : Date.parse(returnedAt),
      }));
  const real = fired
    .filter(({ ruleId, raisedAt }) => {
      const at = Date.parse(raisedAt);
      return ruleId === answer.ruleId && at >= from && at < end;
    })
    .map(({ raisedAt, returnedAt, clearedAt, deviceId }) => ({
      ...{ kind: "fired", kindName: names.fired, at: Date.parse(raisedAt), label: deviceId ?? "" },
      until: Date.parse(returnedAt ?? clearedAt ?? answer.to),
    }));
  return [
    ...tried("candidate", answer.candidate.alarms),
    ...tried("present", answer.present?.alarms ?? []),
    ...real,
  ];
}

type Condition = RuleItem["condition"];

/** The measurement that the condition is about; of several tests the first. */
export function measurementOfRule(condition: Condition): string | undefined {
  if ("measurement" in condition && condition.measurement !== undefined) {
    return condition.measurement;
  }
  return condition.kind === "compound" ? firstOf(condition.when) : undefined;
}

type Term = Extract<Condition, { kind: "compound" }>["when"];

function firstOf(term: Term): string | undefined {
  if ("not" in term) return firstOf(term.not);
  const [inner] = "all" in term ? term.all : "any" in term ? term.any : [];
  if (inner !== undefined) return firstOf(inner);
  return "measurement" in term ? term.measurement : undefined;
}

/** Limits that are plain numbers on the value itself; what an asset brings is not known here. */
export function plainLimits(condition: Condition, label: string): CurveLimit[] {
  if (condition.kind !== "limit" || condition.signal !== undefined) return [];
  return [condition.raise, ...(condition.steps ?? []).map(({ raise }) => raise)].flatMap((raise) =>
    typeof raise === "number" ? [{ value: raise, label }] : [],
  );
}
