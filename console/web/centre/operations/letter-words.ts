/** Why a dead letter could not be read, and what to do about it. */
import type { DeadLetterReason } from "../../../../model/errors.ts";
import { speaker } from "../../shared/words.ts";

/** Why an uplink or a value could not be read. */
export const sayReason = speaker<DeadLetterReason>({
  CLASS_MISMATCH: { zh: "主题类别与部件类别不符", en: "the topic's class is not the asset's" },
  DECODER_FAILED: { zh: "解码脚本出错", en: "the decoder's script failed" },
  DECODER_OFF: { zh: "解码脚本已停用", en: "the decoder is switched off" },
  DECODER_REFUSED: { zh: "解码脚本称该帧无数据", en: "the decoder says the frame holds no values" },
  DEVICE_UNKNOWN: { zh: "设备未登记", en: "no such device of this sender" },
  ELEMENT_INVALID: { zh: "元素格式不对", en: "an element of the wrong shape" },
  EMPTY: { zh: "空载荷", en: "empty payload" },
  FRAME_CRC: { zh: "帧校验错误", en: "wrong checksum or length" },
  FRAME_INVALID: { zh: "帧字段无法读取", en: "the frame's fields cannot be read" },
  FRAME_NOISE: { zh: "杂乱字节", en: "bytes of no frame" },
  FRAME_STALE: { zh: "过时的消息", en: "older than what came since" },
  FRAME_UNSUPPORTED: { zh: "不支持的命令", en: "a command that carries nothing kept" },
  METRIC_UNKNOWN: { zh: "指标未声明", en: "no birth has declared the metric" },
  NOT_CBOR: { zh: "不是 CBOR", en: "not CBOR" },
  NOT_JSON: { zh: "不是 JSON", en: "not JSON" },
  NOT_UTF8: { zh: "不是 UTF-8", en: "not UTF-8" },
  PASSWORD_WRONG: { zh: "访问密码（PW）错误", en: "wrong PW" },
  TIME_INVALID: { zh: "时间无法读取", en: "the time cannot be read" },
  TOO_DEEP: { zh: "嵌套过深", en: "nested too deep" },
  TOO_MANY_ELEMENTS: { zh: "元素过多", en: "too many elements" },
  TOO_MANY_MEASUREMENTS: { zh: "测量项过多", en: "too many measurements" },
  TOPIC_UNKNOWN: { zh: "主题无法识别", en: "a topic of no format" },
  VALUE_INVALID: { zh: "数值无效", en: "neither a finite number nor a boolean" },
});

/** What to do about it. */
export const sayCure = speaker<DeadLetterReason>({
  CLASS_MISMATCH: {
    zh: "请改主题中的类别，或核对设备所在部件。",
    en: "Correct the class in the topic, or the device's asset.",
  },
  DECODER_FAILED: {
    zh: "请用这一帧试运行并修改解码脚本，再重试。",
    en: "Try the decoder on this frame, mend it, then try again.",
  },
  DECODER_OFF: {
    zh: "请修好并重新提交解码器，再重试。",
    en: "Mend the decoder and put it again, then try again.",
  },
  DECODER_REFUSED: {
    zh: "一般不必处理；应有数据的，请修改解码脚本。",
    en: "Mostly nothing; where there should be values, mend the decoder.",
  },
  DEVICE_UNKNOWN: {
    zh: "请登记设备，或核对编号与归属网关，再重试。",
    en: "Register the device, or look at its id and its gateway, then try again.",
  },
  ELEMENT_INVALID: {
    zh: "请按接入说明核对报文格式或字段映射。",
    en: "Hold the message, or its mapping, against the format.",
  },
  EMPTY: { zh: "请查设备为何发送空报文。", en: "Find out why the device sends nothing." },
  FRAME_CRC: { zh: "请检查线路与数采仪。", en: "Look at the line and the data logger." },
  FRAME_INVALID: {
    zh: "请核对数采仪的协议版本与设置。",
    en: "Look at the logger's version of the protocol and its settings.",
  },
  FRAME_NOISE: { zh: "请检查线路与连接的设备。", en: "Look at the line and at who is connected." },
  FRAME_STALE: {
    zh: "一般不必处理，平台已有更新的数据。",
    en: "Mostly nothing: newer values are there.",
  },
  FRAME_UNSUPPORTED: { zh: "不必处理。", en: "Nothing." },
  METRIC_UNKNOWN: {
    zh: "请让节点重新上线并声明指标。",
    en: "Have the node come anew and declare the metric.",
  },
  NOT_CBOR: {
    zh: "请核对设备的报文格式与主题。",
    en: "Look at the device's format and its topic.",
  },
  NOT_JSON: {
    zh: "请核对设备的报文格式与主题。",
    en: "Look at the device's format and its topic.",
  },
  NOT_UTF8: { zh: "请让设备按 UTF-8 编码。", en: "Have the device write UTF-8." },
  PASSWORD_WRONG: {
    zh: "请核对数采仪与设备登记的访问密码。",
    en: "Look at the PW of the logger and of the device.",
  },
  TIME_INVALID: {
    zh: "请核对设备的时钟与时间格式。",
    en: "Look at the device's clock and how it writes the time.",
  },
  TOO_DEEP: { zh: "请减少报文的嵌套层数。", en: "Have the message nested less deep." },
  TOO_MANY_ELEMENTS: { zh: "请让设备分几次发送。", en: "Have the device send it in parts." },
  TOO_MANY_MEASUREMENTS: {
    zh: "请减少设备的自定义测量项。",
    en: "Have the device send fewer measurements of its own.",
  },
  TOPIC_UNKNOWN: { zh: "请按接入说明核对主题。", en: "Hold the topic against the formats." },
  VALUE_INVALID: {
    zh: "请核对设备或解码脚本给出的值。",
    en: "Look at what the device or its decoder says.",
  },
});

/** Nothing of a reason that the page does not know. */
export const cureText = (reason: string): string =>
  Object.hasOwn(sayCure.words, reason) ? sayCure(reason as DeadLetterReason) : "";
