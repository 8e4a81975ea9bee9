/** Every word of the page in Chinese and English; which one is shown is kept in the browser. */
export type Language = "zh" | "en";
export interface Bilingual {
  zh: string;
  en: string;
}

const WORDS = {
  ageSeconds: { zh: "{n} 秒前", en: "{n} s ago" },
  ageMinutes: { zh: "{n} 分钟前", en: "{n} min ago" },
  ageHours: { zh: "{n} 小时前", en: "{n} h ago" },
  ageDays: { zh: "{n} 天前", en: "{n} d ago" },
  all: { zh: "全图", en: "Whole map" },
  assetHint: { zh: "点选地图上的部件或左侧案卷", en: "Choose an asset or a case" },
  connectionLive: { zh: "实时", en: "live" },
  connectionLost: { zh: "连接中断，正在重连", en: "connection lost, trying again" },
  connectionWaiting: { zh: "连接中", en: "connecting" },
  device: { zh: "设备", en: "device" },
  last24h: { zh: "近 24 小时", en: "last 24 hours" },
  left: { zh: "剩 {t}", en: "{t} left" },
  limit: { zh: "限值", en: "limit" },
  map: { zh: "部件地图", en: "Map of the assets" },
  noCases: { zh: "没有在办案卷。", en: "No open cases." },
  noData: { zh: "近 24 小时没有读数", en: "no readings in the last 24 hours" },
  openCases: { zh: "在办案卷", en: "Open cases" },
  over: { zh: "超期 {t}", en: "{t} overdue" },
  password: { zh: "密码", en: "Password" },
  plain: { zh: "无传感器部件", en: "Without sensors" },
  provisional: { zh: "（暂定）", en: " (provisional)" },
  review: { zh: "待确认 {t}", en: "confirm in {t}" },
  signIn: { zh: "登录", en: "Sign in" },
  signOut: { zh: "退出", en: "Sign out" },
  summary: {
    zh: "{assets} 个部件，{cases} 个在办案卷",
    en: "{assets} assets, {cases} open cases",
  },
  unit: { zh: "处置单位", en: "unit" },
  crew: { zh: "处置人员", en: "crew" },
  username: { zh: "用户名", en: "User name" },
  zoomIn: { zh: "放大", en: "Zoom in" },
  zoomOut: { zh: "缩小", en: "Zoom out" },
  otherLanguage: { zh: "English", en: "中文" },
} satisfies Record<string, Bilingual>;

const STATES: Record<string, Bilingual> = {
  REPORTED: { zh: "待确认", en: "reported" },
  VERIFYING: { zh: "核实中", en: "verifying" },
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

const KEPT_AS = "gridwarden.language";
let language: Language = chosenLanguage();

function chosenLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === "zh" || kept === "en") return kept;
  return navigator.language.startsWith("zh") ? "zh" : "en";
}

export function currentLanguage(): Language {
  return language;
}

export function switchLanguage(): void {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem(KEPT_AS, language);
}

export function say(word: keyof typeof WORDS, fills: Record<string, string | number> = {}): string {
  let text: string = WORDS[word][language];
  for (const [name, value] of Object.entries(fills)) text = text.replace(`{${name}}`, `${value}`);
  return text;
}

export function inLanguage(text: Bilingual): string {
  return text[language];
}

export function sayState(state: string): string {
  return STATES[state]?.[language] ?? state;
}

/** `2 h 05 min`, `12 min`, `45 s`, without a sign. */
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
