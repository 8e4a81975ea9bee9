/** Words of taking devices in: who knocks, and putting a labelled device at its asset. */
import { speaker } from "../../shared/words.ts";

export const say = speaker({
  adminAdopts: { zh: "登记设备需要管理员。", en: "An administrator registers devices." },
  adminMoves: {
    zh: "设备登记在别的部件，移动设备需要管理员。",
    en: "The device is registered at another asset; an administrator moves it.",
  },
  adopt: { zh: "接入", en: "Adopt" },
  adopted: { zh: "已接入：{device}", en: "Adopted: {device}" },
  another: { zh: "换一个", en: "Another" },
  asDevice: { zh: "设备编号", en: "Device id" },
  atAsset: { zh: "部件标识", en: "Id of the asset" },
  belongsHere: { zh: "登记在这个部件，还没有安装。", en: "belongs here and is not yet installed." },
  findAsset: { zh: "按编码或名称查找部件", en: "Find the asset by code or name" },
  install: { zh: "安装到这个部件", en: "Set installed at this asset" },
  isElsewhere: { zh: "现在登记在部件 {asset}。", en: "is registered at asset {asset}." },
  isHere: { zh: "已在这个部件。", en: "is at this asset." },
  knocked: {
    zh: "由 {sender} 转发 {n} 次，首次 {first}，最近 {age}",
    en: "heard {n} times through {sender}, first {first}, last {age}",
  },
  knockingHint: {
    zh: "这些设备在发送数据，但还没有登记。",
    en: "These speak without being registered.",
  },
  knockingTitle: { zh: "待接入设备", en: "Who knocks" },
  look: { zh: "刷新", en: "Look again" },
  move: { zh: "移到这个部件", en: "Move to this asset" },
  nobodyKnocks: { zh: "没有未登记的设备在发送数据。", en: "Nobody knocks." },
  notALabel: {
    zh: "这不是设备标签：应为标签上的二维码内容或设备编号。",
    en: "That is no device label; give its QR code or the id of a device.",
  },
  scanTitle: { zh: "扫码安装", en: "Install by label" },
  stepAsset: { zh: "1 部件", en: "1 The asset" },
  stepDevice: { zh: "2 设备标签", en: "2 The device's label" },
  stepInstall: { zh: "3 安装", en: "3 Install" },
  takeCode: { zh: "确定", en: "Take it" },
  typeCode: { zh: "标签内容或设备编号", en: "Code or id on the label" },
});
