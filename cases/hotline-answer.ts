/**
 * What another system is told of its order: the case's number, where it stands in the field's own
 * words, who handles it until when, and what came of it. Pure: a case and the records of its history
 * in, the answer out; who reported it is not known here.
 */
import {
  type Case,
  type CaseHistoryEntry,
  type CaseState,
  TERMINAL_STATES,
} from "../model/case.ts";
import type { OrderAnswer } from "../model/case-report.ts";

const STATE_TEXT: Record<CaseState, string> = {
  REPORTED: "待受理",
  VERIFYING: "核实中",
  PENDING_FILING: "待立案",
  PENDING_DISPATCH: "待派遣",
  DISPATCHED: "已派遣",
  RETURN_REVIEW: "退回审核中",
  SUSPENDED: "挂账",
  HANDLING: "处置中",
  FEEDBACK: "已反馈",
  CHECKING: "核查中",
  PENDING_CLOSE: "待结案",
  NOT_ACCEPTED: "不予受理",
  NOT_FILED: "不予立案",
  VOIDED: "作废",
  CLOSED: "已结案",
  FORCE_CLOSED: "强制结案",
};

/** States that end a case with a written reason, which is the answer. */
const ENDED_BY_REASON: ReadonlySet<CaseState> = new Set([
  "NOT_ACCEPTED",
  "NOT_FILED",
  "VOIDED",
  "FORCE_CLOSED",
]);
/** Said to be done: what the crew told of it. */
const TOLD_BY_CREW: ReadonlySet<CaseState> = new Set([
  "FEEDBACK",
  "CHECKING",
  "PENDING_CLOSE",
  "CLOSED",
]);

/** What of an answer follows from the case. */
export type CaseAnswerPart = Pick<
  OrderAnswer,
  | "caseNo"
  | "state"
  | "stateText"
  | "isFinal"
  | "unitId"
  | "unitName"
  | "deadline"
  | "result"
  | "closedAt"
>;

export function answerOf(
  theCase: Case,
  history: readonly CaseHistoryEntry[],
  unitName: string | undefined,
): CaseAnswerPart {
  const { caseNo, state, unitId, deadline, closedAt } = theCase;
  const result = resultOf(state, history);
  return {
    caseNo,
    state,
    stateText: STATE_TEXT[state],
    isFinal: TERMINAL_STATES.has(state),
    ...(unitId !== undefined && { unitId }),
    ...(unitName !== undefined && { unitName }),
    ...(deadline !== undefined && { deadline }),
    ...(result !== undefined && { result }),
    ...(closedAt !== undefined && TERMINAL_STATES.has(state) && { closedAt }),
  };
}

function resultOf(state: CaseState, history: readonly CaseHistoryEntry[]): string | undefined {
  const told = history.findLast(({ event }) => event === "feedback")?.note;
  if (TOLD_BY_CREW.has(state)) return told;
  if (!ENDED_BY_REASON.has(state)) return undefined;
  const end = history.findLast(({ from, to }) => to === state && from !== state);
  return end?.reason ?? end?.note ?? told;
}
