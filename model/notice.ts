/**
 * A notice: something about a case, or about a rule that a case has told of, that a person must
 * know or do, beside the orders to its crew.
 * It stands until somebody acknowledges it, or until its reason is gone.
 */
import { z } from "zod";
import { type Case, CaseOutcome, type CaseState, NOTHING_FOUND } from "./case.ts";
import type { Instant } from "./clock.ts";
import type { CaseNo, RuleId, UnitId } from "./ids.ts";

/** Parts of a case's way that have a limit; `handling` is the crew's. */
export const STAGES = ["accept", "verify", "dispatch", "handling", "check"] as const;
export type Stage = (typeof STAGES)[number];
/** Percent of a stage's limit at which those who have it in hand are told. */
export const STAGE_SHARES = [50, 80, 100] as const;
type StageShare = (typeof STAGE_SHARES)[number];
export type StageNotice = `${Stage}-${StageShare}`;

/**
 * `no-crew`: the case stands at its unit, which has no crew for it.
 * `check-wanted`: nobody but a person can tell whether the repair holds; its sensors say nothing.
 * `nothing-found`: the crew found nothing to repair; somebody voids the case or lets it be checked.
 * `not-done`: the crew could not repair it; the dispatcher sends it again, or lets it be checked.
 * `return-review`, `consultation-wanted`: a unit says that it is not its work; the third time its
 * owner must be settled by consultation.
 * `extension-asked`, `second-extension-asked`, `suspension-asked`: the unit waits for an answer.
 * `accept-50` and the like: so much of a stage's limit has passed, in percent.
 * `rule-distrusted`, `rule-trusted`: a rule fell below the city's floor, or has recovered.
 */
export const NoticeKind = z.enum([
  "no-crew",
  "check-wanted",
  "nothing-found",
  "not-done",
  "return-review",
  "consultation-wanted",
  "extension-asked",
  "second-extension-asked",
  "suspension-asked",
  "accept-50",
  "accept-80",
  "accept-100",
  "verify-50",
  "verify-80",
  "verify-100",
  "dispatch-50",
  "dispatch-80",
  "dispatch-100",
  "handling-50",
  "handling-80",
  "handling-100",
  "check-50",
  "check-80",
  "check-100",
  "rule-distrusted",
  "rule-trusted",
]);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** Whose a stage is. */
const STAGE_ROLE = {
  accept: "acceptor",
  verify: "inspector",
  dispatch: "dispatcher",
  handling: "unit",
  check: "inspector",
} as const satisfies Record<Stage, string>;

const STAGE_WORDS: Record<Stage, { zh: string; en: string }> = {
  accept: { zh: "受理", en: "to accept the case" },
  verify: { zh: "核实", en: "to verify the report" },
  dispatch: { zh: "派遣", en: "to dispatch the case" },
  handling: { zh: "处置", en: "to handle the case" },
  check: { zh: "核查", en: "to check the repair" },
};

/** Something of each notice of a stage. */
function ofStages<T>(make: (stage: Stage, share: StageShare) => T): Record<StageNotice, T> {
  const pairs = STAGES.flatMap((stage) =>
    STAGE_SHARES.map((share) => [`${stage}-${share}`, make(stage, share)] as const),
  );
  return Object.fromEntries(pairs) as Record<StageNotice, T>;
}

/**
 * Whose it is: the lead of the handling unit (专业部门), an inspector (监督员), a 受理员, a 派遣员,
 * a 值班长, a leader, an engineer.
 */
export const NOTICE_ROLE = {
  ...ofStages((stage) => STAGE_ROLE[stage]),
  "no-crew": "unit",
  "check-wanted": "inspector",
  "nothing-found": "shift-lead",
  "not-done": "dispatcher",
  "return-review": "dispatcher",
  "consultation-wanted": "leader",
  "extension-asked": "shift-lead",
  "second-extension-asked": "leader",
  "suspension-asked": "leader",
  "rule-distrusted": "engineer",
  "rule-trusted": "engineer",
} as const satisfies { [kind in NoticeKind]: string };

