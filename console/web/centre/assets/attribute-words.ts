/** What attributes of assets are called; one that is not here is shown by its own name. */
import { speaker } from "../../shared/words.ts";

export const sayName = speaker({
  area: { zh: "所在区域（area）", en: "Surroundings (area)" },
  depthCm: { zh: "井深 cm（depthCm）", en: "Depth of the well, cm (depthCm)" },
  overflowCm: { zh: "溢流水位 cm（overflowCm）", en: "Overflow level, cm (overflowCm)" },
  point: { zh: "监测点（point）", en: "Point of the plant (point)" },
  ratedA: { zh: "额定电流 A（ratedA）", en: "Rated current, A (ratedA)" },
  setPressureKpa: {
    zh: "设定压力 kPa（setPressureKpa）",
    en: "Set pressure, kPa (setPressureKpa)",
  },
});

export function sayAttribute(name: string): string {
  return name in sayName.words ? sayName(name as keyof typeof sayName.words) : name;
}
