/** Words of the phone's frame, of its sign-in, and of the steps of a case as a person says them. */
import { speaker } from "../shared/words.ts";

export const say = speaker({
  area: { zh: "片区", en: "Area" },
  back: { zh: "返回", en: "Back" },
  codeExplained: {
    zh: "向班组长要一个登录码，或打开他发来的链接。",
    en: "Ask your lead for a code, or open the link that he sent.",
  },
  codeField: { zh: "登录码", en: "Sign-in code" },
  codeSignIn: { zh: "用登录码登录", en: "Sign in by code" },
  codeWrong: {
    zh: "登录码无效：可能已用过或已过期。请向班组长再要一个。",
    en: "The code does not hold: it was used, or is too old. Ask your lead for another.",
  },
  duty: { zh: "班次", en: "Shift" },
  goOn: { zh: "以“{name}”继续", en: "Go on as {name}" },
  newUrgent: { zh: "新的紧急任务：{what}", en: "A new urgent order: {what}" },
  notKept: {
    zh: "手机存不下了，刚才那一步没有记下（{message}）。清理空间后请再点一次。",
    en: "The phone is full: what you just said was not kept ({message}). Free some space and say it again.",
  },
  notLasting: {
    zh: "这个浏览器不保存内容（无痕模式？）。请保持页面打开，直到全部已发送。",
    en: "This browser keeps nothing (a private window?). Leave the page open until all is sent.",
  },
  offline: { zh: "无网络", en: "no network" },
  orders: { zh: "任务", en: "Orders" },
  outbox: { zh: "待发送", en: "Outbox" },
  pages: { zh: "页面", en: "Pages" },
  passwordSignIn: { zh: "用户名和密码登录", en: "Sign in by name and password" },
  patrol: { zh: "巡查", en: "Patrol" },
  reason: { zh: "理由", en: "Reason" },
  refusedCount: { zh: "{n} 条被拒", en: "{n} refused" },
  report: { zh: "上报", en: "Report" },
  sessionEnded: {
    zh: "登录已失效。可以关闭此窗口继续干活；重新登录后，未发送的内容会继续发送。",
    en: "The session has ended. Work may go on without it: close this. What was not sent goes out once you have signed in.",
  },
  until: { zh: "挂账到", en: "Suspended until" },
  signInNow: { zh: "登录已失效：点此重新登录", en: "The session has ended: sign in again" },
  unsentCount: { zh: "{n} 条未发送", en: "{n} not yet sent" },
});

/** Steps of cases that are taken on a phone. */
export const sayEvent = speaker({
  acceptOrder: { zh: "接单", en: "Accept" },
  declineOrder: { zh: "拒单", en: "Decline" },
  start: { zh: "开始处置", en: "Start" },
  arrive: { zh: "到达现场", en: "Arrived" },
  feedback: { zh: "反馈", en: "Feedback" },
  requestExtension: { zh: "申请延期", en: "Ask for more time" },
  requestSuspend: { zh: "申请挂账", en: "Ask to suspend" },
  return: { zh: "退回", en: "Return" },
  verifyResult: { zh: "核实反馈", en: "Result of verifying" },
  checkPass: { zh: "核查通过", en: "Check passed" },
  rework: { zh: "返工", en: "Rework" },
  settle: { zh: "自处置", en: "Settle on the spot" },
});

export const isSaid = (event: string): event is keyof typeof sayEvent.words =>
  event in sayEvent.words;
