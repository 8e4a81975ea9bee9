/** Decoding again: raw uplinks of a period, and dead letters. */
import { z } from "zod";
import { DecoderId } from "../../model/decoder.ts";
import { DEAD_LETTER_REASONS, type DeadLetterReason } from "../../model/errors.ts";
import { DeviceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { DeviceFormat } from "../../model/registry.ts";
import { IsoTime, TimeParameter } from "./common.ts";

const REASONS = Object.keys(DEAD_LETTER_REASONS) as [DeadLetterReason, ...DeadLetterReason[]];
const SELECTIONS = ["deviceIds", "decoderId", "format"] as const;

const selection = {
  deviceIds: z.array(DeviceId).min(1).max(LIMITS.redecodingDevicesMax).optional(),
  decoderId: DecoderId.optional(),
  format: DeviceFormat.optional(),
};

export const RedecodingBody = z
  .strictObject({
    ...selection,
    from: TimeParameter.describe("of receipt, inclusive"),
    to: TimeParameter.describe("exclusive"),
  })
  .superRefine((body, context) => {
    if (SELECTIONS.filter((name) => body[name] !== undefined).length === 1) return;
    const message = "exactly one of 'deviceIds', 'decoderId' and 'format'";
    context.addIssue({ code: "custom", path: ["deviceIds"], message });
  })
  .meta({ id: "NewRedecoding" });
export type RedecodingBody = z.infer<typeof RedecodingBody>;

export const RedecodingParams = z.strictObject({ redecodingId: z.string().min(1).max(64) });

export const RedecodingAnswer = z
  .object({
    redecodingId: z.string(),
    deviceIds: z.array(z.string()).optional(),
    decoderId: z.string().optional(),
    format: z.string().optional(),
    from: IsoTime,
    to: IsoTime,
    state: z.enum(["waiting", "running", "done", "cancelled", "failed"]),
    madeAt: IsoTime,
    by: z.string(),
    donePercent: z.number().describe("of the uplinks that are kept"),
    uplinks: z.int().describe("of the period that were read"),
    values: z.object({
      replaced: z.int().describe("that stood otherwise"),
      added: z.int().describe("where nothing stood"),
      same: z.int(),
      refused: z.int().describe("for whose measurement the device has no room"),
    }),
    unanswered: z
      .array(z.object({ measurement: z.string(), readings: z.int() }))
      .describe("measurements that came of no uplink any more; their readings stay"),
    faults: z.array(
      z.object({
        reason: z.string(),
        count: z.int(),
        text: z.string().describe("of the first one"),
      }),
    ),
    endedAt: IsoTime.optional(),
    fault: z.string().optional().describe("why it waits, or failed"),
  })
  .meta({ id: "Redecoding" });

export const LetterParams = z.strictObject({
  letterId: z.string().regex(/^\d{1,15}$/, "the number of a dead letter"),
});

export const RetryBody = z
  .strictObject({
    reason: z.enum(REASONS).optional(),
    format: DeviceFormat.optional(),
    deviceId: DeviceId.optional(),
    cursor: z
      .string()
      .regex(/^\d{1,15}$/, "the `next` of the answer before")
      .optional(),
  })
  .meta({ id: "DeadLetterRetry" });

export const RetryAnswer = z
  .object({
    tried: z.int().describe("letters"),
    left: z.int().describe("of them, those that are letters no more"),
    notKept: z.int().describe("letters whose bytes are not all kept"),
    values: z.object({
      stored: z.int(),
      duplicate: z.int().describe("that stood already"),
      conflict: z.int().describe("where another value stands, which stays"),
      refused: z.int().describe("for whose measurement the device has no room"),
    }),
    next: z.string().optional().describe("the `cursor` of the next call; absent: those were all"),
  })
  .meta({ id: "DeadLetterRetried" });
