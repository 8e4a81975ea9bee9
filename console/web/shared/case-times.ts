/** How much time a case has left, and which of two cases a reader should see first. */
import { say } from "./case-words.ts";
import type { CaseItem } from "./platform-types.ts";
import { sayDuration } from "./time-words.ts";

export interface TimeLeft {
  text: string;
  due: "calm" | "soon" | "over";
}

type Timed = Pick<
  CaseItem,
  "state" | "openedAt" | "reviewUntil" | "deadline" | "deadlineProvisional"
>;
type Urgent = Timed & Pick<CaseItem, "caseNo" | "lifeSafety">;

const DUE_SOON_SHARE = 0.2;

/** A case that nobody has confirmed yet shows until when that is due, any other its deadline. */
export function timeLeft(item: Timed, now: number): TimeLeft {
  const isUnconfirmed = item.state === "REPORTED";
  const until = isUnconfirmed ? item.reviewUntil : item.deadline;
  if (until === undefined) {
    return { text: isUnconfirmed ? say("confirmOpen") : "", due: "calm" };
  }
  const leftMs = Date.parse(until) - now;
  const wholeMs = Date.parse(until) - Date.parse(item.openedAt);
  const due = leftMs < 0 ? "over" : leftMs < wholeMs * DUE_SOON_SHARE ? "soon" : "calm";
  const t = sayDuration(leftMs);
  if (isUnconfirmed) return { text: say(leftMs < 0 ? "confirmLate" : "confirmIn", { t }), due };
  const provisional = item.deadlineProvisional === true ? say("provisional") : "";
  return { text: say(leftMs < 0 ? "over" : "left", { t }) + provisional, due };
}

/** Dangers to life first, then what is due first; what has no time set comes last. */
export function byUrgency(a: Urgent, b: Urgent): number {
  return (
    Number(b.lifeSafety) - Number(a.lifeSafety) ||
    dueAt(a) - dueAt(b) ||
    a.caseNo.localeCompare(b.caseNo)
  );
}

/** Read once of each case, since lists of thousands are sorted again and again. */
const dues = new WeakMap<Timed, number>();

function dueAt(item: Timed): number {
  const known = dues.get(item);
  if (known !== undefined) return known;
  const until = item.state === "REPORTED" ? item.reviewUntil : item.deadline;
  const due = until === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(until);
  dues.set(item, due);
  return due;
}