export const NOTICE_TEXT = {
  ...ofStages((stage, share) => {
    const { zh, en } = STAGE_WORDS[stage];
    return share === 100
      ? { zh: `${zh}时限已到，请立即处理。`, en: `The time ${en} is over; do it now.` }
      : {
          zh: `${zh}时限已过${share}%，请及时处理。`,
          en: `${share} % of the time ${en} has passed.`,
        };
  }),
  "no-crew": {
    zh: "本单位没有可派的处置人员，案卷停在单位，请安排人员。",
    en: "The unit has no crew for this case, which stands at the unit; assign somebody.",
  },
  "check-wanted": {
    zh: "传感器不能证明已修复，请到现场核查。",
    en: "No sensor can prove the repair; check it on site.",
  },
  "nothing-found": {
    zh: "处置人员到场未发现问题，请作废，或发核查。",
    en: "The crew found nothing; void the case, or send it to be checked.",
  },
  "not-done": {
    zh: "处置人员到场未能修复（无法到达或需更换），请返工或发核查。",
    en: "The crew could not repair it: not reached, or to be replaced; send it again, or have it checked.",
  },
  "return-review": {
    zh: "处置单位退回案卷，请审核：同意后重新派遣，或退还原单位。",
    en: "The unit returns the case; accept it and dispatch it anew, or give it back.",
  },
  "consultation-wanted": {
    zh: "案卷已第三次退回，请组织会商，确定责任单位。",
    en: "The case is returned for the third time; settle by consultation whose it is.",
  },
  "extension-asked": {
    zh: "处置单位申请延期，请在时限前审批。",
    en: "The unit asks for an extension; answer before the deadline.",
  },
  "second-extension-asked": {
    zh: "处置单位第二次申请延期，请在时限前审批。",
    en: "The unit asks for a second extension; answer before the deadline.",
  },
  "suspension-asked": {
    zh: "处置单位申请挂账，请审批。",
    en: "The unit asks to suspend the case until a date; answer it.",
  },
  "rule-distrusted": {
    zh: "该规则的报警现场多为未发现问题，低于本市准确率下限；新案卷改为先核实（危及人身安全的除外），请检查规则。",
    en: "Crews found too little of what this rule said: it is below the city's floor. Its new cases wait for review, life safety excepted; look at the rule.",
  },
  "rule-trusted": {
    zh: "该规则的现场准确率已恢复，新案卷重新直接派遣。",
    en: "Crews find again what this rule says; its new cases go out at once as before.",
  },
} as const satisfies { [kind in NoticeKind]: { zh: string; en: string } };

export interface Notice {
  /** The same notice has the same id, however often it is said. */
  noticeId: string;
  kind: NoticeKind;
  caseNo: CaseNo;
  unitId: UnitId | undefined;
  lifeSafety: boolean;
  at: Instant;
  /** Of a notice about a rule; its case is the one that told. */
  ruleId?: RuleId;
  ruleVersion?: number;
}

/** A notice as it lies in the list; `doneBy` is a user's name, or `system` when its reason went. */
export interface KeptNotice extends Notice {
  doneAt?: Instant;
  doneBy?: string;
}

/** What a notice's reason depends on. */
type CaseOfNotice = Pick<Case, "state"> &
  Partial<
    Record<
      | "crewId"
      | "outcome"
      | "needsConsultation"
      | "extensionAskedAt"
      | "extensionCount"
      | "suspendAskedAt",
      unknown
    >
  >;

const AT_UNIT: readonly CaseState[] = ["DISPATCHED", "HANDLING", "RETURN_REVIEW"];
const STAGE_STATES: Record<Stage, readonly CaseState[]> = {
  accept: ["REPORTED"],
  verify: ["VERIFYING"],
  dispatch: ["PENDING_DISPATCH"],
  handling: AT_UNIT,
  check: ["CHECKING"],
};
const NOT_DONE: readonly unknown[] = [
  CaseOutcome.enum.cannotReach,
  CaseOutcome.enum.needsReplacement,
];

/** Does a case in this state still give this notice its reason? */
export function hasReason(kind: NoticeKind, theCase: CaseOfNotice): boolean {
  const { state, crewId, outcome, extensionAskedAt, extensionCount } = theCase;
  switch (kind) {
    case "no-crew":
      return state === "DISPATCHED" && crewId === undefined;
    case "check-wanted":
      return state === "CHECKING";
    case "nothing-found":
      return state === "FEEDBACK" && outcome === NOTHING_FOUND;
    case "not-done":
      return state === "FEEDBACK" && NOT_DONE.includes(outcome);
    case "return-review":
      return state === "RETURN_REVIEW";
    case "consultation-wanted":
      return state === "RETURN_REVIEW" && theCase.needsConsultation === true;
    case "extension-asked":
      return extensionAskedAt !== undefined && extensionCount === undefined;
    case "second-extension-asked":
      return extensionAskedAt !== undefined && extensionCount !== undefined;
    case "suspension-asked":
      return theCase.suspendAskedAt !== undefined;
    case "rule-distrusted":
    case "rule-trusted":
      // The rule's reason, not the case's: the field truth says when it is gone.
      return false;
    default:
      return STAGE_STATES[stageOf(kind)].includes(state);
  }
}

function stageOf(kind: StageNotice): Stage {
  return kind.slice(0, kind.lastIndexOf("-")) as Stage;
}
