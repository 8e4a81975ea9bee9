/** Words of devices: their life, their twin, what they are told. */
import { speaker } from "../../shared/words.ts";

export const sayLife = speaker<(typeof LIVES)[number]>({
  stock: { zh: "在库", en: "in stock" },
  installed: { zh: "已安装", en: "installed" },
  "in-service": { zh: "在用", en: "in service" },
  maintenance: { zh: "检修", en: "in maintenance" },
  retired: { zh: "报废", en: "retired" },
});

export const LIVES = ["stock", "installed", "in-service", "maintenance", "retired"] as const;

const EVENTS = ["install", "start", "maintain", "store", "retire"] as const;
export type LifeEventName = (typeof EVENTS)[number];
export const sayLifeEvent = speaker<LifeEventName>({
  install: { zh: "安装到位", en: "Install" },
  start: { zh: "投入使用", en: "Put into service" },
  maintain: { zh: "转入检修", en: "Take into maintenance" },
  store: { zh: "退回仓库", en: "Put back into stock" },
  retire: { zh: "报废", en: "Retire" },
});

const COMMAND_STATES = [
  "queued",
  "sent",
  "delivered",
  "done",
  "refused",
  "expired",
  "cancelled",
] as const;
export const sayCommandState = speaker<(typeof COMMAND_STATES)[number]>({
  queued: { zh: "等待下发", en: "waits to be sent" },
  sent: { zh: "已下发", en: "sent" },
  delivered: { zh: "已发出", en: "on the air" },
  done: { zh: "已执行", en: "done" },
  refused: { zh: "被拒绝", en: "refused" },
  expired: { zh: "已过期", en: "expired" },
  cancelled: { zh: "已取消", en: "cancelled" },
});

export const say = speaker({
  actions: { zh: "操作", en: "Actions" },
  add: { zh: "添加一项", en: "Add one" },
  asset: { zh: "所在部件", en: "Asset" },
  at: { zh: "时间", en: "Time" },
  battery: { zh: "电量", en: "Battery" },
  calibratedAt: { zh: "上次校准", en: "Calibrated" },
  calibrationDueAt: { zh: "下次校准", en: "Calibration due" },
  cancelCommand: { zh: "撤回", en: "Take back" },
  commands: { zh: "下发命令", en: "Commands" },
  confirmRetire: {
    zh: "报废后密钥立即失效，且不能恢复。确认请再点一次。",
    en: "A retired device's key ends at once and for good. Press again to confirm.",
  },
  copy: { zh: "复制", en: "Copy" },
  copied: { zh: "已复制", en: "Copied" },
  decoder: { zh: "解码器", en: "Decoder" },
  device: { zh: "设备", en: "Device" },
  dim: { zh: "调光", en: "Dim" },
  download: { zh: "下载标签", en: "Download the label" },
  edit: { zh: "修改", en: "Change" },
  event: { zh: "步骤", en: "Step" },
  externalId: { zh: "外部编号", en: "External id" },
  extras: { zh: "其他数据", en: "What else it sends" },
  extrasHint: {
    zh: "这些值不属于部件类别，可由解码器映射。",
    en: "Values that its class does not name; a decoder may map them.",
  },
  field: { zh: "名称", en: "Name" },
  firmware: { zh: "固件", en: "Firmware" },
  format: { zh: "协议", en: "Format" },
  gateway: { zh: "网关", en: "Gateway" },
  heard: { zh: "最近上报", en: "Last heard" },
  history: { zh: "经历", en: "What happened" },
  installedAt: { zh: "安装时间", en: "Installed" },
  invalidSchedule: {
    zh: "每行一个时刻和亮度，例如 18:30 100",
    en: "One time and percentage a line, such as 18:30 100",
  },
  key: { zh: "密钥", en: "Key" },
  keyHint: {
    zh: "更换后旧密钥立即失效，设备会断开连接。新密钥只显示一次。",
    en: "The old key ends at once, with its connections. The new one is shown once.",
  },
  keyOnce: {
    zh: "新密钥（只显示这一次，请立即保存）",
    en: "The new key, shown this once; keep it now",
  },
  label: { zh: "标签", en: "Label" },
  labelOf: { zh: "{device} 的标签", en: "Label of {device}" },
  labels: { zh: "打印标签页", en: "Labels to print" },
  life: { zh: "使用状态", en: "Life" },
  lifeNone: { zh: "没有可做的步骤。", en: "Nothing more can be done with it." },
  model: { zh: "型号", en: "Model" },
  newDeviceId: { zh: "新设备编号", en: "Id of the new device" },
  newDeviceHint: {
    zh: "未登记的编号，或在库、已安装的设备",
    en: "An id that is free, or of a device in stock or installed",
  },
  noCommands: { zh: "还没有下发过命令。", en: "It was told nothing yet." },
  noDelta: { zh: "已与要求一致", en: "as wanted" },
  noExtras: { zh: "没有其他数据。", en: "It sends nothing else." },
  noTwin: { zh: "没有设置项。", en: "Nothing is set." },
  note: { zh: "备注", en: "Note" },
  notCommanded: {
    zh: "这类设备不能在这里遥控：阀门和水泵只能由现场人员操作。",
    en: "Nothing of this class is commanded here: whoever moves a valve or a pump stands before it.",
  },
  off: { zh: "关灯", en: "Off" },
  on: { zh: "开灯", en: "On" },
  percent: { zh: "亮度 %", en: "Brightness %" },
  print: { zh: "打印", en: "Print" },
  product: { zh: "厂家型号", en: "Make" },
  radio: { zh: "信号", en: "Radio" },
  renewKey: { zh: "更换密钥", en: "Another key" },
  renewKeyConfirm: { zh: "确认更换密钥", en: "Press again: another key" },
  replace: { zh: "更换设备", en: "Replace" },
  replaceHint: {
    zh: "新设备接替这台设备，部件的读数连续；这台设备报废。",
    en: "A new device takes its place; the asset keeps its readings, and this device is retired.",
  },
  replaced: { zh: "已更换为 {device}", en: "Replaced by {device}" },
  reported: { zh: "设备上报", en: "Reported" },
  save: { zh: "保存", en: "Save" },
  saved: { zh: "已保存。", en: "Saved." },
  schedule: { zh: "时段计划", en: "Schedule" },
  scheduleHint: { zh: "每行：时刻 亮度%", en: "A line each: time, brightness %" },
  search: { zh: "查找", en: "Search" },
  searchHint: { zh: "设备编号、外部编号或序列号", en: "Id, external id or serial number" },
  send: { zh: "下发", en: "Send" },
  serialNumber: { zh: "序列号", en: "Serial number" },
  setBy: { zh: "{by} 于 {at} 设置", en: "set by {by} at {at}" },
  state: { zh: "状态", en: "State" },
  told: { zh: "命令", en: "Command" },
  transport: { zh: "供电", en: "Power" },
  onBattery: { zh: "电池", en: "battery" },
  mains: { zh: "市电", en: "mains" },
  twin: { zh: "设备影子", en: "How it is set" },
  twinHint: {
    zh: "“要求”由人填写并下发，“上报”由设备回复。",
    en: "What is wanted is said by people, what is reported by the device.",
  },
  value: { zh: "值", en: "Value" },
  vendor: { zh: "厂家", en: "Vendor" },
  wanted: { zh: "要求", en: "Wanted" },
});
