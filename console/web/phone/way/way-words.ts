/** Words of the way to a place. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  amap: { zh: "高德地图", en: "Amap" },
  apple: { zh: "苹果地图", en: "Apple Maps" },
  baidu: { zh: "百度地图", en: "Baidu Maps" },
  distance: { zh: "距此 {far}", en: "{far} away" },
  phone: { zh: "手机地图", en: "Map on the phone" },
  way: { zh: "导航", en: "Way there" },
});
