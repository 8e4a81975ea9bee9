/**
 * A notice: something about a case, or about a rule that a case has told of, that a person must
 * know or do, beside the orders to its crew.
 * It stands until somebody acknowledges it, or until its reason is gone.
 */
import { z } from "zod";
import { type Case, CaseOutcome, type CaseState, NOTHING_FOUND } from "./case.ts";
import type { Instant } from "./clock.ts";
import type { CaseNo, RuleId, UnitId } from "./ids.ts";
import {
  isSupervisionNotice,
  SUPERVISION_NOTICE_ROLE,
  SUPERVISION_NOTICE_TEXT,
  SUPERVISION_NOTICES,
  type SupervisionNo,
} from "./supervision.ts";

/** Parts of a case's way that have a limit; `handling` is the crew's. */
export const STAGES = [
  "accept",
  "verify",
  "file",
  "dispatch",
  "arrive",
  "handling",
  "check",
  "close",
] as const;
export type Stage = (typeof STAGES)[number];
/** Percent of a stage's limit at which those who have it in hand are told. */
export const STAGE_SHARES = [50, 80, 100] as const;
type StageShare = (typeof STAGE_SHARES)[number];
export type StageNotice = `${Stage}-${StageShare}`;

/**
 * `no-crew`: the case stands at its unit, which has no crew for it.
 * `not-accepted`: every crew that could be asked left the order unanswered, or declined what is life
 * safety; the last one keeps it.
 * `nobody-reached`: a life-safety case waits for a person, and nobody of any level can be called.
 * `check-wanted`: nobody but a person can tell whether the repair holds; its sensors say nothing.
 * `nothing-found`: the crew found nothing to repair; somebody voids the case or lets it be checked.
 * `not-done`: the crew could not repair it; the dispatcher sends it again, or lets it be checked.
 * `return-review`, `consultation-wanted`: a unit says that it is not its work; the third time its
 * owner must be settled by consultation.
 * `extension-asked`, `second-extension-asked`, `suspension-asked`: the unit waits for an answer.
 * `reported-again`: somebody reports anew what is suspended, or said to be repaired.
 * `not-solved-again`: a reporter says that it is not solved, and the case is not taken up once more.
 * `assist-asked`, `assist-80`, `assist-100`: a unit shall assist, and so much of its limit has
 * passed; `assist-declined`: it does not, and somebody else is wanted.
 * `steward-case`: a case of a steward's place was filed.
 * `accept-50` and the like: so much of a stage's limit has passed, in percent.
 * `rule-distrusted`, `rule-trusted`: a rule fell below the city's floor, or has recovered.
 * `holidays-missing`: a year is near, or there, whose holidays nobody has put.
 * `decoder-off`: a decoder's script was switched off after repeated faults; the notice's id names it.
 * `uplinks-unread`: what life-safety devices say cannot be read, since their decoder is off or cannot be run;
 * told again while it lasts, the notice's id names the decoder and `devices` whom it concerns.
 * `last-place`: a rule of last places meets the unit at the end of a month or a quarter.
 * `supervision-…`: of a supervision order over cases; `supervision.ts` says which.
 */
export const NoticeKind = z.enum([
  "no-crew",
  "not-accepted",
  "nobody-reached",
  "check-wanted",
  "nothing-found",
  "not-done",
  "return-review",
  "consultation-wanted",
  "extension-asked",
  "second-extension-asked",
  "suspension-asked",
  "reported-again",
  "assist-asked",
  "assist-80",
  "assist-100",
  "assist-declined",
  "steward-case",
  "accept-50",
  "accept-80",
  "accept-100",
  "verify-50",
  "verify-80",
  "verify-100",
  "file-50",
  "file-80",
  "file-100",
  "dispatch-50",
  "dispatch-80",
  "dispatch-100",
  "arrive-50",
  "arrive-80",
  "arrive-100",
  "handling-50",
  "handling-80",
  "handling-100",
  "check-50",
  "check-80",
  "check-100",
  "close-50",
  "close-80",
  "close-100",
  "rule-distrusted",
  "rule-trusted",
  "holidays-missing",
  "decoder-off",
  "uplinks-unread",
  "answer-overdue",
  "not-solved-again",
  "last-place",
  ...SUPERVISION_NOTICES,
]);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** Whose a stage is. */
const STAGE_ROLE = {
  accept: "acceptor",
  verify: "inspector",
  file: "shift-lead",
  dispatch: "dispatcher",
  arrive: "unit",
  handling: "unit",
  check: "inspector",
  close: "shift-lead",
} as const satisfies Record<Stage, string>;

