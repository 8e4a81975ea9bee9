/** Words of an inspector's work: reports, verifying and checking, the patrol area. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  address: { zh: "地址或地名", en: "Address or name of a place" },
  areaChoose: { zh: "责任网格", en: "Responsibility grid" },
  areaComma: { zh: "、", en: ", " },
  areaHint: {
    zh: "平台还没有给你设定片区：填写责任网格的名称，多个用逗号隔开。",
    en: "The platform has no area for you yet: names of responsibility grids, commas between.",
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
  areaPart: {
    zh: "片区里的部件太多，只显示前 {n} 个。",
    en: "More stands in this area than the phone shows: these are {n}.",
  },
  areaSet: { zh: "责任网格：{grids}", en: "Responsibility grids: {grids}" },
  areaTitle: { zh: "我的片区", en: "My area" },
  assetIs: { zh: "部件：{name}", en: "Component: {name}" },
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
    zh: "开始巡查，并在“班次”里共享位置，才会记录走过的路。",
    en: "Begin the patrol, and share the place under “Shift”: only then is the walk drawn.",
  },
  patrolDenied: {
    zh: "手机没有给出位置：平台只知道你在巡查。",
    en: "The phone tells no place: the platform knows that you are on patrol, and no more.",
  },
  patrolIsOff: { zh: "不在巡查", en: "Not on patrol" },
  patrolIsOn: { zh: "巡查中，{since} 开始", en: "On patrol since {since}" },
  patrolNotShared: {
    zh: "没有共享位置：平台只知道你在巡查，不计覆盖。",
    en: "The place is not shared: the platform knows that you are on patrol, and counts no coverage.",
  },
  patrolOff: { zh: "结束巡查", en: "End the patrol" },
  patrolOn: { zh: "开始巡查", en: "Begin the patrol" },
  patrolTitle: { zh: "巡查", en: "Patrol" },
  patrolTold: {
    zh: "巡查期间，你的位置每分钟告诉平台一次，值班长看得到；结束巡查即停止。",
    en: "Until you end it, where you are is told to the platform once a minute, for those who lead to see.",
  },
  patrolToldNot: {
    zh: "平台不知道你在哪里。",
    en: "The platform does not know where you are.",
  },
  patrolUnsent: {
    zh: "还没发给平台的路先存在手机里，有网络时补发。",
    en: "What the platform does not have yet is kept on the phone, and sent when there is network.",
  },
  placeHere: { zh: "用我的位置", en: "Where I stand" },
  placeIs: { zh: "位置 {lat}, {lon}", en: "Place {lat}, {lon}" },
  placeRefused: {
    zh: "手机没有给出位置，请输入地址。",
    en: "The phone gave no place; type an address.",
  },
  plateAsked: { zh: "正在查找部件……", en: "Looking for the component …" },
  plateOther: {
    zh: "这不是部件二维码牌，也不是设备标签。",
    en: "This is neither the plate of a component nor the label of a device.",
  },
  plateUnknown: {
    zh: "没有这个编码的部件。请用位置或地址上报。",
    en: "No component has this code. Report it by its place or an address.",
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
