/** Commands to devices, one by one and many at once. */
import { z } from "zod";
import { CommandMode, CommandState, CommandTarget } from "../../model/command.ts";
import { DeviceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { IsoTime, PageQuery, pageOf } from "./common.ts";

const Asked = z.strictObject({
  name: z.string().min(1).max(64).describe("a lamp's: on, off, dim, schedule; raw where allowed"),
  args: z
    .record(z.string().max(64), z.unknown())
    .default({})
    .describe(
      'dim: {percent}; schedule: {entries: [{at: "18:30", percent}]}; raw: {base64 or fields, fPort?}',
    ),
  ttlSeconds: z
    .int()
    .min(1)
    .max(LIMITS.commandTtlSecondsMax)
    .default(LIMITS.commandTtlSecondsDefault)
    .describe("it is not sent later than this"),
  mode: CommandMode.default("until-acknowledged"),
  replaces: z
    .boolean()
    .default(false)
    .describe("older ones of the same name that have not gone out are cancelled"),
});

export const CommandBody = Asked.meta({ id: "NewCommand" });
export type CommandBody = z.infer<typeof CommandBody>;
export const CommandBatchBody = Asked.extend({
  target: CommandTarget.describe("of a street's unit, a cabinet's lamps, these assets, a class"),
}).meta({ id: "NewCommandBatch" });
export type CommandBatchBody = z.infer<typeof CommandBatchBody>;

export const CommandsParams = z.strictObject({ deviceId: DeviceId });
export const CommandParams = CommandsParams.extend({ commandId: z.string().min(1).max(128) });
export const CommandBatchParams = z.strictObject({ batchId: z.string().min(1).max(64) });
export const CommandQuery = PageQuery;

const Told = {
  name: z.string(),
  args: z.record(z.string(), z.unknown()),
  mode: CommandMode,
  createdAt: IsoTime,
  createdBy: z.string(),
  expiresAt: IsoTime,
};

export const CommandAnswer = z
  .object({
    commandId: z.string(),
    deviceId: DeviceId,
    batchId: z.string().optional(),
    ...Told,
    state: CommandState,
    tries: z.int().describe("how often it was handed on"),
    sentAt: IsoTime.optional(),
    endedAt: IsoTime.optional(),
    message: z.string().optional(),
  })
  .meta({ id: "Command" });
export type CommandAnswer = z.infer<typeof CommandAnswer>;
export const CommandPage = pageOf(CommandAnswer);

export const CommandBatchAnswer = z
  .object({
    batchId: z.string(),
    ...Told,
    target: CommandTarget,
    total: z.int(),
    counts: z.record(CommandState, z.int()),
    failures: z
      .array(z.object({ deviceId: z.string(), message: z.string() }))
      .describe(`refused, expired or cancelled, the first ${LIMITS.commandFailuresToldMax}`),
  })
  .meta({ id: "CommandBatch" });
export type CommandBatchAnswer = z.infer<typeof CommandBatchAnswer>;
