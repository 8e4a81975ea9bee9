/** Words of the shift, the roster, and of what the phone may do while one is on it. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  absent: { zh: "我不能上班", en: "I am off" },
  absentHint: {
    zh: "会记为离岗，并把原因告诉班组长。请假审批不在本系统内。",
    en: "It signs the crew off with your reason. Leave itself is granted elsewhere.",
  },
  absentSick: { zh: "生病", en: "ill" },
  absentVehicle: { zh: "车辆故障", en: "the van has broken down" },
  always: {
    zh: "本单位没有值班表：没有离岗就是在岗。",
    en: "The unit keeps no roster: on duty unless signed off.",
  },
  locate: { zh: "共享位置", en: "Share the place" },
  locateDenied: {
    zh: "手机不允许定位。请在浏览器设置中允许；定位需要 https 地址。",
    en: "The phone does not tell its place. Allow it in the browser's settings; it needs an https address.",
  },
  locateOff: { zh: "停止共享位置", en: "Stop sharing the place" },
  locateWhy: {
    zh: "在岗时用你的位置：就近派单、显示距离、照片注明地点。离岗即停止，不在岗不记录。",
    en: "On shift your place is used to send the nearest crew, to show how far it is, and for photos. Off shift nothing of it is taken.",
  },
  myTurns: { zh: "我的班次（{n} 天）", en: "My turns, {n} days" },
  noTurns: { zh: "这些天没有班次。", en: "No turn on these days." },
  notify: { zh: "允许通知", en: "Allow notifications" },
  notifyOn: {
    zh: "紧急任务会通知（页面打开时）。",
    en: "Urgent orders are notified while the page is open.",
  },
  off: { zh: "离岗", en: "Off duty" },
  offSay: { zh: "下班离岗", en: "Sign off" },
  on: { zh: "在岗", en: "On duty" },
  onSay: { zh: "到岗上班", en: "Sign on" },
  person: { zh: "{name}，{unit}", en: "{name}, {unit}" },
  signOutHeld: {
    zh: "还有 {n} 条未发送。现在退出，要等同一人再登录才会发送。",
    en: "{n} not yet sent. Signed out, they wait until the same person signs in again.",
  },
  signOutSure: { zh: "仍然退出", en: "Sign out all the same" },
  stateNow: { zh: "现在：{state}", en: "Now: {state}" },
  turn: { zh: "{date} {from}–{to}", en: "{date} {from}–{to}" },
});
