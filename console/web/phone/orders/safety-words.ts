/** Words of what is dangerous at a place, and of the checklist before somebody goes in. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  above: { zh: "限值 {limit}", en: "limit {limit}" },
  below: { zh: "不低于 {limit}", en: "not below {limit}" },
  checklist: { zh: "进入前检查", en: "Before anybody goes in" },
  checklistOrder: {
    zh: "先通风、再检测、后作业。全部确认后才能开始。",
    en: "Ventilate, then measure, then work. Nothing starts before all is ticked.",
  },
  checkedNote: {
    zh: "进入前检查：{items}。检测：{values}。监护人：{guard}。确认人：{who}，{at}。",
    en: "Checked before entry: {items}. Measured: {values}. Watch: {guard}. Ticked by {who} at {at}.",
  },
  dangerous: { zh: "超过限值", en: "past its limit" },
  guard: { zh: "监护人姓名", en: "Who keeps watch" },
  guardHint: { zh: "全程在井口外，不得离开", en: "outside at the opening, the whole time" },
  hazards: { zh: "先看危险", en: "Dangers first" },
  measuredHint: {
    zh: "用自己的检测仪测得的值",
    en: "as your own detector reads it",
  },
  missing: {
    zh: "还差 {n} 项：{items}",
    en: "{n} still to do: {items}",
  },
  noHazards: {
    zh: "本处没有气体监测。井下、沟内作业仍须先通风、再检测。",
    en: "No gas is measured here. In wells and trenches ventilate and measure all the same.",
  },
  notKnownHere: {
    zh: "手机里还没有这里的危险信息：按有毒、缺氧处置。",
    en: "The phone has nothing of the dangers here yet: take it for poisonous and without oxygen.",
  },
  outOfRange: {
    zh: "检测值超出安全范围：继续通风，不得进入。",
    en: "What was measured is not safe: go on ventilating, nobody goes in.",
  },
  unknown: { zh: "未知：按有毒缺氧处置", en: "unknown: counts as poisonous" },
  valueAge: { zh: "{value}（{age}）", en: "{value} ({age})" },
});

/** What must be so before work in a confined space begins; see docs/console/phone.md for its sources. */
export const sayItem = speaker({
  permit: { zh: "已审批，作业人员已交底", en: "Permit given, everybody briefed" },
  fence: { zh: "已围挡、警示，已禁火", en: "Fenced off, warned, no flame or spark" },
  ventilate: { zh: "已机械通风，作业中不停", en: "Ventilated by a fan, which goes on during work" },
  measure: { zh: "通风后已检测，数值合格", en: "Measured after ventilating, values are safe" },
  gear: {
    zh: "呼吸防护、安全带、安全绳已佩戴",
    en: "Breathing gear, harness and line are on",
  },
  rescue: {
    zh: "救援三脚架就位；出事不盲目下井施救",
    en: "Rescue tripod stands; nobody goes after a victim without gear",
  },
  contact: { zh: "井上井下通信畅通", en: "Inside and outside hear each other" },
});

/** At gas sites that nobody climbs into. */
export const sayGasItem = speaker({
  upwind: { zh: "从上风向接近，先测后近", en: "Approach from upwind, measure as you come" },
  noSpark: {
    zh: "无明火、不启闭电器、不在现场打电话",
    en: "No flame, no switch, no telephone at the leak",
  },
  cordon: { zh: "已围护、疏散、设警戒", en: "Fenced off, people sent away" },
  shut: { zh: "已通知燃气单位，知道阀门位置", en: "Gas company told, the valve is known" },
});

/** What is measured by hand, with its safe range. */
export const sayGas = speaker({
  o2: { zh: "氧气 %（19.5–23.5）", en: "Oxygen % (19.5–23.5)" },
  ch4: { zh: "可燃气 %LEL（小于 10）", en: "Combustible gas % LEL (under 10)" },
  h2s: { zh: "硫化氢 ppm（小于 7）", en: "Hydrogen sulphide ppm (under 7)" },
  co: { zh: "一氧化碳 ppm（小于 25）", en: "Carbon monoxide ppm (under 25)" },
});
