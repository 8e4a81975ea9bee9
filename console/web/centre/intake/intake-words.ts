/** Words of the page on which a caller's report becomes a case, and of the calls about a case. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  alarms: { zh: "200 米内的报警", en: "Alarms within 200 m" },
  beside: { zh: "这个地点与来电人", en: "This place and this caller" },
  began: { zh: "已用 {t}", en: "{t} since it was begun" },
  callAdd: { zh: "记录来电", en: "Write it down" },
  callNote: { zh: "说了什么", en: "What was said" },
  callNone: { zh: "没有来电记录。", en: "No calls." },
  aim: { zh: "目标 60 秒", en: "the aim is 60 s" },
  calls: { zh: "来电记录", en: "Calls" },
  clear: { zh: "清空", en: "Clear" },
  coordinates: { zh: "坐标 {lon}, {lat}", en: "Coordinates {lon}, {lat}" },
  description: { zh: "情况描述", en: "What is wrong" },
  fileAndSend: { zh: "立案并派遣", en: "File and dispatch" },
  fileOnly: { zh: "上报", en: "Report" },
  filed: { zh: "已登记案卷 {caseNo}：{state}。", en: "Case {caseNo} is filed: {state}." },
  filedJoined: {
    zh: "已并入案卷 {caseNo}：{state}。",
    en: "It was joined to case {caseNo}: {state}.",
  },
  filedStays: {
    zh: "案卷已登记，但未能继续：",
    en: "The case is filed, but it did not go on:",
  },
  general: { zh: "一般", en: "general" },
  grid: { zh: "网格 {grid}", en: "grid {grid}" },
  gridNone: { zh: "没有网格信息", en: "no grid is known" },
  gridOf: { zh: "（取自 {m} 米外的部件）", en: " (of an asset {m} m away)" },
  join: { zh: "并入（Alt+{n}）", en: "Join (Alt+{n})" },
  keyJoin: { zh: "并入右侧第 n 个案卷", en: "join the n-th case beside" },
  keyNew: { zh: "下一个来电", en: "the next call" },
  keyNext: { zh: "选中并到下一栏", en: "choose and go on" },
  keySend: { zh: "登记并派遣", en: "file and dispatch" },
  keys: { zh: "快捷键", en: "Keys" },
  lifeSafety: { zh: "人身安全", en: "life safety" },
  metres: { zh: "{m} 米", en: "{m} m" },
  mayNotReport: {
    zh: "您的角色不能登记案卷：请由受理员、监督员或管理员登记。这里可以查询。",
    en: "Your role may not report: let an acceptor, an inspector or an administrator do it. You may look things up here.",
  },
  name: { zh: "来电人姓名", en: "Caller's name" },
  next: { zh: "下一个来电（Alt+N）", en: "The next call (Alt+N)" },
  none: { zh: "没有。", en: "None." },
  nothing: {
    zh: "没有找到：换几个字，或写代码。",
    en: "Nothing is found: try other words, or the code.",
  },
  noPlaceYet: {
    zh: "选定地点后，这里显示附近的案卷与报警。",
    en: "Once the place is known, cases and alarms around it are shown here.",
  },
  openCase: { zh: "打开案卷", en: "Open the case" },
  phone: { zh: "来电号码", en: "Caller's number" },
  publicNo: { zh: "查询码：{no}", en: "Number for the caller: {no}" },
  reports: { zh: "这个号码以前的反映", en: "Earlier reports of this number" },
  rulings: { zh: "这一类别在这里的裁定", en: "Rulings for this category here" },
  searching: { zh: "查找中……", en: "Searching …" },
  sending: { zh: "正在登记……", en: "Being filed …" },
  similar: { zh: "50 米内的在办案卷", en: "Open cases within 50 m" },
  title: { zh: "受理", en: "Intake" },
  urgency: { zh: "紧急程度", en: "Urgency" },
  urgencyNormal: { zh: "一般", en: "ordinary" },
  urgencyUrgent: { zh: "紧急（写在描述最前）", en: "urgent (said first in the description)" },
  urgentMark: { zh: "【紧急】", en: "[URGENT] " },
  wantsWhat: { zh: "请先选择类别。", en: "Choose first what it is about." },
  wantsWhere: {
    zh: "请先从列表中选定地点，或输入“经度,纬度”。",
    en: "Choose the place from the list first, or type “longitude, latitude”.",
  },
  what: { zh: "什么问题", en: "What" },
  whatHint: {
    zh: "拼音首字母、中文、英文或代码",
    en: "pinyin initials, Chinese, English or the code",
  },
  where: { zh: "在哪里", en: "Where" },
  whereHint: {
    zh: "地名、路名、部件编码、灯杆号，或 115.41,31.80",
    en: "a place, road, component code, lamp post, or 115.41,31.80",
  },
});

/** The first character of each of PINYIN_LETTERS in the order of pinyin. */
export const PINYIN_FIRST = "阿八擦搭讹发嘎哈讥咖垃妈拿哦趴七然撒他挖夕丫匝";
export const PINYIN_LETTERS = "abcdefghjklmnopqrstwxyz";
