/** Words of a crew's orders and of what may be said of one. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  acceptBy: { zh: "请在 {t} 内接单", en: "answer within {t}" },
  assist: {
    zh: "需要支援？先打电话给下列单位；他们可以请其他单位协助。",
    en: "Do you need help? Call these units: they can ask others to assist.",
  },
  call: { zh: "拨打 {phone}", en: "Call {phone}" },
  competent: { zh: "主管", en: "competent" },
  deadline: { zh: "截止 {at}", en: "due {at}" },
  declineBusy: { zh: "正在处置其他任务", en: "busy with another order" },
  declineFar: { zh: "距离太远", en: "too far away" },
  declineGear: { zh: "没有所需设备", en: "without the gear for it" },
  declineSkill: { zh: "没有相应资质", en: "not trained for it" },
  drill: { zh: "【演练】", en: "[drill] " },
  extensionAsked: { zh: "已申请延期", en: "more time asked for" },
  feeder: { zh: "配电箱", en: "Feeder" },
  gone: {
    zh: "这个案卷不在手机里，平台也没有应答。",
    en: "This case is not on the phone, and the platform does not answer.",
  },
  handedIn: { zh: "已交出，等待他人", en: "Handed in, others have it" },
  inHand: { zh: "手上的任务", en: "In hand" },
  kept: { zh: "离线内容，{age}", en: "as it was {age}" },
  lastWord: { zh: "上次意见：{text}", en: "Said last: {text}" },
  lifeSafety: { zh: "人身安全", en: "life safety" },
  maintenance: { zh: "养护", en: "maintenance" },
  more: { zh: "延期、退回、求助", en: "More time, return, help" },
  noOrders: { zh: "现在没有任务。", en: "There is no order now." },
  note: { zh: "处置说明", en: "What was done" },
  noteDefault: { zh: "{outcome}。", en: "{outcome}." },
  outcome: { zh: "结果（点一下即提交）", en: "Outcome (a tap hands it in)" },
  owner: { zh: "权属", en: "owner" },
  ownersTitle: { zh: "负责单位与电话", en: "Who answers for it" },
  noPhone: { zh: "没有登记电话", en: "no telephone is registered" },
  photoWanted: {
    zh: "还没有处置后照片。",
    en: "There is no photo after the work yet.",
  },
  standing: { zh: "本单位无人接的任务", en: "No crew of the unit has these" },
  suspendAsked: { zh: "已申请挂账", en: "suspension asked for" },
  unsentHere: { zh: "有 {n} 步还未发送", en: "{n} steps not yet sent" },
  refusedHere: { zh: "有一步被拒，请处理", en: "a step was refused: look at it" },
  urgent: { zh: "紧急", en: "urgent" },
  valve: { zh: "最近的阀门", en: "Nearest valve" },
  waits: { zh: "现在由他人处理，手机上无需操作。", en: "Others have it now: nothing to do here." },
});

/** What a crew may find (the platform's own words for it). */
export const sayOutcome = speaker({
  repaired: { zh: "已修复", en: "Repaired" },
  madeSafe: { zh: "已围护、消除危险", en: "Made safe, repair to come" },
  nothingFound: { zh: "未发现问题", en: "Nothing found" },
  notOurs: { zh: "不属于我们", en: "Not ours" },
  cannotReach: { zh: "无法到达", en: "Cannot be reached" },
  needsReplacement: { zh: "需要更换", en: "Needs replacement" },
});
