/** Why a reading is not simply good: the flags that it bears. */
import { speaker } from "../../shared/words.ts";

export const flags = speaker({
  "clock-absent": {
    zh: "设备未报时间，按接收时间",
    en: "no time of its own, stands at its receipt",
  },
  "clock-future": { zh: "设备时间超前", en: "its clock is ahead" },
  "clock-past": { zh: "设备时间滞后", en: "its clock is behind" },
  "hj212-B": { zh: "HJ 212：通信中断", en: "HJ 212: no link" },
  "hj212-C": { zh: "HJ 212：校准", en: "HJ 212: calibration" },
  "hj212-D": { zh: "HJ 212：故障", en: "HJ 212: a fault" },
  "hj212-F": { zh: "HJ 212：停运", en: "HJ 212: stopped" },
  "hj212-M": { zh: "HJ 212：维护", en: "HJ 212: maintenance" },
  "hj212-S": { zh: "HJ 212：手工输入", en: "HJ 212: set by hand" },
  "hj212-T": { zh: "HJ 212：超量程", en: "HJ 212: over the measuring range" },
  "hj212-unknown": { zh: "HJ 212：未知标记", en: "HJ 212: an unknown flag" },
  late: { zh: "迟到", en: "late" },
  "opc-bad": { zh: "OPC：无效", en: "OPC: bad" },
  "opc-stale": { zh: "OPC：陈旧", en: "OPC: stale" },
  range: { zh: "超出物理量程", en: "outside the physical range" },
});

const FLAGS = [
  "clock-absent",
  "clock-future",
  "clock-past",
  "hj212-B",
  "hj212-C",
  "hj212-D",
  "hj212-F",
  "hj212-M",
  "hj212-S",
  "hj212-T",
  "hj212-unknown",
  "late",
  "opc-bad",
  "opc-stale",
  "range",
] as const;

/** A flag of a newer platform is said by its own name. */
export function flagText(flag: string): string {
  const known = FLAGS.find((each) => each === flag);
  return known === undefined ? flag : flags(known);
}
