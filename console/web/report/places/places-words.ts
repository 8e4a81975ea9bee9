/** Words of the layers that a city shows. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  always: { zh: "全天", en: "day and night" },
  and: { zh: "、", en: ", " },
  dayTo: { zh: "至", en: " to " },
  shutThen: { zh: "关闭", en: "closed" },
  next: { zh: "；", en: "; " },
  layers: { zh: "选择一类", en: "Choose a kind" },
  none: { zh: "本市还没有公开设施图层。", en: "The city shows no facilities here yet." },
  count: { zh: "{name}（{n}）", en: "{name} ({n})" },
  near: { zh: "按离我远近排列", en: "Show the nearest first" },
  nearNot: {
    zh: "无法定位，按名称排列。",
    en: "Your position cannot be found; they stand in order of their names.",
  },
  open: { zh: "现在开放", en: "open now" },
  shut: { zh: "现在关闭", en: "closed now" },
  hours: { zh: "开放时间：{text}", en: "Hours: {text}" },
  equipment: { zh: "设施：{text}", en: "Equipment: {text}" },
  until: { zh: "至 {text}", en: "Until {text}" },
  more: { zh: "另有 {n} 处未列出，请先定位。", en: "{n} more are left out; use your position." },
  map: { zh: "{n} 处的位置示意图，上为北", en: "A sketch of where the {n} are, north is up" },
  me: { zh: "圆环处是我", en: "I am at the ring" },
  scale: { zh: "横线长 {text}", en: "The bar is {text} long" },
});

/** Days as the city writes them in its hours. */
export const sayDay = speaker({
  Mo: { zh: "周一", en: "Mon" },
  Tu: { zh: "周二", en: "Tue" },
  We: { zh: "周三", en: "Wed" },
  Th: { zh: "周四", en: "Thu" },
  Fr: { zh: "周五", en: "Fri" },
  Sa: { zh: "周六", en: "Sat" },
  Su: { zh: "周日", en: "Sun" },
});

/** Layers of which the page knows a name; another is shown under its own. */
export const sayLayer = speaker({
  toilets: { zh: "公厕", en: "Public toilets" },
  parks: { zh: "公园", en: "Parks" },
  works: { zh: "占道施工", en: "Roadworks" },
  parking: { zh: "停车场", en: "Parking" },
  "waste-points": { zh: "垃圾投放点", en: "Waste points" },
});