const STAGE_WORDS: Record<Stage, { zh: string; en: string }> = {
  accept: { zh: "受理", en: "to accept the case" },
  verify: { zh: "核实", en: "to verify the report" },
  file: { zh: "立案", en: "to file the case" },
  dispatch: { zh: "派遣", en: "to dispatch the case" },
  arrive: { zh: "到场", en: "to be at the place" },
  handling: { zh: "处置", en: "to handle the case" },
  check: { zh: "核查", en: "to check the repair" },
  close: { zh: "结案", en: "to close the case" },
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
  "not-accepted": "unit",
  "nobody-reached": "shift-lead",
  "check-wanted": "inspector",
  "nothing-found": "shift-lead",
  "not-done": "dispatcher",
  "return-review": "dispatcher",
  "consultation-wanted": "shift-lead",
  "extension-asked": "shift-lead",
  "second-extension-asked": "leader",
  "suspension-asked": "leader",
  "reported-again": "shift-lead",
  "assist-asked": "unit",
  "assist-80": "unit",
  "assist-100": "unit",
  "assist-declined": "dispatcher",
  "steward-case": "steward",
  "rule-distrusted": "engineer",
  "rule-trusted": "engineer",
  "holidays-missing": "shift-lead",
  "decoder-off": "engineer",
  "uplinks-unread": "engineer",
  "answer-overdue": "acceptor",
  "not-solved-again": "shift-lead",
  "last-place": "unit",
  ...SUPERVISION_NOTICE_ROLE,
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
  "not-accepted": {
    zh: "处置人员未按时接单或拒单，且无人可派，案卷仍在最后一组，请立即联系或改派。",
    en: "No crew has accepted the order; the last one keeps it. Call it, or give it to another.",
  },
  "check-wanted": {
    zh: "传感器不能证明已修复，请到现场核查。",
    en: "No sensor can prove the repair; check it on site.",
  },
  "nobody-reached": {
    zh: "人身安全案卷无人接单，且各级均无可通知的人员，请立即电话联系，并补录联系方式。",
    en: "Nobody has taken a life-safety case, and nobody of any level can be called; telephone now, and put contacts.",
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
    zh: "案卷归属有争议（多次退回或提请会商），请组织会商并裁定责任单位。",
    en: "Whose the case is is disputed: returned three times, or somebody asks; consult and rule.",
  },
  "assist-asked": {
    zh: "请本单位协办该案卷，请接收或说明理由后退回。",
    en: "The unit shall assist in this case; start, or decline with a reason.",
  },
  "assist-80": {
    zh: "协办时限已过80%，请及时处理。",
    en: "80 % of the time to assist has passed.",
  },
  "assist-100": {
    zh: "协办时限已到，请立即处理。",
    en: "The time to assist is over; do it now.",
  },
  "assist-declined": {
    zh: "协办单位不予协办，请另行安排。",
    en: "A unit declines to assist; ask another, or go on without.",
  },
  "steward-case": {
    zh: "您负责的区域有新立案卷，可督促处置（催办）。",
    en: "A case was filed in the place that you are steward of; you may urge it.",
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
  "reported-again": {
    zh: "案卷已反馈或已挂账，又有人反映同一问题，请核实：需要时返工或恢复办理。",
    en: "Somebody reports again what is suspended or said to be repaired; look at it: 'rework' or 'resume' takes it up.",
  },
  "rule-distrusted": {
    zh: "该规则的报警现场多为未发现问题，低于本市准确率下限；新案卷改为先核实（人身安全类除外），请检查规则。",
    en: "Crews found too little of what this rule said: it is below the city's floor. Its new cases wait for review, life safety excepted; look at the rule.",
  },
  "rule-trusted": {
    zh: "该规则的现场准确率已恢复，新案卷重新直接派遣。",
    en: "Crews find again what this rule says; its new cases go out at once as before.",
  },
  "answer-overdue": {
    zh: "热线工单已过答复时限，尚未答复，请尽快办结并回复。",
    en: "A hotline's order is past its time without a final answer; close the case and answer it.",
  },
  "not-solved-again": {
    zh: "回访中反映人仍称未解决，该案卷已恢复办理过一次，不再自动恢复，请联系反映人并另行处理。",
    en: "A reporter says again that it is not solved; the case was taken up for that once and stays closed. Call, and report it anew where it is so.",
  },
  "last-place": {
    zh: "本单位在综合评价中居同类末位，触发末位规则，请核对排名并按规定作出说明。",
    en: "A rule of last places meets the unit in the evaluation; look at the ranks, and answer for it as the rule wants.",
  },
  "holidays-missing": {
    zh: "一个临近（或当前）年度的节假日安排尚未录入，期限暂按周末推算；请由管理员录入放假与调休日期。",
    en: "The holidays of a year that is near, or has begun, are not there: deadlines go by weekends alone. Have the administrator put its days off and make-up days.",
  },
  "decoder-off": {
    zh: "一个解码脚本多次出错，已自动停用，其设备的上行数据暂存不处理；请修正后重新上传（编号见通知号）。",
    en: "A decoder's script failed again and again and was switched off: uplinks of its devices are put aside. Put a corrected one; the notice's id names it.",
  },
  "uplinks-unread": {
    zh: "涉及人身安全的设备，其上行数据目前无法解码，报警收不到；请立即修正解码脚本并重试暂存数据，期间安排人工巡查。",
    en: "What life-safety devices say cannot be read, and raises no alarm: put their decoder right at once and try its dead letters again; have the places looked at meanwhile.",
  },
  ...SUPERVISION_NOTICE_TEXT,
} as const satisfies { [kind in NoticeKind]: { zh: string; en: string } };

export interface Notice {
  /** The same notice has the same id, however often it is said. */
  noticeId: string;
  kind: NoticeKind;
  /** Absent of a notice that is about no case. */
  caseNo?: CaseNo | undefined;
  unitId: UnitId | undefined;
  lifeSafety: boolean;
  /** About a drill. */
  isDrill?: boolean;
  at: Instant;
  /** Of a notice about a rule; its case is the one that told. */
  ruleId?: RuleId;
  ruleVersion?: number;
  /** Of a notice about a supervision order; its case is one that the order covers. */
  supervisionNo?: SupervisionNo;
  /** Of a unit's last place: by which rule, at the end of which period. */
  lastPlace?: { ruleId: string; period: string };
  /** Whom it concerns: how many, and some of them. */
  devices?: { count: number; some: string[] };
  /** Of a notice to one person: the user's name. Nobody else sees it. */
  username?: string;
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
      | "acceptUntil"
      | "acceptedAt"
      | "declinedBy"
      | "outcome"
      | "needsConsultation"
      | "consultAskedAt"
      | "extensionAskedAt"
      | "extensionCount"
      | "suspendAskedAt"
      | "startedAt"
      | "arriveBy"
      | "arrivedAt"
      | "lifeSafety",
      unknown
    >
  >;

/** Filed, and no crew is at it: it is done, or waits. */
const NOBODY_WORKS: readonly CaseState[] = ["SUSPENDED", "FEEDBACK", "CHECKING", "PENDING_CLOSE"];
const AT_UNIT: readonly CaseState[] = ["DISPATCHED", "HANDLING", "RETURN_REVIEW"];
const STAGE_STATES: Record<Stage, readonly CaseState[]> = {
  accept: ["REPORTED"],
  verify: ["VERIFYING"],
  file: ["PENDING_FILING"],
  dispatch: ["PENDING_DISPATCH"],
  arrive: ["DISPATCHED", "HANDLING"],
  handling: AT_UNIT,
  check: ["CHECKING"],
  close: ["PENDING_CLOSE"],
};
const NOT_DONE: readonly unknown[] = [
  CaseOutcome.enum.cannotReach,
  CaseOutcome.enum.needsReplacement,
];

/** Does a case in this state still give this notice its reason? */
export function hasReason(kind: NoticeKind, theCase: CaseOfNotice): boolean {
  const { state, outcome, extensionAskedAt, extensionCount } = theCase;
  // The order's reason, not the case's.
  if (isSupervisionNotice(kind)) return false;
  switch (kind) {
    case "no-crew":
      return waitsForCrew(theCase);
    case "not-accepted":
      return (
        (state === "DISPATCHED" && theCase.acceptUntil !== undefined) || isKeptByDecliner(theCase)
      );
    case "nobody-reached":
      return wantsPerson(theCase);
    case "check-wanted":
      return state === "CHECKING";
    case "nothing-found":
      return state === "FEEDBACK" && outcome === NOTHING_FOUND;
    case "not-done":
      return state === "FEEDBACK" && NOT_DONE.includes(outcome);
    case "return-review":
      return state === "RETURN_REVIEW";
    case "consultation-wanted":
      return theCase.needsConsultation === true && isDisputed(theCase);
    case "extension-asked":
      return extensionAskedAt !== undefined && extensionCount === undefined;
    case "second-extension-asked":
      return extensionAskedAt !== undefined && extensionCount !== undefined;
    case "suspension-asked":
      return theCase.suspendAskedAt !== undefined;
    case "reported-again":
      return NOBODY_WORKS.includes(state);
    case "rule-distrusted":
    case "rule-trusted":
    case "holidays-missing":
    case "decoder-off":
    case "uplinks-unread":
    case "last-place":
    case "answer-overdue":
    case "not-solved-again":
      // The rule's reason, the calendar's, a decoder's, a rank's or another system's order's, not the case's.
      return false;
    case "assist-asked":
    case "assist-80":
    case "assist-100":
    case "assist-declined":
    case "steward-case":
      // Who gave it takes it away.
      return false;
    default:
      return STAGE_STATES[stageOf(kind)].includes(state) && isStageOn(stageOf(kind), theCase);
  }
}

/**
 * Is it at a unit that has no crew for it? Also where it has come to its work without one, from a
 * suspension or by a relapse, and nobody has begun.
 */
export function waitsForCrew({ state, crewId, startedAt }: CaseOfNotice): boolean {
  if (crewId !== undefined) return false;
  return state === "DISPATCHED" || (state === "HANDLING" && startedAt === undefined);
}

/**
 * A unit has it, and no person has said yet that he goes. A case at work was accepted, but for a life-safety one
 * that was given to its crew without a question: by a relapse, or after a suspension.
 */
export function wantsPerson(theCase: CaseOfNotice): boolean {
  const { state, acceptedAt, arrivedAt, lifeSafety } = theCase;
  if (waitsForCrew(theCase)) return true;
  if (acceptedAt !== undefined) return false;
  const isGiven = state === "HANDLING" && lifeSafety === true && arrivedAt === undefined;
  return state === "DISPATCHED" || isGiven;
}

/** The crew has said that it cannot, nobody else is there, and it has not accepted it since. */
export function isKeptByDecliner({ state, crewId, acceptedAt, declinedBy }: CaseOfNotice): boolean {
  if (state !== "DISPATCHED" || crewId === undefined || acceptedAt !== undefined) return false;
  return Array.isArray(declinedBy) && declinedBy.includes(crewId);
}

/** Not every case has a limit for the crew's arrival. */
function isStageOn(stage: Stage, { arriveBy, arrivedAt }: CaseOfNotice): boolean {
  return stage !== "arrive" || (arriveBy !== undefined && arrivedAt === undefined);
}

/** Returned and not settled, or asked about where it stands at a unit. */
function isDisputed({ state, consultAskedAt }: CaseOfNotice): boolean {
  if (state === "RETURN_REVIEW" || state === "PENDING_DISPATCH") return true;
  return state === "DISPATCHED" && consultAskedAt !== undefined;
}

function stageOf(kind: StageNotice): Stage {
  return kind.slice(0, kind.lastIndexOf("-")) as Stage;
}
