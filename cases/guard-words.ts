/** What a guard of a case's event is asked, and how it refuses. */
import type { Case } from "../model/case.ts";
import {
  type Because,
  because,
  type CaseReason,
  type ReasonValues,
} from "../model/case-reasons.ts";
import type { Instant } from "../model/clock.ts";
import type { CaseContext } from "./case-machine.ts";
import type { CaseRole, CaseRow } from "./case-words.ts";

export interface GuardFault extends Because {
  code: "CASE_TRANSITION_REFUSED" | "ROLE_REFUSED";
  message: string;
}

export interface Guarded {
  current: Case;
  row: CaseRow;
  /** The role by which the row is taken. */
  role: CaseRole;
  context: CaseContext;
  now: Instant;
}

export function refused<Reason extends CaseReason>(
  reason: Reason,
  values: ReasonValues<Reason>,
  message: string,
): GuardFault {
  return { code: "CASE_TRANSITION_REFUSED", message, ...because(reason, values) };
}
