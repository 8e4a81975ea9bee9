/** Words of alarms that several pages show: their states (ISA-18.2) and severities. */
import { speaker } from "./words.ts";

export const ALARM_STATES_OPEN = ["unacknowledged", "acknowledged", "returned", "latched"] as const;
const STATES_HELD = ["shelved", "suppressed", "out-of-service"] as const;
const STATES_OVER = ["normal", "pending"] as const;
export const SEVERITIES = ["critical", "major", "warning", "notice"] as const;

type State =
  | (typeof ALARM_STATES_OPEN)[number]
  | (typeof STATES_HELD)[number]
  | (typeof STATES_OVER)[number];

export const sayAlarmState = speaker<State>({
  acknowledged: { zh: "已确认", en: "acknowledged" },
  latched: { zh: "已恢复，待复位", en: "latched: to be reset" },
  normal: { zh: "已结束", en: "over" },
  "out-of-service": { zh: "停用中", en: "out of service" },
  pending: { zh: "延时中", en: "pending" },
  returned: { zh: "已恢复，未确认", en: "returned, not acknowledged" },
  shelved: { zh: "已搁置", en: "shelved" },
  suppressed: { zh: "被抑制", en: "suppressed" },
  unacknowledged: { zh: "未确认", en: "not acknowledged" },
});

export const saySeverity = speaker<(typeof SEVERITIES)[number]>({
  critical: { zh: "特别严重", en: "critical" },
  major: { zh: "严重", en: "major" },
  notice: { zh: "提示", en: "notice" },
  warning: { zh: "警告", en: "warning" },
});
