/**
 * Categories as two running systems use them; the texts of the standards themselves were not to be
 * had. `source` says from where a code is and how sure: `S` it stands in that system's table, `R 85`
 * it is recalled with so many per cent of confidence, `D` the house's own, to be replaced by the
 * city's.
 */
import type { CategoryRow, CodeSystem } from "./category-table.ts";

const GB: CodeSystem = "GB/T 30428.2-2013";
const CJ: CodeSystem = "CJ/T 214";

const YUNCHENG = "S: city table of Yuncheng (运城)";
const YUNCHENG_SKIPS = "R 85: not in the city table of Yuncheng, whose duty it is not";
const FUTIAN = "S: component list of Futian (福田), Shenzhen";
const FUTIAN_EXTENSION = "S: component list of Futian, extension class 21";
const OWN_EXTENSION = "D: extension row, counted down from 99; no standard has it";

const MAJOR: Record<string, string> = {
  "component 01": "公用设施",
  "component 03": "市容环境设施",
  "component 05": "其他部件",
  "component 21": "扩展部件",
  "event 01": "市容环境",
  "event 05": "突发事件",
  "event 06": "其他事件",
};

type Short = [code: string, zh: string, en: string, source: string, sameAs?: string];

const rowsOf = (
  system: CodeSystem,
  kind: CategoryRow["kind"],
  rows: readonly Short[],
): CategoryRow[] =>
  rows.map(([code, zh, en, source, sameAs]) => ({
    system,
    kind,
    code,
    title: { zh, en },
    majorTitle: MAJOR[`${kind} ${code.slice(0, 2)}`] ?? "",
    ...(sameAs !== undefined && { sameAs }),
    source,
  }));

export const DEFAULT_CATEGORIES: readonly CategoryRow[] = [
  ...rowsOf(GB, "component", [
    ["0101", "上水井盖", "Water supply cover", YUNCHENG, "0101"],
    ["0102", "污水井盖", "Sewage cover", YUNCHENG, "0102"],
    ["0103", "雨水井盖", "Rainwater cover", YUNCHENG, "0103"],
    ["0104", "雨水箅子", "Rainwater grate", YUNCHENG, "0104"],
    ["0105", "电力井盖", "Electricity cover", YUNCHENG_SKIPS, "0105"],
    ["0106", "路灯井盖", "Street lighting cover", YUNCHENG, "0106"],
    ["0107", "通信井盖", "Telephone cover", YUNCHENG_SKIPS, "0107"],
    ["0108", "电视井盖", "Television cover", YUNCHENG_SKIPS, "0108"],
    ["0109", "网络井盖", "Network cover", YUNCHENG_SKIPS, "0109"],
    ["0110", "热力井盖", "Heating cover", YUNCHENG, "0110"],
    ["0111", "燃气井盖", "Gas cover", YUNCHENG, "0111"],
    ["0112", "公安井盖", "Police cover", YUNCHENG_SKIPS, "0112"],
    ["0114", "园林井盖", "Gardens cover", YUNCHENG],
    ["0118", "化粪池井盖", "Septic tank cover", YUNCHENG],
    ["0123", "不明（无主）井盖", "Cover of no known owner", YUNCHENG, "0114"],
    ["0137", "路灯", "Street lamp", YUNCHENG, "0118"],
    ["0138", "地灯", "Ground lamp", YUNCHENG, "0119"],
    ["0139", "景观灯", "Ornamental lamp", YUNCHENG, "0120"],
    ["0149", "燃气调压站（箱）", "Gas regulator station", YUNCHENG, "0135"],
    ["0157", "露天燃气管道", "Gas pipe in the open", YUNCHENG],
    ["0196", "燃气管段", "Gas pipe section", OWN_EXTENSION],
    ["0198", "污水处理厂排口", "Sewage plant outlet", OWN_EXTENSION],
    ["0303", "化粪池", "Septic tank", YUNCHENG, "0302"],
    ["0304", "垃圾中转站（间）", "Refuse transfer station", YUNCHENG, "0304"],
    ["0305", "垃圾箱（果皮箱、桶）", "Waste bin", YUNCHENG, "0305"],
    ["0504", "液化气站", "LPG station", YUNCHENG],
    ["0599", "其他部件", "Another component", "D: for reports without a row"],
  ]),
  ...rowsOf(CJ, "component", [
    ["0101", "上水井盖", "Water supply cover", FUTIAN, "0101"],
    ["0102", "污水井盖", "Sewage cover", FUTIAN, "0102"],
    ["0103", "雨水井盖", "Rainwater cover", FUTIAN, "0103"],
    ["0104", "雨水箅子", "Rainwater grate", FUTIAN, "0104"],
    ["0105", "电力井盖", "Electricity cover", FUTIAN, "0105"],
    ["0106", "路灯井盖", "Street lighting cover", FUTIAN, "0106"],
    ["0107", "通信井盖", "Telephone cover", FUTIAN, "0107"],
    ["0108", "电视井盖", "Television cover", FUTIAN, "0108"],
    ["0109", "网络井盖", "Network cover", FUTIAN, "0109"],
    ["0110", "热力井盖", "Heating cover", "D: not sure in the list of Futian", "0110"],
    ["0111", "燃气井盖", "Gas cover", FUTIAN, "0111"],
    ["0112", "公安井盖", "Police cover", FUTIAN, "0112"],
    ["0114", "不明（无主）井盖", "Cover of no known owner", FUTIAN, "0123"],
    ["0118", "路灯", "Street lamp", FUTIAN, "0137"],
    ["0119", "地灯", "Ground lamp", FUTIAN, "0138"],
    ["0120", "景观灯", "Ornamental lamp", FUTIAN, "0139"],
    ["0135", "燃气调压站（箱）", "Gas regulator station", FUTIAN, "0149"],
    ["0302", "化粪池", "Septic tank", FUTIAN, "0303"],
    ["0304", "垃圾中转站（间）", "Refuse transfer station", FUTIAN, "0304"],
    ["0305", "垃圾箱（果皮箱、桶）", "Waste bin", FUTIAN, "0305"],
    ["0310", "污水口监测站", "Sewage outlet monitoring station", FUTIAN, "0198"],
    ["2104", "路灯配电箱", "Lighting cabinet", FUTIAN_EXTENSION],
    ["2115", "泵站", "Pump station", FUTIAN_EXTENSION],
    ["2132", "压力管道", "Pressure pipe", FUTIAN_EXTENSION, "0196"],
  ]),
  ...rowsOf(GB, "event", [
    ["0120", "焚烧垃圾", "Refuse on fire", YUNCHENG],
    ["0126", "河道污染", "River polluted", YUNCHENG],
    ["0192", "垃圾满溢", "Refuse overflows", YUNCHENG],
    ["0502", "燃气管道破裂", "Gas pipe burst", YUNCHENG],
    ["0503", "排水管道堵塞或破裂", "Sewer blocked or burst", `${YUNCHENG}; title D`],
    ["0504", "热力管道破裂", "Heating pipe burst", YUNCHENG],
    ["0505", "路面塌陷", "Road collapsed", `${YUNCHENG}; title D`],
    ["0506", "道路积水", "Road under water", YUNCHENG],
    ["0699", "其他事件", "Another event", "D: for reports without a row"],
  ]),
];
