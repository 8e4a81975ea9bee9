/** Words of the forms by which an asset and a device are registered by hand. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  addAttribute: { zh: "添加", en: "Add" },
  adminRegisters: {
    zh: "登记和修改部件、设备需要管理员。",
    en: "An administrator registers and changes assets and devices.",
  },
  anotherDevice: { zh: "再登记一台", en: "Another device" },
  assetIdHint: {
    zh: "字母、数字和 . _ : -；不填则用部件编码",
    en: "Letters, digits and . _ : -; the component code where it is empty",
  },
  attributeHint: {
    zh: "部件的其他属性，如 roadClass",
    en: "Whatever else it brings, such as roadClass",
  },
  attributes: { zh: "属性", en: "Attributes" },
  badCell: { zh: "单元网格应为 14 至 16 位数字。", en: "A grid cell has 14 to 16 digits." },
  badCode: {
    zh: "部件编码应为 16 至 18 位数字。",
    en: "A component code has 16 to 18 digits, and nothing else.",
  },
  badExternalId: { zh: "格式不符：{wanted}。", en: "This does not fit: {wanted}." },
  badId: {
    zh: "标识应为 1 至 64 个字母、数字或 . _ : -。",
    en: "An id is 1 to 64 of letters, digits and . _ : -.",
  },
  badLat: { zh: "纬度应为 -90 至 90 的数字。", en: "A latitude is a number from -90 to 90." },
  badLon: { zh: "经度应为 -180 至 180 的数字。", en: "A longitude is a number from -180 to 180." },
  badName: { zh: "名称最多 200 个字。", en: "A name has 200 letters at most." },
  badNumber: { zh: "应为数字。", en: "A number is wanted." },
  badWord: { zh: "应为 1 至 64 个可见字符。", en: "1 to 64 printable characters are wanted." },
  cancel: { zh: "取消", en: "Cancel" },
  cellHint: { zh: "14 至 16 位数字", en: "14 to 16 digits" },
  codeHint: {
    zh: "区划 6 位 + 大类 2 位 + 小类 2 位 + 流水号 6 位",
    en: "Area 6 digits, class 2, subclass 2, number 6",
  },
  codeSoFar: { zh: "已输入 {n} 位，至少 16 位", en: "{n} digits so far, 16 at least" },
  codeUnknown: { zh: "类别表中没有", en: "not in the table" },
  deviceId: { zh: "设备编号", en: "Device id" },
  deviceIdHint: {
    zh: "设备用它登录平台；字母、数字和 . _ : -",
    en: "The device signs in by it; letters, digits and . _ : -",
  },
  deviceMade: { zh: "已登记设备 {device}。", en: "Device {device} is registered." },
  editAsset: { zh: "修改部件：{name}", en: "Change {name}" },
  isNeeded: { zh: "必填。", en: "This is needed." },
  lat: { zh: "纬度（WGS-84）", en: "Latitude (WGS-84)" },
  lon: { zh: "经度（WGS-84）", en: "Longitude (WGS-84)" },
  newAsset: { zh: "登记部件", en: "New asset" },
  newDevice: { zh: "为“{name}”登记设备", en: "A device for {name}" },
  otherAttribute: { zh: "其他属性的名称", en: "Name of another attribute" },
  parentHint: {
    zh: "标识，或按名称、编码查找；没有可不填",
    en: "Its id, found by a part of name or code; none may be given",
  },
  pointAtMap: {
    zh: "在地图上点一下位置，或直接填写经纬度。",
    en: "Point at the place on the map, or type its degrees.",
  },
  protocolPassword: { zh: "协议密码（PW）", en: "Password of the protocol (PW)" },
  protocolPasswordHint: {
    zh: "登记后不再显示；不填则拒绝它直接用 TCP 登录",
    en: "Never shown again; without one it cannot sign in over TCP",
  },
  register: { zh: "登记", en: "Register" },
  sameCode: { zh: "已有部件使用这个编码：", en: "Another asset has this code:" },
  save: { zh: "保存", en: "Save" },
  toAsset: { zh: "返回部件", en: "Back to the asset" },
  toDevice: { zh: "打开设备页", en: "Open the device" },
  what: { zh: "是什么", en: "What it is" },
  where: { zh: "在哪里", en: "Where it is" },
  whose: { zh: "归谁管", en: "Whose it is" },
});

export const sayFormat = speaker({
  native: { zh: "原生 MQTT", en: "native MQTT" },
  hj212: { zh: "HJ 212（环保数采仪）", en: "HJ 212" },
  chirpstack: { zh: "ChirpStack（LoRaWAN）", en: "ChirpStack (LoRaWAN)" },
  "things-stack": { zh: "The Things Stack（LoRaWAN）", en: "The Things Stack (LoRaWAN)" },
  senml: { zh: "SenML", en: "SenML" },
  sparkplug: { zh: "Sparkplug B", en: "Sparkplug B" },
  ctwing: { zh: "天翼物联 CTWing", en: "CTWing" },
  onenet: { zh: "中国移动 OneNET", en: "OneNET" },
  json: { zh: "厂家 JSON", en: "a vendor's JSON" },
  "lamp-platform": { zh: "路灯平台", en: "lamp platform" },
});

/** What is wanted as the external id of a device, by its format. */
export const sayExternalId = speaker({
  native: { zh: "不需要", en: "none" },
  hj212: { zh: "设备唯一标识 MN", en: "its MN" },
  chirpstack: { zh: "DevEUI，16 位十六进制", en: "its DevEUI, 16 hexadecimal digits" },
  "things-stack": { zh: "DevEUI，16 位十六进制", en: "its DevEUI, 16 hexadecimal digits" },
  senml: { zh: "senml/{id} 中的 id，可不填", en: "what stands for it in senml/{id}, or none" },
  sparkplug: {
    zh: "节点 group/edge，或设备 group/edge/device",
    en: "group/edge of a node, or group/edge/device",
  },
  ctwing: { zh: "IMEI 或 CTWing 的设备 ID", en: "its IMEI, or its id at CTWing" },
  onenet: { zh: "IMEI、设备名，或 产品ID:设备名", en: "its IMEI, its name, or product:name" },
  json: { zh: "厂家报文中的设备号，可不填", en: "what its vendor calls it, or none" },
  "lamp-platform": { zh: "路灯平台的控制器编号", en: "its controllerId at the lamp platform" },
});
