/** Words of the map. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  map: {
    zh: "部件地图：方向键移动，加减号缩放，0 键看全图，回车键选中间的部件",
    en: "Map of the assets: arrow keys move it, plus and minus zoom, 0 shows all, Enter chooses the asset in the middle",
  },
  mapOfPlace: {
    zh: "地图：点一下或按回车键取画面中间的位置；方向键移动，加减号缩放，0 键看全图",
    en: "Map: a tap takes that place, Enter the one in the middle; arrow keys move it, plus and minus zoom, 0 shows all",
  },
  mapShown: { zh: "部件地图", en: "Map of the assets" },
  zoomAll: { zh: "全图", en: "Whole map" },
  zoomIn: { zh: "放大", en: "Zoom in" },
  zoomOut: { zh: "缩小", en: "Zoom out" },
});
