/** Device-repair tasks: work on sensors, never city cases. */
import { z } from "zod";
import { DeviceTaskState } from "../../model/device-task.ts";
import { AssetId, DeviceId, GatewayId } from "../../model/ids.ts";
import { Severity } from "../../model/rule.ts";
import { IsoTime, PageQuery, pageOf } from "./common.ts";

export const TaskQuery = PageQuery.extend({
  state: DeviceTaskState.optional(),
  assetId: AssetId.optional(),
  deviceId: DeviceId.optional(),
  kind: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe("a rule's name without its class, `chatter` or `calibration-due`"),
});
export const TaskParams = z.strictObject({ taskId: z.string().min(1).max(80) });
export const TaskDoneBody = z.strictObject({ note: z.string().max(2000).optional() }).nullish();

export const TaskAnswer = z
  .object({
    taskId: z.string(),
    kind: z
      .string()
      .describe("the rule's name without its class: `battery-low`; `chatter`, `calibration-due`"),
    deviceId: DeviceId.optional(),
    assetId: AssetId.optional(),
    gatewayId: GatewayId.optional().describe("of a task about a gateway, which is at no asset"),
    ruleId: z.string().optional().describe("absent of a calibration, as `alarmId`"),
    alarmId: z.string().optional().describe("that opened it"),
    severity: Severity,
    state: DeviceTaskState,
    openedAt: IsoTime,
    doneAt: IsoTime.optional(),
    doneBy: z
      .string()
      .optional()
      .describe("`system`: the alarm was over, or the calibration has another date"),
    note: z.string().optional(),
    count: z.int().describe("alarms that it stands for"),
  })
  .meta({ id: "DeviceTask" });
export type TaskAnswer = z.infer<typeof TaskAnswer>;
export const TaskPage = pageOf(TaskAnswer);
