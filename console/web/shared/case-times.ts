/** How much time a case has left, in words; where no limit runs, how long it has waited. */
import { dueOf, type Timed, urgencyOf } from "./case-due.ts";
import { say } from "./case-words.ts";
import type { CaseItem } from "./platform-types.ts";
import { sayDuration } from "./time-words.ts";

export interface TimeLeft {
  text: string;
  due: "calm" | "soon" | "over";
}

/** `now` in ms since 1970. */
export function timeLeft(
  item: Timed & Pick<CaseItem, "deadlineProvisional">,
  now: number,
): TimeLeft {
  const isUnconfirmed = item.state === "REPORTED";
  const found = dueOf(item);
  if (found === undefined) {
    if (isUnconfirmed) return { text: say("confirmOpen"), due: "calm" };
    const since = Date.parse(item.stageSince ?? item.openedAt);
    return { text: say("waiting", { t: sayDuration(now - since) }), due: "calm" };
  }
  const due = urgencyOf(found, now);
  const isOver = due === "over";
  const t = sayDuration(found.until - now);
  if (isUnconfirmed) return { text: say(isOver ? "confirmLate" : "confirmIn", { t }), due };
  const isProvisional = item.deadlineProvisional === true && isOfDeadline(item, found.until);
  const provisional = isProvisional ? say("provisional") : "";
  return { text: say(isOver ? "over" : "left", { t }) + provisional, due };
}

/** The limit of a stage is never one of an unknown calendar. */
const isOfDeadline = ({ deadline }: Timed, until: number): boolean =>
  deadline !== undefined && Date.parse(deadline) === until;
