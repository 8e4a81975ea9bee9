/** What the platform itself writes into a case's history, in the language of the page. */
import {
  HISTORY_NOTES,
  type HistoryNote,
  readHistoryNote,
} from "../../../../model/history-notes.ts";
import { crewName, unitName } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import { saySource } from "../../shared/event-words.ts";
import type { Bilingual } from "../../shared/language.ts";
import { ruleName } from "../../shared/rule-titles.ts";
import { sayCode, speaker } from "../../shared/words.ts";

const CHINESE: Record<HistoryNote, string> = {
  alarm: "规则“{ruleId}”的报警 {alarmId}",
  "alarm-after-case": "规则“{ruleId}”的报警 {alarmId}，案卷 {caseNo} 的故障消除后仍未恢复",
  "alarm-of-asset": "部件 {assetId} 上规则“{ruleId}”的报警 {alarmId}",
  "alarm-of-device": "设备 {deviceId} 上规则“{ruleId}”的报警 {alarmId}",
  "alarm-after-feedback": "反馈之后又有{alarm}",
  "alarm-too": "{alarm}也表明属实",
  "alarm-after-close": "结案后 {days} 天内规则“{ruleId}”又报警 {alarmId}",
  "alarm-life-safety": "报警 {alarmId} 涉及人身安全",
  "next-unit": "涉及人身安全，不等责任单位认领，派往下一顺位单位",
  "review-unanswered": "待确认期间无人处理，到时自动确认",
  "suspension-over": "挂账到期，恢复办理",
  "not-accepted": "班组 {crewId} 未按时接单",
  "question-asked": "回访 {questionId}，方式 {way}",
  "question-answered": "回访 {questionId} 已由 {by} 答复",
  "repair-of": "案卷 {caseNo} 应急处置后的修复",
  "goes-with": "与案卷 {caseNo} 关联",
  "placed-at": "按地址中的“{place}”定位",
  "crew-keeps": "没有别的班组能去：在另有班组接手前仍由班组 {crewId} 办理",
  supervision: "督办单 {supervisionNo}：{said}",
  "not-solved": "案卷 {caseNo} 的举报人反映未解决：{said}",
  "no-crew": "单位 {unitId} 没有可派的班组，案卷留在单位",
  "no-other-crew": "单位 {unitId} 没有别的可派班组，案卷留在单位",
  "none-on-duty": "单位 {unitId} 没有在岗的可派班组，案卷留在单位",
  "none-on-duty-until": "单位 {unitId} 在 {at} 前没有在岗的可派班组，案卷留在单位",
  "on-call": "单位 {unitId} 没有在岗的可派人员，由备勤班组 {crewId} 承接",
  "lacks-skills": "没有技能齐全的班组，班组 {crewId} 缺少：{skills}",
  "crew-gets": "派给班组 {crewId}",
  "assist-asked": "请单位 {unitId} 协办（{assistId}）：{said}",
  assist: "单位 {unitId} 的协办 {assistId}",
  "assist-said": "单位 {unitId} 的协办 {assistId}：{said}",
  "is-duplicate": "案卷 {caseNo} 与本案卷重复",
  "is-duplicate-said": "案卷 {caseNo} 与本案卷重复：{said}",
  "duplicate-of": "与案卷 {caseNo} 重复",
  "reported-again": "再次上报，来源：{source}",
  "reported-again-said": "再次上报，来源：{source}；{said}",
  "by-channel": "由 {person} 经通知渠道答复",
  "recount-same": "按 {year} 年节假日（第 {version} 版）重算：时限不变",
  recount: "按 {year} 年节假日（第 {version} 版）重算：时限为 {after}，原为 {before}",
};

const NOTES = Object.fromEntries(
  Object.entries(CHINESE).map(([note, zh]) => [
    note,
    { zh, en: HISTORY_NOTES[note as HistoryNote] },
  ]),
) as Record<HistoryNote, Bilingual>;

export const sayHistoryNote = speaker(NOTES);

const NAMES: Readonly<Record<string, (value: string) => string>> = {
  alarm: sayNote,
  ruleId: ruleName,
  unitId: unitName,
  crewId: crewName,
  at: sayTime,
  after: sayTime,
  before: sayTime,
  source: (source) => sayCode(saySource, source),
};

/** A person's words stay as they are. */
export function sayNote(text: string): string {
  const parts = readHistoryNote(text).map((part) => {
    if ("said" in part) return part.said;
    const named = Object.entries(part.values).map(([name, value]) => [
      name,
      NAMES[name]?.(value) ?? value,
    ]);
    return sayHistoryNote(part.note, Object.fromEntries(named) as Record<string, string>);
  });
  return parts.join("; ");
}
