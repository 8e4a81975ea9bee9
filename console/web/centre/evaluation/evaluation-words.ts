/** Words of the evaluation. What a brief says, too, is said by the brief's own words. */
import {
  GRADE_WORDS,
  GROUP_WORDS,
  KIND_WORDS,
  PUBLICATION_STATE_WORDS,
  RULE_WORDS,
} from "../../../brief-words.ts";
import { sayCode, speaker } from "../../shared/words.ts";
import { type PeriodKind, partsOf } from "./periods.ts";

export const say = speaker({
  all: { zh: "全部指标", en: "All indicators" },
  allUnits: { zh: "其他", en: "Others" },
  approve: { zh: "批准发布", en: "Approve" },
  approved: {
    zh: "{period} 已批准，公众可见。",
    en: "{period} is approved: everybody may read it.",
  },
  asOf: { zh: "截至 {t}", en: "as of {t}" },
  asset: { zh: "部件", en: "Asset" },
  back: { zh: "← 返回评价", en: "← Back to the evaluation" },
  basePoints: { zh: "基础分", en: "Base points" },
  behind: { zh: "{name}：{indicator}", en: "{name}: {indicator}" },
  briefs: { zh: "通报", en: "Briefs" },
  briefsNone: {
    zh: "还没有通报：周期结束后自动生成。",
    en: "No briefs yet: one is made when a period is over.",
  },
  caseNo: { zh: "案卷号", en: "Case" },
  cases: { zh: "案卷", en: "Cases" },
  casesMore: { zh: "后续案卷", en: "Further cases" },
  casesNone: { zh: "没有计入的案卷。", en: "No case is counted." },
  caseOf: { zh: "案卷 {caseNo}", en: "Case {caseNo}" },
  casesTotal: { zh: "共计 {n}", en: "{n} in all" },
  change: { zh: "环比", en: "Change" },
  chiefOnly: { zh: "主要指标", en: "Chief indicators" },
  condition: { zh: "问题", en: "Condition" },
  count: { zh: "次数", en: "Times" },
  deductions: { zh: "扣分", en: "Deductions" },
  details: { zh: "{name}：得分明细", en: "{name}: how the score came about" },
  down: { zh: "下降 {n} 位", en: "down {n}" },
  empty: { zh: "这个周期没有可评价的对象。", en: "There is nobody to evaluate in this period." },
  export: { zh: "导出", en: "Export" },
  extras: { zh: "加减分项", en: "Items recorded" },
  figure: { zh: "指标", en: "Figure" },
  firstAt: { zh: "首次立案", en: "First filed" },
  isOver: { zh: "已结束", en: "over" },
  keys: { zh: "按 [ 上一周期，按 ] 下一周期", en: "Keys: [ the period before, ] the next one" },
  lastAt: { zh: "末次立案", en: "Last filed" },
  lastNone: { zh: "没有单位触发末位规则。", en: "No rule of last places is met." },
  lastPlaces: { zh: "末位", en: "Last places" },
  lastWants: {
    zh: "末位按月或按季评定：请选择月或季。",
    en: "Last places are of a month or a quarter: choose one.",
  },
  made: { zh: "计算时间", en: "Counted at" },
  marks: { zh: "第三方评分", en: "Marks" },
  model: { zh: "计分模型", en: "Score model" },
  modelOf: { zh: "{id} {title}", en: "{id} {title}" },
  name: { zh: "对象", en: "Who" },
  next: { zh: "下一周期", en: "Next period" },
  nothing: { zh: "无", en: "none" },
  onTrend: { zh: "列入趋势：{name}", en: "In the trend: {name}" },
  period: { zh: "周期", en: "Period" },
  periodKind: { zh: "周期类型", en: "Kind of period" },
  periods: { zh: "连续周期", en: "Periods" },
  points: { zh: "{n} 分，{count} 次", en: "{n} points, {count} times" },
  previous: { zh: "上一周期", en: "Period before" },
  print: { zh: "打印", en: "Print" },
  rank: { zh: "名次", en: "Rank" },
  rankOf: { zh: "{rank}/{of}", en: "{rank}/{of}" },
  ranks: { zh: "排名", en: "Ranks" },
  rateOf: { zh: "{rate} = {part} ÷ {whole}", en: "{rate} = {part} ÷ {whole}" },
  reason: { zh: "撤回原因", en: "Reason" },
  renewals: { zh: "更新改造", en: "Renewals" },
  renewalsNone: { zh: "没有反复出现的问题。", en: "No fault has come back." },
  reportedAt: { zh: "上报时间", en: "Reported" },
  rule: { zh: "规则", en: "Rule" },
  running: {
    zh: "进行中：与往期同一时段比较",
    en: "running: compared with the same part of the others",
  },
  score: { zh: "得分", en: "Score" },
  scores: { zh: "得分", en: "Scores" },
  sections: { zh: "分页", en: "Sections" },
  state: { zh: "状态", en: "State" },
  subject: { zh: "评价对象", en: "Who is evaluated" },
  trend: { zh: "趋势", en: "Trend" },
  trendFull: { zh: "趋势最多列 {n} 个对象。", en: "A trend shows {n} at most." },
  trendHow: {
    zh: "在表中勾选对象，看近 {n} 个周期的走势。",
    en: "Tick rows of the table to see their last {n} periods.",
  },
  trendLoading: { zh: "已取 {n} / {of} 个周期", en: "{n} of {of} periods" },
  trendOf: { zh: "趋势：{what}", en: "Trend: {what}" },
  unit: { zh: "单位", en: "Unit" },
  unscored: { zh: "不评分", en: "not scored" },
  unverified: {
    zh: "案卷记录被改动，数据不可用于考核：{message}",
    en: "A record was changed, the figures count for nothing: {message}",
  },
  up: { zh: "上升 {n} 位", en: "up {n}" },
  verified: { zh: "记录完整，未被改动", en: "records are as they were written" },
  withdraw: { zh: "撤回", en: "Withdraw" },
  withdrawn: { zh: "{period} 已撤回。", en: "{period} is withdrawn." },
  workbook: { zh: "工作簿", en: "Workbook" },
  year: { zh: "同比", en: "On last year" },
});

