/**
 * When a report may end as a duplicate of another case (并案). Pure. Nothing that is urgent gets
 * slower by it: life safety goes into life safety alone, and what a sensor said stays a case.
 */
import { TERMINAL_STATES } from "../model/case.ts";
import { type Guarded, type GuardFault, refused } from "./guard-words.ts";

export function mayJoin({ current, context }: Guarded): GuardFault | undefined {
  const { caseNo, lifeSafety } = current;
  const { into, hasEvidence } = context;
  if (into === undefined) {
    return refused(
      "join-unnamed",
      {},
      `'join' of case '${caseNo}' came without the other case; ` +
        `POST /api/v1/cases/${caseNo}/join names it as 'into'`,
    );
  }
  if (into.caseNo === caseNo) {
    return refused("join-itself", {}, `case '${caseNo}' cannot join itself`);
  }
  if (current.isDrill === true || into.isDrill === true) {
    return refused(
      "join-drill",
      {},
      "a drill joins nothing, and nothing joins a drill; end it by 'void'",
    );
  }
  if (TERMINAL_STATES.has(into.state)) {
    return refused(
      "join-ended",
      { caseNo: into.caseNo, state: into.state },
      `case '${into.caseNo}' is ${into.state} and takes no other on`,
    );
  }
  if (hasEvidence === true) {
    return refused(
      "join-evidence",
      {},
      `case '${caseNo}' stands on a sensor's alarm; join the other to it, not it to the other`,
    );
  }
  if (!lifeSafety || into.lifeSafety) return undefined;
  return refused(
    "join-life-safety",
    { caseNo: into.caseNo },
    `case '${caseNo}' is life safety and case '${into.caseNo}' is not, so its order would be late; ` +
      "join the other to it, or send it on by 'confirm'",
  );
}
