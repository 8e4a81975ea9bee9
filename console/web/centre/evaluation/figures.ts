/** Which figures of an evaluation are shown, how they are written, and of which counts a rate is. Pure. */
import type { RateName } from "../../../../model/indicator.ts";
import type { EvaluationAnswer, EvaluationItem } from "../../shared/platform-types.ts";

export type Subject = EvaluationAnswer["subject"];
export const SUBJECTS = ["unit", "crew", "street", "grid", "area", "position"] as const;

/** Nothing is under the line. */
export const NONE = "–";

export const isRate = (name: string): boolean => name.endsWith("Rate");

/** `87.50%` of a rate that the platform has rounded to four places, `87.5` of points. */
export function figureText(name: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  return isRate(name) ? `${(value * 100).toFixed(2)}%` : String(value);
}

/** With its sign: `+1.5`, `−0.75`, `±0`. */
export function changeText(change: number | null): string {
  if (change === null) return NONE;
  if (change === 0) return "±0";
  return change > 0 ? `+${change}` : `−${-change}`;
}

const OF_WORK = [
  ...["dispatched", "handled", "overdueUnhandled", "handleRate", "onTimeHandleRate"],
  ...["closed", "closeRate", "reworkRate"],
];
const OF_PLACES = ["reported", "filed", ...OF_WORK];

/** The columns of a subject: the chief ones, or all that its items have. */
export function columnsOf(
  { subject, items }: Pick<EvaluationAnswer, "subject" | "items">,
  isAll: boolean,
): string[] {
  const all = [...new Set(items.flatMap(({ indicators }) => Object.keys(indicators)))];
  if (isAll || subject === "position") return all;
  return subject === "unit" || subject === "crew" ? OF_WORK : OF_PLACES;
}

export const isScored = ({ items }: Pick<EvaluationAnswer, "items">): boolean =>
  items.some(({ score }) => score !== null);

/** The counts over and under the line of each rate. */
export const RATE_PARTS: Readonly<Record<RateName, readonly [string, string]>> = {
  validRate: ["valid", "reported"],
  filingRate: ["filed", "reported"],
  closeOfFiledRate: ["closed", "filed"],
  handleRate: ["handled", "dueToHandle"],
  onTimeHandleRate: ["handledOnTime", "dueToHandle"],
  overdueRate: ["overdueUnhandled", "dueToHandle"],
  extensionRate: ["extensions", "dueToHandle"],
  closeRate: ["closed", "dueToClose"],
  onTimeCloseRate: ["closedOnTime", "dueToClose"],
  reworkRate: ["reworks", "dueToClose"],
  refusedReturnRate: ["refusedReturns", "dispatched"],
  urgentCloseRate: ["urgentClosed", "urgentDueToClose"],
  urgentOnTimeRate: ["urgentClosedOnTime", "urgentDueToClose"],
  callbackRate: ["answered", "asked"],
  satisfactionRate: ["satisfied", "answered"],
  solvedRate: ["solved", "answered"],
};

/** The counts that stand behind a figure; of a post's rate and of a score there are none. */
export function countsBehind(name: string): readonly string[] {
  if (Object.hasOwn(RATE_PARTS, name)) return RATE_PARTS[name as RateName];
  return isRate(name) || name === "score" ? [] : [name];
}

/** Of whom, as somebody reads it. */
export const nameOfItem = ({
  name,
  subjectId,
}: Pick<EvaluationItem, "name" | "subjectId">): string => name ?? subjectId;
