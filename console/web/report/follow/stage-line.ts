/** The seven stages of a case as the four that a citizen is shown: received, handled, checked, closed. Pure. */
import type { PublicReport } from "../../shared/platform-types.ts";

export const STEPS = ["received", "handled", "checked", "closed"] as const;
export type Step = (typeof STEPS)[number];
type Stage = PublicReport["stage"];

export interface StepShown {
  step: Step;
  /** `next`: nobody has begun with it. */
  mark: "done" | "now" | "next" | "open";
  at?: string;
}

/** By which stage a step is done, and from which on it goes on. */
const DONE: Record<Step, Stage> = {
  received: "found",
  handled: "reportedBack",
  checked: "verified",
  closed: "closed",
};

export function stageLine({
  stages,
  standing,
}: Pick<PublicReport, "stages" | "standing">): StepShown[] {
  const hours = new Map(stages.map(({ stage, at }) => [stage, at]));
  const steps = STEPS.map((step): StepShown => {
    const at = hours.get(DONE[step]);
    return at === undefined ? { step, mark: "open" } : { step, mark: "done", at };
  });
  const going = standing === "underWay" ? steps.find(({ mark }) => mark === "open") : undefined;
  // Nobody is at it before it was given to somebody.
  const isWaiting = going?.step === "handled" && !hours.has("dispatched");
  const mark = isWaiting ? "next" : "now";
  return steps.map((each) => (each === going ? { ...each, mark } : each));
}
