/**
 * A notice: something about a case, or about a rule that a case has told of, that a person must
 * know or do, beside the orders to its crew.
 * It stands until somebody acknowledges it, or until its reason is gone.
 */
import { z } from "zod";
import { type CaseState, NOTHING_FOUND } from "./case.ts";
import type { Instant } from "./clock.ts";
import type { CaseNo, RuleId, UnitId } from "./ids.ts";

/**
 * `no-crew`: the case stands at its unit, which has no crew for it.
 * `check-wanted`: nobody but a person can tell whether the repair holds; its sensors say nothing.
 * `nothing-found`: the crew found nothing to repair; somebody voids the case or lets it be checked.
 * `rule-distrusted`, `rule-trusted`: a rule fell below the city's floor, or has recovered.
 */
export const NoticeKind = z.enum([
  "no-crew",
  "check-wanted",
  "nothing-found",
  "rule-distrusted",
  "rule-trusted",
]);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** Whose it is: the lead of the handling unit (专业部门), an inspector (监督员), a 值班长, an engineer. */
export const NOTICE_ROLE = {
  "no-crew": "unit",
  "check-wanted": "inspector",
  "nothing-found": "shift-lead",
  "rule-distrusted": "engineer",
  "rule-trusted": "engineer",
} as const satisfies { [kind in NoticeKind]: string };

export const NOTICE_TEXT = {
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

/** Does a case in this state still give this notice its reason? */
export function hasReason(
  kind: NoticeKind,
  theCase: { state: CaseState; crewId?: string | undefined; outcome?: string | undefined },
): boolean {
  switch (kind) {
    case "no-crew":
      return theCase.state === "DISPATCHED" && theCase.crewId === undefined;
    case "check-wanted":
      return theCase.state === "CHECKING";
    case "nothing-found":
      return theCase.state === "FEEDBACK" && theCase.outcome === NOTHING_FOUND;
    case "rule-distrusted":
    case "rule-trusted":
      // The rule's reason, not the case's: the field truth says when it is gone.
      return false;
  }
}
