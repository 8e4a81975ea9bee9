/**
 * What open assists hold up. The lead unit says `repaired` only when every assist is done, declined
 * or cancelled, since the work is one; every other word of its feedback goes at once, and that a
 * danger is gone (`madeSafe`) waits for nobody. Nor does the lead's crew wait for one of the centre
 * that went in its place. Pure.
 */
import { type Assist, isOpenAssist } from "../model/assist.ts";
import type { Case, CaseState } from "../model/case.ts";
import { CENTRE_UNIT_ID } from "../model/registry.ts";
import { SYSTEM_ACTOR } from "./desk-words.ts";

/** While a lead unit has the case, or has parked it. */
const MAY_ASK: readonly CaseState[] = ["DISPATCHED", "HANDLING", "SUSPENDED"];

export const takesAssists = ({ state }: Pick<Case, "state">): boolean => MAY_ASK.includes(state);

export const ASSIST_STATES_TEXT = MAY_ASK.join(", ");

/** The platform asked for it, since the unit had no crew. */
export const isStandIn = ({ unitId, askedBy }: Pick<Assist, "unitId" | "askedBy">): boolean =>
  unitId === CENTRE_UNIT_ID && askedBy === SYSTEM_ACTOR.username;

/** For what assists the event waits, and that as a sentence; nothing where it does not wait. */
export function heldByAssists(
  { caseNo }: Pick<Case, "caseNo">,
  event: string,
  outcome: string | undefined,
  assists: readonly Assist[],
): { open: Assist[]; message: string } | undefined {
  if (event !== "feedback" || (outcome !== undefined && outcome !== "repaired")) return undefined;
  const open = assists.filter((assist) => isOpenAssist(assist) && !isStandIn(assist));
  if (open.length === 0) return undefined;
  const named = open.map(
    ({ assistId, unitId, state }) => `'${assistId}' of '${unitId}' (${state})`,
  );
  const message =
    `case '${caseNo}' is not repaired while units that assist have not ended: ${named.join(", ")}; ` +
    "wait for them, 'cancel' them, or say 'madeSafe' where the danger alone is gone";
  return { open, message };
}
