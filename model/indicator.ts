/**
 * Names of the counts and rates of an evaluation, with the standard's Chinese terms (CJ/T 292, DOMAIN §4);
 * what each counts is in `cases/evaluation/`.
 */

import type { EvaluationSubject } from "./evaluation.ts";

/** Counted for a place; a unit and a crew take part only from the dispatch on. */
const INTAKE = [
  "reported", // 上报数
  "valid", // 有效上报数
  "publicReports", // 公众举报数
  "accepted", // 受理数
  "filed", // 立案数
  "selfHandled", // 自处置数
] as const;

const WORK = [
  "voided", // 作废数
  "dispatched", // 派遣数
  "handled", // 处置数
  "handledOnTime", // 按期处置数
  "overdueUnhandled", // 超期未处置数
  "closed", // 结案数
  "closedOnTime", // 按期结案数
  "overdueUnclosed", // 超期未结案数
  "reworks", // 返工数, relapses too
  "relapses",
  "extensions", // 延期数
  "suspensions", // 挂账数
  "returns", // 回退数
  "refusedReturns", // 推诿数
  "forceClosed", // 强制结案数
  "urgentClosed",
  "urgentClosedOnTime",
  "urgentOverdueUnclosed",
  "asked", // 应回访数: reporters asked after a close
  "answered", // 回访数
  "satisfied", // 满意数
  "solved", // 解决数
] as const;

export type CountName = (typeof INTAKE)[number] | (typeof WORK)[number];
export const INTAKE_COUNTS: readonly CountName[] = INTAKE;
export const COUNT_NAMES: readonly CountName[] = [...INTAKE, ...WORK];

/** What has to be there by its limit. */
export const DUE_NAMES = [
  "dueToHandle", // 应处置数 = 处置数 + 超期未处置数
  "dueToClose", // 应结案数 = 结案数 + 超期未结案数
  "urgentDueToClose",
] as const;
export type DueName = (typeof DUE_NAMES)[number];

/** 岗位: acceptor, verifying inspector, shift lead, dispatcher, checking inspector, shift lead. */
export const POSTS = ["accept", "verify", "file", "dispatch", "check", "close"] as const;
export type Post = (typeof POSTS)[number];
export const POST_COUNTS = ["done", "onTime", "overdue", "accurate"] as const;

/** The counts that are told of a subject; behind each are cases. */
export function countsOf(subject: EvaluationSubject): readonly string[] {
  if (subject === "position") return POST_COUNTS;
  const isPlace = subject !== "unit" && subject !== "crew";
  return [...(isPlace ? INTAKE : []), ...WORK, ...DUE_NAMES];
}

export const RATE_NAMES = [
  "validRate", // 有效上报率
  "filingRate", // 立案率
  "closeOfFiledRate", // 结案数/立案数, as a county publishes it
  "handleRate", // 处置率
  "onTimeHandleRate", // 按期处置率
  "overdueRate", // 超期待处置率
  "extensionRate", // 延期率
  "closeRate", // 结案率
  "onTimeCloseRate", // 按期结案率
  "reworkRate", // 返工率
  "refusedReturnRate", // 推诿率
  "urgentCloseRate",
  "urgentOnTimeRate",
  "callbackRate", // 回访率
  "satisfactionRate", // 满意率
  "solvedRate", // 解决率
] as const;
export type RateName = (typeof RATE_NAMES)[number];
