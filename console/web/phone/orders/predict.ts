/**
 * A case as it will stand once what waits in the phone's outbox is done, so that work goes on without
 * network. Pure; the platform's answer always takes its place.
 */
import type { CaseItem } from "../../shared/platform-types.ts";
import type { Entry, Outbox, Transition } from "../outbox/outbox-machine.ts";

export type Predicted = CaseItem & {
  /** Steps of it that the platform does not know yet. */
  unsent?: number;
  /** One of them was refused. */
  hasRefused?: boolean;
};

export function predicted(item: CaseItem, box: Outbox): Predicted {
  const mine = box.filter(
    ({ act }) => act.kind === "transition" && act.caseNo === item.caseNo,
  ) as (Entry & { act: Transition })[];
  if (mine.length === 0) return item;
  let now: CaseItem = item;
  let hasRefused = false;
  for (const { act, at, status } of mine) {
    if (status.kind === "refused") hasRefused = true;
    // What stands behind a refused one may never be done.
    if (!hasRefused) now = after(now, act, new Date(at).toISOString());
  }
  return { ...now, unsent: mine.length, ...(hasRefused && { hasRefused }) };
}

function after(item: CaseItem, act: Transition, at: string): CaseItem {
  const { crewId: _crew, ...rest } = item;
  switch (act.event) {
    case "acceptOrder":
      return { ...item, acceptedAt: at };
    case "declineOrder":
      return rest;
    case "start":
      return { ...item, state: "HANDLING", startedAt: at };
    case "arrive":
      return { ...item, arrivedAt: at };
    case "feedback": {
      const { outcome = "repaired" } = act.said;
      if (outcome === "notOurs") return { ...item, state: "RETURN_REVIEW" };
      return { ...item, state: "FEEDBACK", feedbackAt: at, outcome };
    }
    case "return":
      return { ...item, state: "RETURN_REVIEW" };
    case "requestExtension":
      return { ...item, extensionAskedAt: at };
    case "requestSuspend":
      return { ...item, suspendAskedAt: at };
    case "verifyResult":
      return { ...item, state: "REPORTED" };
    case "checkPass":
      return { ...item, state: "PENDING_CLOSE" };
    case "rework":
      return { ...item, state: "HANDLING" };
    case "settle":
      return { ...item, state: "CLOSED" };
    default:
      return item;
  }
}
