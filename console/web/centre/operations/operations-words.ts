/** Words of the page on the platform's own state. */
import type { AuditVerification } from "../../shared/platform-types.ts";
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  access: { zh: "登录与密码", en: "Access" },
  action: { zh: "操作", en: "Action" },
  actor: { zh: "操作人", en: "Who" },
  add: { zh: "新建用户", en: "New user" },
  added: { zh: "已新建用户 {name}。", en: "User {name} is there." },
  all: { zh: "全部重试", en: "Try all again" },
  allWell: { zh: "平台运行正常。", en: "The platform is well." },
  at: { zh: "时间", en: "Time" },
  audit: { zh: "审计", en: "Audit" },
  auditChecked: {
    zh: "已核对 {n} 条案卷记录，链条完整。",
    en: "{n} records of cases were checked; the chain is whole.",
  },
  auditBroken: {
    zh: "案卷记录与写入时不符：{message}",
    en: "The history is not as it was written: {message}",
  },
  auditVerify: { zh: "核对案卷记录", en: "Check the cases' history" },
  broker: { zh: "设备连接", en: "Connections of devices" },
  bytes: { zh: "共 {n} 字节", en: "{n} bytes" },
  calm: { zh: "正常", en: "calm" },
  centre: { zh: "全中心", en: "the whole centre" },
  conflict: { zh: "冲突（同键不同值）", en: "Conflict: another value at the key" },
  count: { zh: "次数", en: "Times" },
  duplicate: { zh: "重复", en: "Duplicate" },
  endSessions: { zh: "结束会话", en: "End sessions" },
  endSessionsOf: { zh: "结束 {name} 的会话", en: "End the sessions of {name}" },
  endSessionsSure: {
    zh: "{name} 的所有登录（电脑、手机、程序）会立即结束，要重新登录才能再用。手机遗失、人员离岗时用。知道密码的人仍能登录：密码可能泄露的，请设新密码。",
    en: "All that {name} has signed in, on computers, phones and in programs, ends at once and must sign in again: for a phone that is lost, or somebody who has left. Whoever knows the password can still sign in: where it may be known, set another.",
  },
  flood: { zh: "报警洪水", en: "Flood" },
  floodNow: { zh: "报警洪水中", en: "flood" },
  gathered: { zh: "待汇总派发", en: "Wait for the next digest" },
  journal: { zh: "日志（先落盘再应答）", en: "Journal: on disk before it is acknowledged" },
  journalEnd: { zh: "已记录的上报", en: "Uplinks recorded" },
  journalFill: { zh: "占用 / 上限", en: "Bytes of the bound" },
  journaled: { zh: "已入账的数值", en: "Values journaled" },
  knocking: { zh: "未登记设备", en: "Unknown devices" },
  knockingNone: { zh: "没有未登记的设备在敲门。", en: "No unknown device knocks." },
  lag: { zh: "尚未入库的上报", en: "Uplinks not yet in the store" },
  ledger: { zh: "台账", en: "Ledger" },
  ledgerBalanced: { zh: "收支平衡", en: "balances" },
  ledgerOff: { zh: "不平衡：请查看日志", en: "does not balance: see the log" },
  letters: { zh: "死信", en: "Dead letters" },
  lettersNone: { zh: "没有读不懂的上报。", en: "Nothing that could not be read." },
  load: { zh: "每 10 分钟派单", en: "Orders in 10 minutes" },
  name: { zh: "用户名", en: "User name" },
  none: { zh: "没有记录。", en: "No entries." },
  notReady: { zh: "平台尚未就绪", en: "The platform is not ready" },
  password: { zh: "初始密码", en: "First password" },
  passwordSet: {
    zh: "已给 {name} 设新密码，原有的 {n} 个登录已结束。",
    en: "{name} has a new password; {n} sessions have ended.",
  },
  patrol: { zh: "巡查", en: "Patrol" },
  payload: { zh: "内容", en: "Payload" },
  people: { zh: "用户与角色", en: "Users and roles" },
  putAside: { zh: "搁置", en: "Put aside" },
  reason: { zh: "原因", en: "Reason" },
  result: { zh: "结果", en: "Result" },
  retried: {
    zh: "重试 {tried} 封，读出 {left} 封；新入库 {stored} 个值，重复 {duplicate}，冲突 {conflict}。",
    en: "{tried} tried, {left} read; {stored} values stored, {duplicate} duplicate, {conflict} in conflict.",
  },
  retry: { zh: "重试", en: "Try again" },
  role: { zh: "角色", en: "Roles" },
  sections: { zh: "分页", en: "Sections" },
  sender: { zh: "来源", en: "Sender" },
  sessionsEnded: {
    zh: "已结束 {name} 的 {n} 个登录。",
    en: "{n} sessions of {name} have ended.",
  },
  setPassword: { zh: "设新密码", en: "Set a password" },
  setPasswordOf: { zh: "给 {name} 设新密码", en: "Set the password of {name}" },
  setPasswordSure: {
    zh: "原密码立即失效，{name} 的所有登录会结束。请把新密码当面告诉本人，并请本人登录后自己修改。",
    en: "The old password holds no longer, and all sessions of {name} end. Tell the new one in person, and have it changed after the sign-in.",
  },
  state: { zh: "状态", en: "State" },
  stored: { zh: "已入库", en: "Stored" },
  store: { zh: "读数库", en: "Store of readings" },
  storeRows: { zh: "库中数值", en: "Values in the store" },
  streams: { zh: "实时页面", en: "Pages that follow live" },
  subject: { zh: "对象", en: "About" },
  syncMean: { zh: "平均落盘时间", en: "Mean time of a sync" },
  topic: { zh: "主题", en: "Topic" },
  unit: { zh: "单位", en: "Unit" },
  who: { zh: "对象", en: "Who" },
});

