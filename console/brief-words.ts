/** Words of the printed brief, the public ranks and the workbook in Chinese and English. */

import type { PublicationKind, PublicationState } from "../model/publication.ts";
import type { UnitKind } from "../model/registry.ts";
import type { Grade } from "../model/score-model.ts";

export type BriefLanguage = "zh" | "en";
type Bilingual = Record<BriefLanguage, string>;

export const BRIEF_WORDS = {
  title: { zh: "城市管理综合评价通报", en: "Evaluation brief" },
  publicTitle: { zh: "城市管理综合评价排名", en: "Ranks of the evaluation" },
  period: { zh: "评价周期", en: "Period" },
  until: { zh: "至", en: "to" },
  model: { zh: "计分模型", en: "Score model" },
  computedAt: { zh: "计算时间", en: "Counted at" },
  edition: { zh: "编号", en: "Number" },
  state: { zh: "状态", en: "State" },
  approvedBy: { zh: "批准人", en: "Approved by" },
  approvedAt: { zh: "批准时间", en: "Approved at" },
  printedAt: { zh: "打印时间", en: "Printed at" },
  verified: { zh: "案卷记录校验", en: "Records" },
  isVerified: { zh: "记录完整，未被改动", en: "as they were written" },
  unverified: {
    zh: "本期案卷记录未通过校验，数据不可用于考核，不能批准发布。",
    en: "Records of this period are not as they were written: the figures count for nothing and cannot be approved.",
  },
  draft: {
    zh: "草稿，未经批准，不得对外发布。",
    en: "A draft that nobody has approved; not to be published.",
  },
  withdrawn: { zh: "已撤回。", en: "Withdrawn." },
  area: { zh: "总体情况", en: "The whole area" },
  ranks: { zh: "单位排名", en: "Ranks of units" },
  counts: { zh: "各单位情况", en: "Units" },
  group: { zh: "同类组", en: "Peer group" },
  rank: { zh: "名次", en: "Rank" },
  rankedOf: { zh: "参评单位数", en: "Ranked of" },
  unit: { zh: "单位", en: "Unit" },
  score: { zh: "得分", en: "Score" },
  basePoints: { zh: "基础分", en: "Base points" },
  grade: { zh: "等级", en: "Grade" },
  change: { zh: "较上期", en: "Change" },
  yearChange: { zh: "较去年", en: "On last year" },
  scoreChange: { zh: "得分较上期", en: "Change of score" },
  rankChange: { zh: "名次较上期", en: "Change of rank" },
  yearScoreChange: { zh: "得分较去年", en: "Score on last year" },
  yearRankChange: { zh: "名次较去年", en: "Rank on last year" },
  unranked: { zh: "未参评", en: "not ranked" },
  lastPlaces: { zh: "末位情况", en: "Last places" },
  rule: { zh: "规则", en: "Rule" },
  periods: { zh: "周期", en: "Periods" },
  scores: { zh: "得分", en: "Scores" },
  renewals: { zh: "更新改造清单", en: "Renewals" },
  moreRenewals: { zh: "清单未完，其余见系统。", en: "There are more of them." },
  asset: { zh: "部件", en: "Asset" },
  condition: { zh: "问题", en: "Condition" },
  count: { zh: "次数", en: "Times" },
  firstAt: { zh: "首次立案", en: "First filed" },
  lastAt: { zh: "末次立案", en: "Last filed" },
  deductions: { zh: "扣分", en: "Deductions" },
  indicators: { zh: "指标", en: "Indicators" },
  deduction: { zh: "扣分项", en: "Deduction" },
  points: { zh: "分值", en: "Points" },
  caseNos: { zh: "案卷号", en: "Cases" },
  id: { zh: "编码", en: "Id" },
  none: { zh: "无", en: "none" },
  signLeader: { zh: "批准领导（签字）", en: "Leader (signature)" },
  signOffice: { zh: "监督指挥中心（盖章）", en: "Centre (seal)" },
  signDate: { zh: "年　　月　　日", en: "Date:" },
  published: { zh: "已发布的周期", en: "Published periods" },
  nothingPublished: { zh: "尚无已发布的排名。", en: "Nothing is published yet." },
  allPeriods: { zh: "全部周期", en: "All periods" },
  otherLanguage: { zh: "English", en: "中文" },
} as const satisfies Record<string, Bilingual>;
export type BriefWord = keyof typeof BRIEF_WORDS;

