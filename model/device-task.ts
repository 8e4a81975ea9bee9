/**
 * A device-repair task (设备维修任务): work on a sensor, never a city case. The alarm of a rule that is a
 * device fault opens it, or the date of a calibration; it ends by hand, or by the system when the
 * alarm is over, or the date another.
 */
import { z } from "zod";
import type { Instant } from "./clock.ts";
import type { AlarmId, AssetId, DeviceId, GatewayId, RuleId } from "./ids.ts";
import type { Severity } from "./rule.ts";

export const DeviceTaskState = z.enum(["open", "done"]);
export type DeviceTaskState = z.infer<typeof DeviceTaskState>;

export interface DeviceTask {
  taskId: string;
  /** The rule's name without its class: `battery-low`, `no-data`; or `chatter`, `calibration-due`. */
  kind: string;
  /** Absent where it is about an asset that bears the alarm itself, or a gateway. */
  deviceId?: DeviceId;
  /** At which the device was when the task was opened; absent only of a gateway. */
  assetId?: AssetId;
  gatewayId?: GatewayId;
  /** Of the alarm that opened it; both are absent of a calibration. */
  ruleId?: RuleId;
  alarmId?: AlarmId;
  severity: Severity;
  state: DeviceTaskState;
  openedAt: Instant;
  doneAt?: Instant;
  /** A user's name, or `system` when the alarm was over. */
  doneBy?: string;
  note?: string;
  /** Alarms that it stands for. */
  count: number;
}
