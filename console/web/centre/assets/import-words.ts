/** Words of bringing in a file. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  assetHint: {
    zh: "CSV（UTF-8，首行为字段名）或 GeoJSON；assetId 已存在的行将修改该部件",
    en: "CSV (UTF-8, field names in the first line) or GeoJSON; a known assetId changes that asset",
  },
  atRow: { zh: "第 {row} 行（文件第 {line} 行）：", en: "Row {row} (line {line}):" },
  counts: {
    zh: "已发送 {sent}/{total} 行：新建 {created}，修改 {updated}，拒绝 {rejected}。",
    en: "{sent} of {total} rows sent: {created} made, {updated} changed, {rejected} rejected.",
  },
  deviceHint: {
    zh: "CSV（UTF-8，首行为字段名）；新设备的密钥只在结果里出现一次",
    en: "CSV (UTF-8, field names in the first line); keys of new devices are in the result, once",
  },
  devicesCsv: { zh: "设备只能用 CSV 导入。", en: "Devices are taken as CSV alone." },
  download: { zh: "下载 {name}", en: "Download {name}" },
  file: { zh: "文件", en: "File" },
  fileEmpty: { zh: "文件里没有数据行。", en: "The file has no rows." },
  fileNotCsv: {
    zh: "这不是 CSV：首行要有字段名，其中有 assetId 或 deviceId。",
    en: "This is no CSV: its first line has the field names, with assetId or deviceId among them.",
  },
  fileNotGeoJson: {
    zh: "这不是 GeoJSON 的 FeatureCollection。",
    en: "This is no GeoJSON FeatureCollection.",
  },
  fileNotUtf8: {
    zh: "文件不是 UTF-8 编码。请在表格软件里另存为“CSV UTF-8”。",
    en: "The file is not UTF-8; save it as CSV UTF-8 in the spreadsheet.",
  },
  firstRows: { zh: "只显示前 {n} 行。", en: "The first {n} rows alone are shown." },
  ignored: {
    zh: "没有对应字段、未读取的列：{names}",
    en: "Columns that no field is named after: {names}",
  },
  importTitle: { zh: "批量导入", en: "Import" },
  keysFirst: { zh: "请先下载新设备的密钥。", en: "Download the keys of the new devices first." },
  keysOnce: {
    zh: "{n} 台新设备的密钥只在这里出现一次，请立即保存：",
    en: "The keys of {n} new devices are here and nowhere else; keep them now:",
  },
  leave: { zh: "离开", en: "Leave" },
  leaveTitle: { zh: "离开导入页面？", en: "Leave the import?" },
  line: { zh: "文件行", en: "Line" },
  listed: {
    zh: "只列出前 {n} 行，其余见下载文件。",
    en: "The first {n} are listed; all are in the file.",
  },
  lostKeys: {
    zh: "新设备的密钥还没有下载，别处没有，离开后无法找回。",
    en: "The keys of the new devices are not downloaded. They are nowhere else, and gone when you leave.",
  },
  lostSending: {
    zh: "文件正在导入。离开后导入停止，已导入的行保留，结果和新设备的密钥不再显示。",
    en: "The file is on its way. Leaving stops it: what was taken stays, the result and the keys of new devices are gone.",
  },
  lostUnsent: {
    zh: "选好的文件还没有全部导入，离开后要重新选择。",
    en: "The file is not wholly sent; it must be chosen again when you come back.",
  },
  message: { zh: "说明", en: "Message" },
  ofAssets: { zh: "部件", en: "Assets" },
  ofDevices: { zh: "设备", en: "Devices" },
  preview: { zh: "预览（共 {n} 行）", en: "Preview ({n} rows)" },
  progress: { zh: "导入进度", en: "Progress of the import" },
  row: { zh: "行", en: "Row" },
  rowBadCode: { zh: "部件编码应为 16 至 18 位数字", en: "the component code is 16 to 18 digits" },
  rowBadPlace: { zh: "经纬度不是 WGS-84 度数", en: "lon and lat are not degrees" },
  rowNoId: { zh: "缺少编号", en: "it has no id" },
  rowTwice: {
    zh: "编号在文件里出现过，后一行会覆盖前一行",
    en: "its id stood in the file before; the later row counts",
  },
  sendRows: { zh: "导入 {n} 行", en: "Import {n} rows" },
  sending: { zh: "正在导入", en: "Importing" },
  sent: { zh: "导入结果", en: "Result" },
  stay: { zh: "留在这里", en: "Stay" },
  stop: { zh: "停止", en: "Stop" },
  what: { zh: "导入什么", en: "What" },
  why: { zh: "原因", en: "Code" },
  wouldReject: { zh: "{n} 行有明显问题", en: "Plainly wrong rows: {n}" },
});
