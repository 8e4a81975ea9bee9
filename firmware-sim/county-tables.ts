/**
 * What stands in the county, as data: components by 小类 with their numbers, units with their crews,
 * streets and roads. The whole is a real county's size: 57,906 components of seven 大类 (01 公用设施,
 * 02 交通设施, 03 市容环境, 04 园林绿化, 05 其他, and the extensions 21 and 99, whose rows count down).
 * Codes as GB/T 30428.2-2013 has them, extensions as cities write them.
 */
import type { DeviceClass } from "./models/all.ts";

export interface ComponentKind {
  /** 大类 and 小类. */
  code: string;
  name: string;
  count: number;
  class?: DeviceClass;
  /** Along the kerb at even distances, anywhere on a road, or off it. */
  place: "row" | "road" | "block";
  /** Metres from the middle of the road. */
  asideM?: number;
  maintenance: Keeper;
  competent: string;
  /** What runs below a cover. */
  medium?: string;
}

/** A unit's id, or the two of a pair that share the streets between them. */
type Keeper = string | readonly [north: string, south: string];

const ROAD_TEAMS = ["con-road-1", "con-road-2"] as const;
const CLEANERS = ["con-clean-1", "con-clean-2"] as const;

const COVER = { class: "manhole-cover", place: "road", asideM: 4, competent: "dept-cg" } as const;
const SIGN = { place: "road", asideM: 9, maintenance: "dept-jt", competent: "dept-jt" } as const;
const GREEN = { maintenance: "con-green", competent: "dept-yl" } as const;
const EXTRA = { place: "block", competent: "dept-cg" } as const;

export const COMPONENT_KINDS: readonly ComponentKind[] = [
  // Parents stand first.
  {
    code: "2104",
    name: "路灯配电箱",
    count: 144,
    class: "lighting-cabinet",
    place: "row",
    asideM: 13,
    maintenance: "con-lamp",
    competent: "dept-cg",
  },
  {
    code: "2115",
    name: "排水泵站",
    count: 14,
    class: "pump-station",
    maintenance: "ent-sewage",
    ...EXTRA,
  },
  {
    code: "9999",
    name: "污水处理站",
    count: 20,
    maintenance: "ent-sewage",
    ...EXTRA,
    competent: "dept-hb",
  },
  {
    code: "0101",
    name: "上水井盖",
    count: 1860,
    ...COVER,
    medium: "water",
    maintenance: "ent-water",
  },
  {
    code: "0102",
    name: "污水井盖",
    count: 4320,
    ...COVER,
    medium: "sewage",
    maintenance: ROAD_TEAMS,
  },
  {
    code: "0103",
    name: "雨水井盖",
    count: 3980,
    ...COVER,
    medium: "rain",
    maintenance: ROAD_TEAMS,
  },
  {
    code: "0104",
    name: "雨水箅子",
    count: 5240,
    place: "road",
    asideM: 7,
    class: "manhole-cover",
    competent: "dept-cg",
    maintenance: ROAD_TEAMS,
  },
  {
    code: "0105",
    name: "电力井盖",
    count: 860,
    ...COVER,
    medium: "power",
    maintenance: "ent-power",
  },
  {
    code: "0106",
    name: "路灯井盖",
    count: 1120,
    ...COVER,
    medium: "power",
    maintenance: "con-lamp",
  },
  {
    code: "0107",
    name: "通信井盖",
    count: 1540,
    ...COVER,
    medium: "telecom",
    maintenance: "ent-telecom",
  },
  { code: "0111", name: "燃气井盖", count: 460, ...COVER, medium: "gas", maintenance: "ent-gas" },
  {
    code: "0137",
    name: "路灯",
    count: 8600,
    class: "streetlight",
    place: "row",
    asideM: 12,
    maintenance: "con-lamp",
    competent: "dept-cg",
  },
  {
    code: "0139",
    name: "景观灯",
    count: 720,
    class: "streetlight",
    place: "block",
    maintenance: "con-lamp",
    competent: "dept-cg",
  },
  {
    code: "0149",
    name: "燃气调压箱",
    count: 340,
    class: "gas-line",
    place: "block",
    maintenance: "ent-gas",
    competent: "dept-zj",
  },
  {
    code: "0196",
    name: "燃气管段",
    count: 800,
    class: "gas-line",
    place: "road",
    asideM: 6,
    maintenance: "ent-gas",
    competent: "dept-zj",
  },
  {
    code: "0198",
    name: "污水处理厂排口",
    count: 60,
    class: "sewage-plant",
    place: "block",
    maintenance: "ent-sewage",
    competent: "dept-hb",
  },
  { code: "0203", name: "公交站亭", count: 186, ...SIGN },
  { code: "0209", name: "交通标志牌", count: 2340, ...SIGN },
  { code: "0210", name: "交通信号灯", count: 612, ...SIGN },
  { code: "0211", name: "交通护栏", count: 1480, ...SIGN },
  { code: "0213", name: "路名牌", count: 738, ...SIGN },
  { code: "0301", name: "公共厕所", count: 58, maintenance: CLEANERS, ...EXTRA },
  { code: "0303", name: "化粪池", count: 1030, maintenance: CLEANERS, ...EXTRA },
  { code: "0304", name: "垃圾中转站", count: 22, maintenance: CLEANERS, ...EXTRA },
  {
    code: "0305",
    name: "垃圾箱",
    count: 2860,
    class: "waste-bin",
    place: "road",
    asideM: 11,
    maintenance: CLEANERS,
    competent: "dept-cg",
  },
  {
    code: "0307",
    name: "广告牌匾",
    count: 2450,
    place: "road",
    asideM: 16,
    maintenance: "dept-cg",
    competent: "dept-cg",
  },
  { code: "0401", name: "古树名木", count: 31, place: "block", ...GREEN },
  { code: "0402", name: "行道树", count: 11_800, place: "row", asideM: 10, ...GREEN },
  { code: "0404", name: "花架花钵", count: 640, place: "block", ...GREEN },
  { code: "0407", name: "街头坐椅", count: 860, place: "road", asideM: 12, ...GREEN },
  { code: "0501", name: "宣传栏", count: 320, maintenance: "dept-cg", ...EXTRA },
  { code: "0504", name: "液化气站", count: 6, class: "gas-line", maintenance: "ent-gas", ...EXTRA },
  { code: "9998", name: "充电桩", count: 820, maintenance: "ent-power", ...EXTRA },
  { code: "9997", name: "智能快递柜", count: 465, maintenance: "dept-cg", ...EXTRA },
  {
    code: "9996",
    name: "监控立杆",
    count: 1110,
    place: "road",
    asideM: 12,
    maintenance: "dept-cg",
    competent: "dept-cg",
  },
];

