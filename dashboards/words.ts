/** What states and severities are called, and the colours that they have on every board. */
import type { CaseState } from "../model/case.ts";
import type { Severity } from "../model/rule.ts";
import type { Column, Title } from "./panel.ts";

export const SEVERITIES: Readonly<Record<Severity, Title & { color: string }>> = {
  critical: { zh: "紧急", en: "critical", color: "red" },
  major: { zh: "重要", en: "major", color: "orange" },
  warning: { zh: "预警", en: "warning", color: "yellow" },
  notice: { zh: "提示", en: "notice", color: "blue" },
};

const STATES: Readonly<Record<CaseState, Title>> = {
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
  VOIDED: { zh: "作废", en: "void" },
  CLOSED: { zh: "结案", en: "closed" },
  FORCE_CLOSED: { zh: "强制结案", en: "closed by force" },
};

const titles = (words: Readonly<Record<string, Title>>): Record<string, Column> =>
  Object.fromEntries(Object.entries(words).map(([word, title]) => [word, { title }]));

export const STATE_COLUMNS = titles(STATES);
export const SEVERITY_COLUMNS = titles(SEVERITIES);

export const CLASS: Title = { zh: "类别", en: "Class" };
export const ASSET: Title = { zh: "部件", en: "Asset" };
export const STREET: Title = { zh: "街道", en: "Street" };
export const GRID: Title = { zh: "网格", en: "Grid" };
export const UNIT: Title = { zh: "处置单位", en: "Unit" };
export const DEVICE: Title = { zh: "设备", en: "Device" };
export const GATEWAY: Title = { zh: "网关", en: "Gateway" };
export const RULE: Title = { zh: "规则", en: "Rule" };
export const SEVERITY: Title = { zh: "级别", en: "Severity" };
export const PERIOD: Title = { zh: "周期", en: "Period" };
export const TIME: Title = { zh: "时间", en: "Time" };

/** What is counted by a tag of a count. */
const TAGS: Readonly<Record<string, Title>> = {
  class: CLASS,
  street: STREET,
  grid: GRID,
  unit: UNIT,
  gateway: GATEWAY,
  asset: ASSET,
  road: { zh: "道路", en: "Road" },
  format: { zh: "协议", en: "Format" },
  transport: { zh: "供电", en: "Supply" },
  vendor: { zh: "厂家", en: "Vendor" },
  model: { zh: "型号", en: "Model" },
  firmware: { zh: "固件", en: "Firmware" },
};

/** `设备在线率，按街道 / Devices online by street`. */
export function titledBy({ zh, en }: Title, by: string): Title {
  const tag = TAGS[by] ?? { zh: by, en: by };
  return { zh: `${zh}，按${tag.zh}`, en: `${en} by ${tag.en.toLowerCase()}` };
}
