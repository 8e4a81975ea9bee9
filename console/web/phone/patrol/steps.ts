/** Which places of a phone are steps of a walk. Pure. */
import { isClear, type Step } from "../../../../model/patrol-walk.ts";
import { metresBetween } from "../way/distance.ts";

const STEP_M_MIN = 8;

/** A new place of the walk; one that is too vague, or where one stood already, changes nothing. */
export function walkedOn(walk: readonly Step[], step: Step): readonly Step[] {
  if (!isClear(step)) return walk;
  const last = walk.at(-1);
  if (last !== undefined && metresBetween(last, step) < STEP_M_MIN) return walk;
  return [...walk, step];
}