export const saySubject = speaker({
  unit: { zh: "处置单位", en: "Units" },
  crew: { zh: "处置班组", en: "Crews" },
  street: { zh: "街道", en: "Streets" },
  grid: { zh: "责任网格", en: "Grids" },
  area: { zh: "总体", en: "The whole area" },
  position: { zh: "岗位", en: "Posts" },
});

export const sayPost = speaker({
  accept: { zh: "受理员", en: "Acceptor" },
  verify: { zh: "核实监督员", en: "Verifying inspector" },
  file: { zh: "值班长（立案）", en: "Shift lead, filing" },
  dispatch: { zh: "派遣员", en: "Dispatcher" },
  check: { zh: "核查监督员", en: "Checking inspector" },
  close: { zh: "值班长（结案）", en: "Shift lead, closing" },
});

/** Of periods. */
export const sayKind = speaker({
  day: { zh: "日", en: "day" },
  week: { zh: "周", en: "week" },
  month: { zh: "月", en: "month" },
  quarter: { zh: "季", en: "quarter" },
  year: { zh: "年", en: "year" },
});

const sayPeriodName = speaker({
  day: { zh: "{year}年{month}月{day}日", en: "{year}-{month}-{day}" },
  week: { zh: "{year}年第{week}周", en: "week {week} of {year}" },
  month: { zh: "{year}年{month}月", en: "{year}-{month}" },
  quarter: { zh: "{year}年第{quarter}季度", en: "Q{quarter} {year}" },
  year: { zh: "{year}年", en: "{year}" },
});

export const sayGrade = speaker(GRADE_WORDS);
export const sayBriefState = speaker(PUBLICATION_STATE_WORDS);
export const sayBriefKind = speaker(KIND_WORDS);
const sayGroup = speaker(GROUP_WORDS);
const sayRule = speaker(RULE_WORDS);

export function periodText(period: string): string {
  const parts = partsOf(period);
  if (parts === undefined) return period;
  const { kind, year, week = "", quarter = "", month = "", day = "" } = parts;
  return sayPeriodName(kind satisfies PeriodKind, { year, week, quarter, month, day });
}

/** A group that a city named itself is shown by that name. */
export const groupText = (group: string): string =>
  group === "" ? say("allUnits") : sayCode(sayGroup, group);

export const ruleText = (ruleId: string): string => sayCode(sayRule, ruleId);
export const postText = (post: string): string => sayCode(sayPost, post);
