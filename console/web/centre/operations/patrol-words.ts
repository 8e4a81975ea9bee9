/** Words of the tab of patrols. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  area: { zh: "责任区", en: "Patrol area" },
  areaOf: { zh: "{name} 的责任区", en: "Patrol area of {name}" },
  areaSaved: { zh: "已设定 {name} 的责任区。", en: "The area of {name} is set." },
  comma: { zh: "、", en: ", " },
  grids: { zh: "责任网格", en: "Grids" },
  gridsHint: {
    zh: "每行一个：责任网格名称，或单元网格编码的前 6 至 16 位。留空即取消责任区。",
    en: "One a line: a responsibility grid by its name, or the first 6 to 16 digits of its cells. Left empty, he has no area.",
  },
  inspector: { zh: "监督员", en: "Inspector" },
  noArea: { zh: "未设定", en: "none" },
  none: { zh: "没有监督员。", en: "There is no inspector." },
  notOn: { zh: "不在巡查", en: "not on patrol" },
  onSince: { zh: "{since} 开始", en: "since {since}" },
  placeAge: { zh: "位置：{age}", en: "place: {age}" },
  placeNone: { zh: "没有共享位置", en: "place not shared" },
  save: { zh: "保存", en: "Save" },
  seen: { zh: "{percent}%（{seen}/{of}）", en: "{percent} % ({seen} of {of})" },
  set: { zh: "设定", en: "Set" },
  setOf: { zh: "设定 {name} 的责任区", en: "Set the area of {name}" },
  state: { zh: "巡查", en: "On patrol" },
  today: { zh: "今日覆盖", en: "Seen today" },
  unseen: { zh: "未走到 {n} 个", en: "{n} not seen" },
  unseenOf: { zh: "{name} {day} 未走到的部件", en: "Not seen by {name} on {day}" },
  walked: { zh: "走了 {far}", en: "{far} walked" },
  yesterday: { zh: "昨日覆盖", en: "Seen yesterday" },
});