/** How many components of each class carry a sensor, and of which kinds. */
export const SENSED: Readonly<Record<DeviceClass, { count: number; codes: readonly string[] }>> = {
  streetlight: { count: 5162, codes: ["0137"] },
  "manhole-cover": {
    count: 2640,
    codes: ["0101", "0102", "0103", "0105", "0106", "0107", "0111"],
  },
  "waste-bin": { count: 1300, codes: ["0305"] },
  "gas-line": { count: 800, codes: ["0196"] },
  "sewage-plant": { count: 60, codes: ["0198"] },
  "lighting-cabinet": { count: 24, codes: ["2104"] },
  "pump-station": { count: 14, codes: ["2115"] },
};

export const DEVICE_PREFIX: Readonly<Record<DeviceClass, string>> = {
  streetlight: "sl",
  "manhole-cover": "mc",
  "waste-bin": "bin",
  "gas-line": "gl",
  "sewage-plant": "sp",
  "lighting-cabinet": "lc",
  "pump-station": "ps",
};

export const BINS_PER_GATEWAY = 50;

/** Of the sewage wells with sensors at most so many hang on the pump station nearest to them. */
export const WELLS_PER_STATION = 40;

/** From south to north; a street's unit has the id area code + its three digits. */
export const STREETS = ["金刚台街道", "鲇鱼山街道", "赤城街道", "温泉街道"] as const;

export interface UnitRow {
  unitId: string;
  name: string;
  kind: "department" | "enterprise" | "contractor";
  parentId?: string;
  calendar?: string;
  crews: number;
}

export const UNITS: readonly UnitRow[] = [
  { unitId: "dept-cg", name: "城市管理局", kind: "department", crews: 2 },
  { unitId: "dept-zj", name: "住房和城乡建设局", kind: "department", crews: 1 },
  { unitId: "dept-hb", name: "生态环境局", kind: "department", crews: 1 },
  { unitId: "dept-jt", name: "交通运输局", kind: "department", crews: 2 },
  { unitId: "dept-yl", name: "园林绿化中心", kind: "department", crews: 1 },
  { unitId: "ent-water", name: "自来水公司", kind: "enterprise", calendar: "emergency", crews: 2 },
  { unitId: "ent-gas", name: "燃气公司", kind: "enterprise", calendar: "emergency", crews: 3 },
  { unitId: "ent-power", name: "供电公司", kind: "enterprise", calendar: "emergency", crews: 2 },
  { unitId: "ent-telecom", name: "通信管线公司", kind: "enterprise", crews: 1 },
  {
    unitId: "ent-sewage",
    name: "污水处理公司",
    kind: "enterprise",
    calendar: "emergency",
    crews: 2,
  },
  { unitId: "con-road-1", name: "市政养护一队", kind: "contractor", parentId: "dept-cg", crews: 4 },
  { unitId: "con-road-2", name: "市政养护二队", kind: "contractor", parentId: "dept-cg", crews: 4 },
  {
    unitId: "con-clean-1",
    name: "环卫保洁一公司",
    kind: "contractor",
    parentId: "dept-cg",
    calendar: "sanitation",
    crews: 4,
  },
  {
    unitId: "con-clean-2",
    name: "环卫保洁二公司",
    kind: "contractor",
    parentId: "dept-cg",
    calendar: "sanitation",
    crews: 4,
  },
  { unitId: "con-lamp", name: "路灯养护队", kind: "contractor", parentId: "dept-cg", crews: 4 },
  { unitId: "con-green", name: "绿化养护队", kind: "contractor", parentId: "dept-yl", crews: 3 },
];

/** In order of importance: the sensors stand on the first of them. */
export const ROAD_NAMES = {
  eastWest: [
    "崇福大道",
    "人民路",
    "文化路",
    "建设路",
    "陶家河路",
    "雷山路",
    "民生路",
    "育才路",
    "滨河路",
    "工业路",
  ],
  northSouth: [
    "黄柏山大道",
    "赤城路",
    "金刚台路",
    "解放路",
    "温泉路",
    "花园路",
    "新华路",
    "迎宾路",
    "苏仙石路",
    "长江路",
  ],
} as const;
