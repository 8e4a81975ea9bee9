/** Words of the printed supervision order in Chinese and English. */
import type { CaseState } from "../model/case.ts";
import type { SupervisionLevel, SupervisionState } from "../model/supervision.ts";

export type PrintLanguage = "zh" | "en";
type Bilingual = Record<PrintLanguage, string>;

export const PRINT_WORDS = {
  title: { zh: "城市管理督办单", en: "Supervision order" },
  number: { zh: "督办编号", en: "Number" },
  level: { zh: "督办级别", en: "Level" },
  state: { zh: "当前状态", en: "State" },
  subject: { zh: "督办事项", en: "Subject" },
  orderingLeader: { zh: "督办领导", en: "Ordering leader" },
  issuedBy: { zh: "签发人账号", en: "Issued by" },
  issuedAt: { zh: "签发时间", en: "Issued at" },
  accountableLeader: { zh: "责任领导", en: "Accountable leader" },
  unit: { zh: "责任单位", en: "Accountable office" },
  responsiblePerson: { zh: "责任人", en: "Responsible person" },
  deadline: { zh: "办结时限", en: "Deadline" },
  provisional: { zh: "暂定", en: "provisional" },
  extensions: { zh: "延期次数", en: "Extensions" },
  text: { zh: "督办内容及要求", en: "What is ordered" },
  cases: { zh: "涉及案卷（{n} 件）", en: "Cases covered ({n})" },
  caseNo: { zh: "案卷号", en: "Case" },
  fault: { zh: "问题", en: "Fault" },
  place: { zh: "地址", en: "Place" },
  stateAtIssue: { zh: "签发时状态", en: "When issued" },
  stateNow: { zh: "当前状态", en: "Now" },
  caseDeadline: { zh: "处置时限", en: "Due" },
  replies: { zh: "办理回复", en: "Replies" },
  noReply: { zh: "尚未回复", en: "No reply yet" },
  files: { zh: "附件", en: "Files" },
  history: { zh: "办理过程", en: "History" },
  time: { zh: "时间", en: "Time" },
  event: { zh: "环节", en: "Event" },
  actor: { zh: "经办人", en: "By" },
  opinion: { zh: "意见", en: "Words" },
  signOrdering: { zh: "督办领导（签字）", en: "Ordering leader (signature)" },
  signAccountable: { zh: "责任领导（签字）", en: "Accountable leader (signature)" },
  signPerson: { zh: "责任人（签字）", en: "Responsible person (signature)" },
  signOffice: { zh: "责任单位（盖章）", en: "Accountable office (seal)" },
  signDate: { zh: "年　　月　　日", en: "Date:" },
  printedAt: { zh: "打印时间", en: "Printed at" },
  overdue: { zh: "已超期", en: "overdue" },
} as const satisfies Record<string, Bilingual>;

export const LEVEL_WORDS: Record<SupervisionLevel, Bilingual> = {
  ordinary: { zh: "一般", en: "ordinary" },
  important: { zh: "重要", en: "important" },
  urgent: { zh: "紧急", en: "urgent" },
};

export const STATE_WORDS: Record<SupervisionState, Bilingual> = {
  ISSUED: { zh: "已签发", en: "issued" },
  ACKNOWLEDGED: { zh: "已签收", en: "acknowledged" },
  REPLIED: { zh: "已回复，待审核", en: "replied, to be accepted" },
  SENT_BACK: { zh: "退回重办", en: "sent back" },
  ACCEPTED: { zh: "已办结", en: "accepted" },
  CANCELLED: { zh: "已撤销", en: "cancelled" },
};

export const EVENT_WORDS: Record<string, Bilingual> = {
  issue: { zh: "签发", en: "issued" },
  acknowledge: { zh: "签收", en: "acknowledged" },
  reply: { zh: "回复", en: "reply" },
  accept: { zh: "办结", en: "accepted" },
  sendBack: { zh: "退回重办", en: "sent back" },
  extend: { zh: "延期", en: "extended" },
  cancel: { zh: "撤销", en: "cancelled" },
  remind: { zh: "催办提醒", en: "reminder" },
  recount: { zh: "期限重算", en: "counted again" },
};

export const CASE_STATE_WORDS: Record<CaseState, Bilingual> = {
  REPORTED: { zh: "待确认", en: "reported" },
  VERIFYING: { zh: "核实中", en: "being verified" },
  PENDING_FILING: { zh: "待立案", en: "to be filed" },
  PENDING_DISPATCH: { zh: "待派遣", en: "to be dispatched" },
  DISPATCHED: { zh: "已派遣", en: "dispatched" },
  RETURN_REVIEW: { zh: "退回审核", en: "return in review" },
  SUSPENDED: { zh: "挂账", en: "suspended" },
  HANDLING: { zh: "处置中", en: "being handled" },
  FEEDBACK: { zh: "已反馈", en: "reported back" },
  CHECKING: { zh: "核查中", en: "being checked" },
  PENDING_CLOSE: { zh: "待结案", en: "to be closed" },
  NOT_ACCEPTED: { zh: "不予受理", en: "not accepted" },
  NOT_FILED: { zh: "不予立案", en: "not filed" },
  VOIDED: { zh: "已作废", en: "voided" },
  CLOSED: { zh: "已结案", en: "closed" },
  FORCE_CLOSED: { zh: "强制结案", en: "closed by force" },
};
