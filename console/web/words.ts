/** Every word of the page in Chinese and English, and how durations and ages are said. */
export type Language = "zh" | "en";
export interface Bilingual {
  zh: string;
  en: string;
}

export const WORDS = {
  ageDays: { zh: "{n} 天前", en: "{n} d ago" },
  ageHours: { zh: "{n} 小时前", en: "{n} h ago" },
  ageMinutes: { zh: "{n} 分钟前", en: "{n} min ago" },
  ageSeconds: { zh: "{n} 秒前", en: "{n} s ago" },
  asset: { zh: "部件", en: "Asset" },
  chooseHint: {
    zh: "点选地图上的部件或一个案卷，可看它的最新读数和曲线。",
    en: "Choose an asset on the map or a case to see its newest readings and its curve.",
  },
  closeAsset: { zh: "关闭", en: "Close" },
  confirmIn: { zh: "{t}内确认", en: "confirm in {t}" },
  confirmLate: { zh: "确认超期 {t}", en: "confirmation {t} late" },
  confirmOpen: { zh: "等待确认", en: "to be confirmed" },
  connectionLive: { zh: "实时", en: "live" },
  connectionLost: { zh: "连接中断，正在重连", en: "connection lost, trying again" },
  connectionWaiting: { zh: "连接中", en: "connecting" },
  curveOf: { zh: "{name}，近 {n} 小时", en: "{name}, last {n} h" },
  dangerCases: { zh: "⚠ 涉及生命安全的案卷 {n} 件", en: "⚠ Life-safety cases: {n}" },
  drillCases: { zh: "【演练】案卷 {n} 件", en: "DRILL cases: {n}" },
  dangerNew: { zh: "新的生命安全案卷：{title}", en: "New life-safety case: {title}" },
  drillTag: { zh: "演练", en: "DRILL" },
  dangerTag: { zh: "生命安全", en: "life safety" },
  falseValue: { zh: "否", en: "no" },
  language: { zh: "Switch to English", en: "切换为中文" },
  left: { zh: "剩 {t}", en: "{t} left" },
  legend: { zh: "图例", en: "Legend" },
  map: {
    zh: "部件地图：方向键移动，加减号缩放，0 键看全图，回车键选中间的部件",
    en: "Map of the assets: arrow keys move it, plus and minus zoom, 0 shows all, Enter chooses the asset in the middle",
  },
  measurements: { zh: "测量项", en: "Measurements" },
  newest: { zh: "最新读数", en: "Newest readings" },
  noAsset: {
    zh: "这个案卷没有关联部件，只有地点。",
    en: "This case names no asset, only a place.",
  },
  noCases: { zh: "没有在办案卷。", en: "No open cases." },
  noData: { zh: "近 24 小时没有读数", en: "no readings in the last 24 hours" },
  noReadings: { zh: "这个部件还没有读数。", en: "This asset has sent no readings yet." },
  noSensor: {
    zh: "这个部件没有传感器，不会有读数。",
    en: "This asset has no sensor and sends no readings.",
  },
  noticeDone: { zh: "我来处理", en: "I take care" },
  notices: { zh: "待办提醒", en: "To be done" },
  noCrew: { zh: "无处置人员", en: "no crew" },
  noUnit: { zh: "无处置单位", en: "no unit" },
  openCases: { zh: "在办案卷", en: "Open cases" },
  otherLanguage: { zh: "English", en: "中文" },
  over: { zh: "超期 {t}", en: "{t} overdue" },
  password: { zh: "密码", en: "Password" },
  plain: { zh: "无传感器类别", en: "Without a sensor class" },
  provisional: { zh: "（暂定）", en: " (provisional)" },
  qualityBad: { zh: "无效", en: "bad" },
  qualitySuspect: { zh: "可疑", en: "suspect" },
  rule: { zh: "规则", en: "rule" },
  sessionEnded: { zh: "登录已过期，请重新登录。", en: "Your session has ended; sign in again." },
  signIn: { zh: "登录", en: "Sign in" },
  signInFailed: { zh: "登录没有成功（{code}）。", en: "The sign-in did not work ({code})." },
  signInRateLimited: {
    zh: "失败次数过多，请{t}后再试。",
    en: "Too many failed sign-ins; try again in {t}.",
  },
  signInRefused: { zh: "用户名或密码不对。", en: "The user name or the password is wrong." },
  signInUnreachable: {
    zh: "平台没有应答，请稍后再试。",
    en: "The platform does not answer; try again later.",
  },
  signOut: { zh: "退出", en: "Sign out" },
  summary: {
    zh: "{assets} 个部件，{cases} 个在办案卷",
    en: "{assets} assets, {cases} open cases",
  },
  supervision: { zh: "督办", en: "Supervision" },
  trueValue: { zh: "是", en: "yes" },
  username: { zh: "用户名", en: "User name" },
  zoomAll: { zh: "全图", en: "Whole map" },
  zoomIn: { zh: "放大", en: "Zoom in" },
  zoomOut: { zh: "缩小", en: "Zoom out" },
} satisfies Record<string, Bilingual>;

export type Word = keyof typeof WORDS;

/** The states in which a case is open. */
export const STATES: Record<string, Bilingual> = {
  REPORTED: { zh: "待确认", en: "reported" },
  VERIFYING: { zh: "核实中", en: "being verified" },
  PENDING_FILING: { zh: "待立案", en: "to be filed" },
  PENDING_DISPATCH: { zh: "待派遣", en: "to be dispatched" },
  DISPATCHED: { zh: "已派遣", en: "dispatched" },
  RETURN_REVIEW: { zh: "退回审核", en: "return in review" },
  SUSPENDED: { zh: "挂账", en: "suspended" },
  HANDLING: { zh: "处置中", en: "being handled" },
  FEEDBACK: { zh: "已反馈", en: "reported back" },
  CHECKING: { zh: "核查中", en: "being checked" },
  PENDING_CLOSE: { zh: "待结案", en: "to be closed" },
};

let language: Language = "zh";

export function currentLanguage(): Language {
  return language;
}

export function setLanguage(next: Language): void {
  language = next;
}

export function say(word: Word, fills: Record<string, string | number> = {}): string {
  const text: string = WORDS[word][language];
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => `${fills[name] ?? hole}`);
}

export function inLanguage(text: Bilingual): string {
  return text[language];
}

export function sayState(state: string): string {
  return STATES[state]?.[language] ?? state;
}

export function sayCount(count: number): string {
  return count.toLocaleString(language === "zh" ? "zh-CN" : "en-GB");
}

/** `2 h 5 min`, `12 min`, `45 s`; without a sign, and never more than was there. */
export function sayDuration(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const zh = language === "zh";
  if (days > 1) return zh ? `${days} 天 ${hours % 24} 小时` : `${days} d ${hours % 24} h`;
  if (hours > 0) return zh ? `${hours} 小时 ${minutes % 60} 分` : `${hours} h ${minutes % 60} min`;
  if (minutes > 0) return zh ? `${minutes} 分钟` : `${minutes} min`;
  return zh ? `${seconds} 秒` : `${seconds} s`;
}

export function sayAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return say("ageSeconds", { n: seconds });
  if (seconds < 3600) return say("ageMinutes", { n: Math.floor(seconds / 60) });
  if (seconds < 48 * 3600) return say("ageHours", { n: Math.floor(seconds / 3600) });
  return say("ageDays", { n: Math.floor(seconds / 86_400) });
}
