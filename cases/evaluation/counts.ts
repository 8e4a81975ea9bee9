/** Counts of an evaluation by name, with the standard's Chinese terms; a figure rounded. Pure. */

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
export type Counts = Record<CountName, number>;

export const INTAKE_COUNTS: readonly CountName[] = INTAKE;

export function newCounts(): Counts {
  return Object.fromEntries([...INTAKE, ...WORK].map((name) => [name, 0])) as Counts;
}

/** Half up; what a computer's fractions leave behind the sixth place after it is not seen. */
export function roundTo(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(Number((value * factor).toFixed(6))) / factor;
}
