/** How the events of a case, those who say them, outcomes and sources are called. */
import { ROLE_NAMES, sayRole as sayUserRole } from "./role-words.ts";
import { speaker } from "./words.ts";

/** Events of the workflow (CJJ/T 106 and city practice), then what the history has beside them. */
export const sayEvent = speaker({
  report: { zh: "上报", en: "report" },
  sendVerify: { zh: "发核实", en: "send to be verified" },
  verifyResult: { zh: "核实反馈", en: "say what verifying found" },
  confirm: { zh: "确认", en: "confirm" },
  accept: { zh: "受理", en: "accept" },
  reject: { zh: "不予受理", en: "do not accept" },
  void: { zh: "作废", en: "void" },
  file: { zh: "立案", en: "file" },
  refuse: { zh: "不予立案", en: "do not file" },
  dispatch: { zh: "派遣", en: "dispatch" },
  consult: { zh: "提请会商", en: "ask for a consultation" },
  rule: { zh: "会商裁定", en: "rule whose it is" },
  acceptOrder: { zh: "接单", en: "accept the order" },
  declineOrder: { zh: "拒单", en: "decline the order" },
  redispatch: { zh: "改派", en: "give to another crew" },
  start: { zh: "接收", en: "start" },
  arrive: { zh: "到场", en: "arrive" },
  return: { zh: "退回", en: "return" },
  acceptReturn: { zh: "同意退回", en: "grant the return" },
  refuseReturn: { zh: "不同意退回", en: "refuse the return" },
  requestExtension: { zh: "申请延期", en: "ask for an extension" },
  approveExtension: { zh: "同意延期", en: "grant the extension" },
  refuseExtension: { zh: "不同意延期", en: "refuse the extension" },
  requestSuspend: { zh: "申请挂账", en: "ask for a suspension" },
  approveSuspend: { zh: "同意挂账", en: "grant the suspension" },
  refuseSuspend: { zh: "不同意挂账", en: "refuse the suspension" },
  resume: { zh: "恢复", en: "resume" },
  feedback: { zh: "反馈", en: "report back" },
  sendCheck: { zh: "发核查", en: "send to be checked" },
  checkPass: { zh: "核查通过", en: "pass the check" },
  rework: { zh: "返工", en: "send back to work" },
  close: { zh: "结案", en: "close" },
  settle: { zh: "自处置", en: "settle on the spot" },
  reopen: { zh: "恢复办理", en: "reopen" },
  forceClose: { zh: "强制结案", en: "close by force" },
  urge: { zh: "催办", en: "urge" },
  supervise: { zh: "督办", en: "supervise" },
  join: { zh: "并案", en: "join" },
  assign: { zh: "交给班组", en: "given to a crew" },
  "life-safety": { zh: "转为人身安全案卷", en: "is life safety now" },
  link: { zh: "关联案卷", en: "linked to a case" },
  recount: { zh: "时限重算", en: "deadline counted anew" },
  ask: { zh: "询问上报人", en: "reporter asked" },
  answer: { zh: "上报人答复", en: "reporter answered" },
  attach: { zh: "附文件", en: "files attached" },
  assistAsk: { zh: "请求协办", en: "assist asked for" },
  assistStart: { zh: "协办开始", en: "assist started" },
  assistDone: { zh: "协办完成", en: "assist done" },
  assistDecline: { zh: "协办谢绝", en: "assist declined" },
  assistCancel: { zh: "协办取消", en: "assist cancelled" },
});

/** In the history alone: nobody says them by a form. */
export const NOTED_EVENTS = [
  "report",
  "assign",
  "life-safety",
  "link",
  "recount",
  "ask",
  "answer",
  "attach",
  "assistAsk",
  "assistStart",
  "assistDone",
  "assistDecline",
  "assistCancel",
] as const;

export const sayRole = speaker({
  ...sayUserRole.words,
  unit: { zh: "处置单位", en: "the unit" },
  crew: { zh: "处置班组", en: "the crew" },
  system: { zh: "系统", en: "the platform" },
  steward: { zh: "责任人（网格长等）", en: "steward of the place" },
});

export const ROLES = [...ROLE_NAMES, "system", "steward"] as const;

export const sayOutcome = speaker({
  repaired: { zh: "已修复", en: "repaired" },
  madeSafe: { zh: "已围护，待修复", en: "made safe, still to be repaired" },
  nothingFound: { zh: "未发现问题", en: "nothing found" },
  notOurs: { zh: "不属本单位", en: "not ours" },
  cannotReach: { zh: "无法到达", en: "cannot be reached" },
  needsReplacement: { zh: "需要更换", en: "needs a replacement" },
  drill: { zh: "演练", en: "drill" },
});

/** As the crew may report back. */
export const OUTCOMES = [
  "repaired",
  "madeSafe",
  "nothingFound",
  "notOurs",
  "cannotReach",
  "needsReplacement",
] as const;
export const DRILL = "drill";

export const saySource = speaker({
  sensor: { zh: "传感器", en: "sensor" },
  patrol: { zh: "巡查", en: "patrol" },
  hotline: { zh: "热线", en: "hotline" },
  citizen: { zh: "市民", en: "citizen" },
  video: { zh: "视频", en: "video" },
  media: { zh: "媒体", en: "media" },
  leader: { zh: "领导批示", en: "leader" },
  transfer: { zh: "部门批转", en: "transfer" },
});

export const SOURCES = [
  "sensor",
  "patrol",
  "hotline",
  "citizen",
  "video",
  "media",
  "leader",
  "transfer",
] as const;
