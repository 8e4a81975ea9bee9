/** Words of the page of shift handovers. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  add: { zh: "添加", en: "Add" },
  all: { zh: "另有 {n} 项未列出。", en: "{n} more are not listed." },
  back: { zh: "返回", en: "Back" },
  caseNo: { zh: "案卷号（可不填）", en: "Case number (may be left out)" },
  done: { zh: "已兑现", en: "Kept" },
  dueAt: { zh: "到期时间", en: "Due by" },
  from: { zh: "交班人", en: "Leaves" },
  handOver: { zh: "签字交班", en: "Sign and hand over" },
  handedOver: {
    zh: "已由 {by} 于 {at} 签字交班。",
    en: "{by} handed over and signed at {at}.",
  },
  late: { zh: "超期 {t}", en: "{t} overdue" },
  left: { zh: "剩 {t}", en: "{t} left" },
  lifeSafety: { zh: "人身安全", en: "life safety" },
  none: { zh: "无", en: "None" },
  note: { zh: "交班说明", en: "Note" },
  now: { zh: "当前情况", en: "As it is now" },
  numberOf: { zh: "交接班 {id}", en: "Handover {id}" },
  past: { zh: "历次交接班", en: "Handovers before" },
  pledge: { zh: "承诺事项", en: "What is promised" },
  print: { zh: "打印", en: "Print" },
  reload: { zh: "刷新", en: "Look again" },
  signAs: { zh: "以 {name} 签字接班", en: "Sign as {name} and take over" },
  signHere: {
    zh: "接班人在此电脑上签字（不退出当前登录）：",
    en: "Whoever comes signs at this desk (the present session stays):",
  },
  signWith: { zh: "签字接班", en: "Sign and take over" },
  signed: { zh: "已由 {by} 于 {at} 签字接班。", en: "{by} signed and took over at {at}." },
  since: { zh: "自 {at}", en: "since {at}" },
  stillNow: {
    zh: "此后已变化的事项见“当前情况”。",
    en: "What changed since is in “As it is now”.",
  },
  title: { zh: "交接班", en: "Handover" },
  to: { zh: "接班人", en: "Comes" },
  until: { zh: "至 {at}", en: "until {at}" },
  unsigned: { zh: "等待接班人签字", en: "waits for whoever comes" },
  when: { zh: "时间", en: "When" },
});

/** The sections of a handover. */
export const saySection = speaker({
  urgent: { zh: "紧急与人身安全案卷", en: "Urgent and life-safety cases" },
  late: { zh: "超期案卷", en: "Late cases" },
  pledges: { zh: "承诺事项", en: "Promises" },
  supervisions: { zh: "待回复的督办", en: "Supervision orders to be answered" },
  notices: { zh: "未处理的提醒", en: "Notices that stand" },
  shelved: { zh: "搁置的报警", en: "Shelved alarms" },
  devices: { zh: "未投用与检修中的设备", en: "Devices out of service" },
});

/** Where a supervision order or a device stands. */
export const sayStanding = speaker({
  ISSUED: { zh: "已下达", en: "issued" },
  ACKNOWLEDGED: { zh: "已签收", en: "acknowledged" },
  SENT_BACK: { zh: "已退回", en: "sent back" },
  installed: { zh: "已安装，未投用", en: "installed, not in service" },
  maintenance: { zh: "检修中", en: "in maintenance" },
});
