/** Words of an inspector's work: reports, verifying and checking, the patrol area. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  address: { zh: "地址或地名", en: "Address or name of a place" },
  areaChoose: { zh: "责任网格", en: "Responsibility grid" },
  areaHint: {
    zh: "填写责任网格的名称。走过的路只留在这部手机上，每天从头开始。",
    en: "The name of a responsibility grid. The walk stays on this phone, and begins anew each day.",
  },
  areaLoad: { zh: "显示片区", en: "Show the area" },
  areaMissing: {
    zh: "没有这个网格，或里面没有部件。",
    en: "No such grid, or nothing stands in it.",
  },
  areaMap: {
    zh: "片区图：{seen} 个部件已走到，共 {of} 个",
    en: "The area: {seen} of {of} components were walked by",
  },
  areaTitle: { zh: "我的片区", en: "My area" },
  category: { zh: "问题类别（输入几个字）", en: "What is wrong (type some letters)" },
  categoryGeneral: { zh: "其他问题（一般上报）", en: "Something else (general report)" },
  categoryChosen: { zh: "已选：{title}", en: "Chosen: {title}" },
  checkFail: { zh: "不合格，返工", en: "Not done: rework" },
  checkReason: { zh: "现场已恢复", en: "it is put right" },
  checkReason2: { zh: "照片与现场一致", en: "photos and place agree" },
  coverage: { zh: "已走到 {percent}%，{far}", en: "{percent} % walked by, {far}" },
  describe: { zh: "描述", en: "Description" },
  findPlace: { zh: "查找", en: "Find" },
  nearest: { zh: "附近的部件", en: "Components near it" },
  noAsset: { zh: "不是部件", en: "No component" },
  noPlace: { zh: "请先给出位置。", en: "Give a place first." },
  nothingToDo: { zh: "现在没有要核实、核查的案卷。", en: "Nothing to verify or check now." },
  onPatrolFirst: {
    zh: "在“班次”里开始巡查并共享位置，才会记录走过的路。",
    en: "Begin the patrol under “Shift” and share the place: only then is the walk drawn.",
  },
  placeHere: { zh: "用我的位置", en: "Where I stand" },
  placeIs: { zh: "位置 {lat}, {lon}", en: "Place {lat}, {lon}" },
  placeRefused: {
    zh: "手机没有给出位置，请输入地址。",
    en: "The phone gave no place; type an address.",
  },
  pinHint: { zh: "点图移动位置", en: "Tap the map to move the place" },
  report: { zh: "现场上报", en: "Report on the spot" },
  reported: {
    zh: "已记下，有网络时发送。",
    en: "Taken down; it is sent when there is network.",
  },
  send: { zh: "上报", en: "Report" },
  settleHint: {
    zh: "当场处置好的：拍前后照片，写明处置，直接结案。",
    en: "Put right on the spot: a photo before and one after, and what was done, close it.",
  },
  settleNote: { zh: "怎样处置的", en: "What was done" },
  settleWant: {
    zh: "需要处置前、处置后照片各一张。",
    en: "A photo before and one after are needed.",
  },
  toCheck: { zh: "要核查", en: "To be checked" },
  toSettle: { zh: "巡查上报，未确认", en: "Patrol reports, not confirmed yet" },
  toVerify: { zh: "要核实", en: "To be verified" },
  verifyFalse: { zh: "不属实", en: "Not so" },
  verifyHint: { zh: "现场看到的情况", en: "What is to be seen there" },
  verifyTrue: { zh: "属实", en: "It is so" },
});
