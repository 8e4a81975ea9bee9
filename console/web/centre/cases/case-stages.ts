/**
 * A case's history as the seven stages of digital city management: which are done, when and by
 * whom, and in which it stands. Pure.
 */
import type { CaseDetail, CaseState } from "../../shared/platform-types.ts";

export const STAGES = [
  "collected",
  "filed",
  "dispatched",
  "handled",
  "reportedBack",
  "checkedClosed",
  "evaluated",
] as const;
export type StageName = (typeof STAGES)[number];

export interface StageShown {
  name: StageName;
  progress: "done" | "current" | "ahead" | "skipped";
  at?: string;
  actor?: string;
}

/** Which record says that a stage is over; of several the last. */
const ENDED_BY: Record<StageName, readonly string[]> = {
  collected: ["report"],
  filed: ["file", "settle"],
  dispatched: ["dispatch", "rule"],
  handled: ["start", "settle"],
  reportedBack: ["feedback", "settle"],
  checkedClosed: ["close", "forceClose", "settle"],
  evaluated: ["close", "forceClose", "settle"],
};

/** The stage in which a case of each state stands; one that has ended stands in none. */
const CURRENT: Partial<Record<CaseState, StageName>> = {
  REPORTED: "filed",
  VERIFYING: "filed",
  PENDING_FILING: "filed",
  PENDING_DISPATCH: "dispatched",
  RETURN_REVIEW: "dispatched",
  DISPATCHED: "handled",
  HANDLING: "handled",
  SUSPENDED: "handled",
  FEEDBACK: "checkedClosed",
  CHECKING: "checkedClosed",
  PENDING_CLOSE: "checkedClosed",
};

export function stagesOf({ state, history }: Pick<CaseDetail, "state" | "history">): StageShown[] {
  const current = CURRENT[state];
  const currentIndex = current === undefined ? STAGES.length : STAGES.indexOf(current);
  return STAGES.map((name, index) => {
    if (index === currentIndex) return { name, progress: "current" };
    if (index > currentIndex) return { name, progress: "ahead" };
    const record = history.findLast(({ event }) => ENDED_BY[name].includes(event));
    if (record === undefined) return { name, progress: "skipped" };
    return { name, progress: "done", at: record.at, actor: record.actor };
  });
}
