/** Words of what waits to be sent, and of what to do where it was refused. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  again: { zh: "再发送", en: "Send again" },
  allowed: { zh: "这个案卷现在可以：{events}", en: "The case takes now: {events}" },
  changed: {
    zh: "案卷已变化，现在是“{state}”。看过之后再决定。",
    en: "The case has changed, it is now “{state}”. Look at it and decide.",
  },
  conflict: {
    zh: "你操作之后，案卷被别人改动过，这一步没有办。",
    en: "Somebody changed the case after you said this; it was not done.",
  },
  drop: { zh: "放弃这一步", en: "Give this up" },
  dropSure: {
    zh: "放弃后不会再发送，照片也会删除。",
    en: "It is never sent then, and its photos go.",
  },
  empty: { zh: "全部已发送。", en: "Everything is sent." },
  hint: {
    zh: "有网络时自动按顺序发送，每一步只办一次。",
    en: "Sent by itself when there is network, in order, each thing once.",
  },
  held: { zh: "等前一步处理完", en: "waits for the step before it" },
  holds: { zh: "在它之后的步骤等它处理完。", en: "What follows it in the case waits for it." },
  nextTry: { zh: "稍后重试，第 {n} 次", en: "will be tried again, try {n}" },
  open: { zh: "看案卷", en: "Look at the case" },
  photos: { zh: "{n} 张照片", en: "{n} photos" },
  otherCrew: {
    zh: "任务已改派给 {crew}。放弃这一步即可。",
    en: "Crew {crew} has the order now. Give this up.",
  },
  refused: { zh: "这一步没有办成。", en: "This was not done." },
  report: { zh: "上报", en: "Report" },
  roleGone: {
    zh: "这个任务已不是你的，可能已改派给别人。",
    en: "The order is not yours any more; another crew may have it.",
  },
  sending: { zh: "发送中", en: "being sent" },
  shiftOff: { zh: "离岗", en: "Shift off" },
  shiftOn: { zh: "到岗", en: "Shift on" },
  title: { zh: "待发送", en: "Not yet sent" },
  unsure: {
    zh: "这条上报可能已经收到（应答丢失超过一天）。先查案卷，没有再发送。",
    en: "This report may have come: its answer was lost more than a day ago. Look first, send again if it is not there.",
  },
  waiting: { zh: "等待网络", en: "waits for network" },
});