export const KIND_WORDS: Record<PublicationKind, Bilingual> = {
  day: { zh: "日报", en: "day" },
  week: { zh: "周报", en: "week" },
  month: { zh: "月报", en: "month" },
  quarter: { zh: "季报", en: "quarter" },
  year: { zh: "年报", en: "year" },
};

/** Of the kinds of units, which are peer groups where nobody named others. */
export const GROUP_WORDS: Record<(typeof UnitKind.options)[number], Bilingual> = {
  city: { zh: "市", en: "city" },
  county: { zh: "区县", en: "county" },
  street: { zh: "街道（乡镇）", en: "streets and towns" },
  community: { zh: "社区", en: "communities" },
  department: { zh: "职能部门", en: "departments" },
  enterprise: { zh: "公用企业", en: "utilities" },
  contractor: { zh: "养护作业单位", en: "contractors" },
};

export const PUBLICATION_STATE_WORDS: Record<PublicationState, Bilingual> = {
  draft: { zh: "草稿", en: "draft" },
  approved: { zh: "已批准", en: "approved" },
  withdrawn: { zh: "已撤回", en: "withdrawn" },
};

export const GRADE_WORDS: Record<(typeof Grade.options)[number], Bilingual> = {
  excellent: { zh: "优", en: "excellent" },
  good: { zh: "良", en: "good" },
  fair: { zh: "中", en: "fair" },
  poor: { zh: "差", en: "poor" },
};

/** By the id of the rule; one that is not named here is shown by its id. */
export const RULE_WORDS: Record<string, Bilingual> = {
  "last-twice": { zh: "同一季度内连续两个月末位", en: "last in two months running of a quarter" },
  "last-three": { zh: "当月末三位", en: "among the last three of the month" },
  "last-three-months": { zh: "连续三个月末三位", en: "among the last three in three months" },
  "last-three-quarters": { zh: "连续三个季度末三位", en: "among the last three in three quarters" },
};

/** Indicators that a brief shows. */
export const INDICATOR_WORDS = {
  reported: { zh: "上报数", en: "Reported" },
  accepted: { zh: "受理数", en: "Accepted" },
  filed: { zh: "立案数", en: "Filed" },
  dispatched: { zh: "派遣数", en: "Dispatched" },
  handled: { zh: "处置数", en: "Handled" },
  handledOnTime: { zh: "按期处置数", en: "Handled in time" },
  overdueUnhandled: { zh: "超期未处置数", en: "Overdue" },
  closed: { zh: "结案数", en: "Closed" },
  reworks: { zh: "返工数", en: "Reworks" },
  urgentClosed: { zh: "紧急案卷结案数", en: "Urgent closed" },
  urgentOverdueUnclosed: { zh: "紧急案卷超期未结数", en: "Urgent overdue" },
  handleRate: { zh: "处置率", en: "Handled" },
  onTimeHandleRate: { zh: "按期处置率", en: "In time" },
  overdueRate: { zh: "超期待处置率", en: "Overdue" },
  extensionRate: { zh: "延期率", en: "Extended" },
  closeRate: { zh: "结案率", en: "Closed" },
  reworkRate: { zh: "返工率", en: "Reworked" },
} as const satisfies Record<string, Bilingual>;
export type ShownIndicator = keyof typeof INDICATOR_WORDS;

/** The rates that a brief shows, in this order. */
export const BRIEF_RATES = [
  "handleRate",
  "onTimeHandleRate",
  "closeRate",
  "overdueRate",
  "reworkRate",
  "extensionRate",
] as const;