/** What the platform raises about itself, with the cure. */
export const sayAlarm = speaker({
  "clock-set-back": {
    zh: "系统时钟被拨回：请检查对时服务（NTP）。",
    en: "The clock was set back: look at the time service (NTP).",
  },
  "engine-fault": {
    zh: "读数已应答并保存，但数据库不接收报警与案卷：请检查数据库。",
    en: "Readings are acknowledged and kept, but the database takes no alarm and no case: look at the database.",
  },
  "journal-full": {
    zh: "日志已满：读数库追上之前不再应答。请释放磁盘或检查读数库。",
    en: "The journal is full: nothing is acknowledged until the store catches up. Free disk, look at the store.",
  },
  "journal-near-full": {
    zh: "日志接近上限：读数库落后或不可用，请检查。",
    en: "The journal nears its bound: the store is behind or away; look at it.",
  },
  "store-away": {
    zh: "读数库不可用：读数已应答、保存并参与判断，暂未入库。",
    en: "The store of readings is away: readings are acknowledged, kept and judged, not yet stored.",
  },
  "store-behind": {
    zh: "读数库跟不上上报速度。",
    en: "The store of readings does not keep up.",
  },
});

/** What became of a call; a refusal is shown by its code. */
export const sayResult = speaker({
  done: { zh: "完成", en: "done" },
  repeated: { zh: "重复请求，未再执行", en: "sent again, done once" },
});

type Broken = NonNullable<AuditVerification["broken"]>;

/** What is wrong with the first record of the history that is not as it was written. */
export const sayBroken = speaker<Broken["kind"]>({
  changed: { zh: "{record}的内容被改动。", en: "The fields of {record} were changed." },
  unlinked: {
    zh: "{record}与前一条记录接不上。",
    en: "{record} does not hold the hash of the one before it.",
  },
  missing: { zh: "缺少{record}。", en: "{record} is missing." },
  repeated: { zh: "{record}出现了两次。", en: "{record} is there a second time." },
  unchained: { zh: "{record}不在链上。", en: "{record} has no place in the chain." },
  "beyond-end": {
    zh: "{record}在已登记的链尾之后。",
    en: "{record} stands behind the end of the chain as it was noted.",
  },
  "end-differs": {
    zh: "链尾与登记的不一致，可能少了记录。",
    en: "The chain's end is another than was noted.",
  },
});

export const sayRecord = speaker({
  inCase: { zh: "案卷 {caseNo} 的第 {seq} 条记录", en: "record {seq} of case {caseNo}" },
  inChain: { zh: "链上第 {chainSeq} 条记录", en: "record {chainSeq} of the chain" },
});

/** Which record, and what is wrong with it. */
export function brokenText({ kind, chainSeq, caseNo, seq }: Omit<Broken, "message">): string {
  const record =
    caseNo === undefined || seq === undefined
      ? sayRecord("inChain", { chainSeq: chainSeq ?? "?" })
      : sayRecord("inCase", { caseNo, seq });
  return sayBroken(kind, { record });
}
