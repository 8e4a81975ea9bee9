/** What the page of a report says, in both languages. */
import type { PublicStage, PublicStanding } from "../../model/question.ts";

export type PageLanguage = "zh" | "en";
type Words = Record<PageLanguage, string>;

export const STAGE_WORDS: Record<PublicStage, Words> = {
  found: { zh: "已上报", en: "Reported" },
  filed: { zh: "已立案", en: "Filed" },
  dispatched: { zh: "已派遣", en: "Dispatched" },
  handled: { zh: "已开始处置", en: "Work begun" },
  reportedBack: { zh: "已反馈处置结果", en: "Reported back" },
  verified: { zh: "核查通过", en: "Checked" },
  closed: { zh: "已结案", en: "Closed" },
};

export const STANDING_WORDS: Record<PublicStanding, Words> = {
  underWay: { zh: "办理中", en: "Under way" },
  closed: { zh: "已办结", en: "Done" },
  notAccepted: { zh: "不予受理", en: "Not accepted" },
  voided: { zh: "已作废", en: "Voided" },
  ended: { zh: "已终止", en: "Ended" },
};

export const PAGE_WORDS = {
  title: { zh: "上报进度查询", en: "Progress of a report" },
  number: { zh: "查询号", en: "Number" },
  category: { zh: "问题类别", en: "Category" },
  unit: { zh: "处置单位", en: "Handled by" },
  street: { zh: "所属街道", en: "Street" },
  dueBy: { zh: "处置时限", en: "Due by" },
  inTime: { zh: "按时", en: "in time" },
  late: { zh: "超时", en: "late" },
  joined: {
    zh: "您的上报已与同一问题的另一案卷合并办理，以下为该案卷的进度。",
    en: "Your report goes on with another of the same; this is how that one stands.",
  },
  ask: { zh: "请您评价", en: "Please tell us" },
  solved: { zh: "问题是否已解决？", en: "Is it solved?" },
  yes: { zh: "已解决", en: "Yes" },
  no: { zh: "未解决", en: "No" },
  satisfied: { zh: "您对处理结果是否满意？", en: "How satisfied are you?" },
  satisfied5: { zh: "非常满意", en: "very" },
  satisfied1: { zh: "很不满意", en: "not at all" },
  note: {
    zh: "补充说明（选填，请勿填写个人信息）",
    en: "Anything to add? (No personal data, please)",
  },
  send: { zh: "提交", en: "Send" },
  thanks: {
    zh: "感谢您的评价。如反映未解决，我们将派员核查。",
    en: "Thank you. Where it is not solved, somebody will look again.",
  },
  answered: { zh: "您已评价过，感谢参与。", en: "This was answered already. Thank you." },
  expired: {
    zh: "评价时间已过，或案卷已恢复办理。如问题仍在，请重新上报。",
    en: "The time to answer is over, or it is being worked on again. If it persists, report it anew.",
  },
  other: { zh: "English", en: "中文" },
  notFound: {
    zh: "没有这个查询号，或链接不正确。",
    en: "There is no such number, or the link is not right.",
  },
  tooMany: { zh: "查询过于频繁，请稍后再试。", en: "Too many calls; please wait a while." },
  invalid: {
    zh: "请选择是否解决和满意程度，说明不超过500字。",
    en: "Say whether it is solved and how satisfied you are; at most 500 characters.",
  },
  failed: { zh: "暂时无法查询，请稍后再试。", en: "It cannot be told just now; please try later." },
} as const satisfies Record<string, Words>;
