/** What a rule should say where it is no sense, in the language of the page. */
import { RULE_WANTS, type RuleWant } from "../../../../model/rule-fault.ts";
import type { Bilingual } from "../../shared/language.ts";
import { speaker } from "../../shared/words.ts";

const CHINESE: Record<RuleWant, string> = {
  class: "已有的部件类别",
  measurement: "“{class}”的指标",
  "any-measurement": "某个类别的指标",
  condition: "本类别的立案条件",
  family: "某条规则的报警族",
  "id-of-class": "以“{class}.”开头的名称",
  "limit-of-number": "“限值”，因为“{measurement}”是数值",
  "boolean-of-boolean": "“开关量”，因为“{measurement}”是开关量",
  "tests-at-most": "最多 {max} 个条件",
  "test-of-itself": "至少一个判断部件自身的条件，因为部件有读数时才判断",
  "held-at-most": "最多 {max} 毫秒，即 {points} 个上报周期",
  "parts-without-signal": "不填，因为下级部件取最新值",
  "looks-back-at-most": "最多回看 {max} 条读数，请缩短时长，或改用时段均值",
  "above-or-below": "填“高于”或“低于”",
  "clear-at-most-raise": "不高于报警值 {raise}",
  "clear-at-least-raise": "不低于报警值 {raise}",
  "within-range": "在指标量程之内，{min} 至 {max} {unit}",
  "above-step-before": "高于上一级的报警值 {raise}",
  "below-step-before": "低于上一级的报警值 {raise}",
  "clear-at-least-step": "不低于上一级的报警值 {raise}，否则级别重叠",
  "clear-at-most-step": "不高于上一级的报警值 {raise}，否则级别重叠",
  "severer-than-step": "比上一级“{severity}”更严重",
  "severer-than-rule": "比规则本身的“{severity}”更严重",
  "milder-than-first-step": "比第一级“{severity}”轻",
  "count-at-most": "不大于 m，即 {m}",
  "count-of-single-readings": "不填，因为判断条件不是逐条判断读数",
  "single-readings-for-count": "逐条判断读数的条件，因为规则按 {m} 次中 {n} 次计数",
  "hours-of-silence": "不填，因为无数据全天都算",
  "readings-for-hours": "判断读数的条件，因为规则只在 {from} 至 {to} 判断",
  "hours-of-parts": "不填，因为下级规则各有时段",
  "life-safety-count": "不填，因为人身安全第一条读数就报警",
  "life-safety-hours": "不填，因为人身安全不分时段",
  "life-safety-delay": "0，因为人身安全不等待",
  "life-safety-signal": "不填，因为人身安全逐条判断读数",
  "life-safety-compound": "逐条判断读数的条件，因为人身安全逐条判断",
  "life-safety-family": "不填，因为人身安全不等待，也不受抑制",
  "life-safety-of-parts": "“否”，因为凑够数量需要时间",
  "device-fault-condition": "不填，因为设备故障只开维修任务，不立案",
  "device-fault-life-safety": "“否”，因为设备故障只开维修任务，不立案",
  "gateway-silence": "“无数据”，因为网关只判断有没有数据经过",
};

const WANTS = Object.fromEntries(
  Object.entries(CHINESE).map(([reason, zh]) => [
    reason,
    { zh, en: RULE_WANTS[reason as RuleWant] },
  ]),
) as Record<RuleWant, Bilingual>;

export const sayWant = speaker(WANTS);
