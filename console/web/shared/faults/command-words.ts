/** What the platform says of a command, in the language of the page. */
import {
  COMMAND_NOTES,
  type CommandNote,
  readCommandNote,
} from "../../../../model/command-notes.ts";
import { classOf } from "../catalogue.ts";
import type { Bilingual } from "../language.ts";
import { sayLife } from "../life-words.ts";
import { inLanguage, sayCode, speaker } from "../words.ts";

const CHINESE: Record<CommandNote, string> = {
  "not-reached": "有效期内联系不上设备",
  "delivered-unanswered": "已下发{often}，网络已送达，设备没有应答",
  "sent-unanswered": "已下发{often}，没有应答，设备可能已执行",
  "may-be-done": "此前已下发，设备可能已执行",
  replaced: "已由新的指令 {commandId} 取代",
  cancelled: "由 {by} 取消",
  "queue-full": "设备“{deviceId}”未完成的指令已达 {max} 条，请等前面的指令完成或取消一些",
  "not-acknowledged": "设备没有向网络确认收到",
  "no-bytes": "设备的解码器没有编出下发的内容",
  "not-encoded": "解码器“{decoderId}”没有编出这条指令：{said}",
  "device-code": "设备应答代码 {code}",
  "ctwing-declined": "CTWing 应答 {status}：{said}",
  "onenet-declined": "OneNET 应答 {status}：{said}",
  "lamp-platform-declined": "路灯平台应答 {status}：{said}",
  "no-ctwing-key":
    "没有 CTWing 产品“{productId}”的 MasterKey，请系统管理员写入 GRIDWARDEN_CTWING_MASTER_KEYS",
  "no-onenet-key": "没有 OneNET 产品“{productId}”的密钥，请系统管理员写入 GRIDWARDEN_ONENET_KEYS",
  "no-class": "设备“{deviceId}”所在的部件没有类别，不能下发指令",
  "class-takes-nothing": "类别“{class}”的设备不能下发指令：阀门和水泵由现场人员操作",
  "no-command-of-class": "类别“{class}”没有指令“{name}”，只有 {known}；阀门和水泵由现场人员操作",
  "moved-by-hand": "“{name}”不能下发：阀门和水泵由现场人员操作",
  "format-tells-nothing": "设备“{deviceId}”的接入方式“{format}”不能下发指令",
  "format-lacks": "设备“{deviceId}”的接入方式“{format}”不能下发“{name}”",
  "not-in-use": "设备“{deviceId}”为“{life}”，不能下发指令",
  "in-maintenance": "设备“{deviceId}”正在检修，请在设备页单独下发",
  "ctwing-form":
    "CTWing 没有指令“{name}”的固定格式：请给设备配置带 encodeDownlink 的解码器，或用 raw 下发“base64”，或在“fields”中按产品物模型写 {example}",
  "onenet-bytes": "设备“{deviceId}”：OneNET 不收字节，请在“fields”中按物模型写属性：{example}",
  "metrics-of": "设备“{deviceId}”：{said}",
  "metric-bytes": "Sparkplug 指标不收字节，请在“fields”中逐个写指标的值：{example}",
  "metric-undeclared":
    "设备上线时没有声明指标“{name}”，已声明的有 {known}，请改用其中之一，或让节点声明",
  "metric-untyped": "指标“{name}”上线时没有声明数据类型，请让节点声明",
  "metric-type": "指标“{name}”的数据类型 {code} 不是单个值",
  "metric-value": "指标“{name}”为 {datatype}，应为{wanted}，现为 {got}",
  "wants-whole": " {min} 至 {max} 的整数",
  "wants-float": " 32 位浮点数",
  "wants-number": "数字",
  "wants-boolean": " true 或 false",
  "wants-text": "文字",
};

const NOTES = Object.fromEntries(
  Object.entries(CHINESE).map(([note, zh]) => [
    note,
    { zh, en: COMMAND_NOTES[note as CommandNote] },
  ]),
) as Record<CommandNote, Bilingual>;

export const sayCommand = speaker(NOTES);

export const sayOften = speaker({
  once: { zh: " 1 次", en: "once" },
  times: { zh: " {n} 次", en: "{n} times" },
  between: { zh: "；", en: "; " },
});

const NAMES: Readonly<Record<string, (value: string) => string>> = {
  often: (often) =>
    often === "once" ? sayOften("once") : sayOften("times", { n: Number.parseInt(often, 10) }),
  life: (life) => sayCode(sayLife, life),
  class: classTitle,
  said: commandText,
  wanted: commandText,
};

function classTitle(slug: string): string {
  const title = classOf(slug)?.title;
  return title === undefined ? slug : inLanguage(title);
}

/** What a device or its carrier says stays as it is. */
export function commandText(text: string): string {
  const parts = readCommandNote(text).map((part) => {
    if ("said" in part) return part.said;
    const named = Object.entries(part.values).map(([name, value]) => [
      name,
      NAMES[name]?.(value) ?? value,
    ]);
    return sayCommand(part.note, Object.fromEntries(named) as Record<string, string>);
  });
  return parts.join(sayOften("between"));
}

/** Is it the platform's own from end to end? */
export const isCommandNote = (text: string): boolean =>
  readCommandNote(text).every((part) => "note" in part);
