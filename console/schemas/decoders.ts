/** Decoders: how what vendors' devices send becomes measurements. */
import { z } from "zod";
import { type Decoder, DecoderBody, DecoderId } from "../../model/decoder.ts";
import { DeviceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { Mapping } from "../../model/mapping.ts";
import { IsoTime, pageOf, QueryBoolean } from "./common.ts";

export const DecoderParams = z.strictObject({ decoderId: DecoderId });
export const DecoderPutQuery = z.strictObject({
  force: QueryBoolean.optional().describe("put it though its examples differ"),
});
export const DecoderPutBody = DecoderBody.meta({ id: "NewDecoder" });

const MappingAnswer = z.object(Mapping.shape).meta({ id: "Mapping" });

const DecoderShown = z.object({
  decoderId: z.string(),
  version: z.int().describe("one more with every change"),
  name: z.string(),
  kind: z.enum(["table", "script"]),
  vendor: z.string().optional(),
  model: z.string().optional(),
  off: z
    .object({ at: IsoTime, reason: z.string() })
    .optional()
    .describe("switched off after repeated faults; a PUT switches it on"),
});
export const DecoderSummary = DecoderShown.meta({ id: "DecoderSummary" });
export const DecoderPage = pageOf(DecoderSummary);
export const DecoderAnswer = DecoderShown.extend({
  mapping: MappingAnswer,
  past: MappingAnswer.optional(),
  script: z.string().optional().describe("for those alone who may put it"),
  reads: z.enum(["decoded", "normalized"]).optional(),
  examples: z.array(z.looseObject({ name: z.string() })).optional(),
}).meta({ id: "Decoder" });

const Difference = z.object({
  path: z.string(),
  wanted: z.unknown().optional(),
  got: z.unknown().optional(),
});
export const DecoderPut = DecoderSummary.extend({
  examples: z
    .array(z.object({ name: z.string(), differences: z.array(Difference) }))
    .describe("what became of each; without differences it is as it says"),
}).meta({ id: "DecoderPut" });

export const DecoderTryBody = z
  .strictObject({
    decoder: z
      .union([DecoderId, DecoderBody])
      .optional()
      .describe("one that is there, or one as it is written; absent: the device's"),
    deviceId: DeviceId.optional().describe("whose last uplinks, and whose class"),
    class: z.string().max(40).optional().describe("where no device is named"),
    inputs: z
      .array(z.unknown())
      .min(1)
      .max(LIMITS.decoderTryInputsMax)
      .optional()
      .describe("trees; of a script frames `{bytes, fPort}`; absent: the device's last uplinks"),
  })
  .meta({ id: "DecoderTry" });

export const DecoderTryAnswer = z
  .object({
    inputs: z.array(
      z.object({
        tree: z.unknown().optional(),
        receivedAt: IsoTime.optional(),
        warnings: z.array(z.string()).optional(),
        values: z.array(
          z.object({
            measurement: z.string(),
            value: z.number(),
            unit: z.string().optional(),
            flagged: z.string().optional().describe("why it would be flagged"),
            observedAt: IsoTime.optional(),
            seq: z.int().optional(),
          }),
        ),
        faults: z.array(z.object({ reason: z.string(), text: z.string() })),
        unmapped: z.array(z.object({ path: z.string(), value: z.unknown() })),
      }),
    ),
    suggestion: z
      .object({
        mapping: MappingAnswer,
        past: MappingAnswer.optional(),
        why: z.array(z.object({ path: z.string(), measurement: z.string(), text: z.string() })),
      })
      .optional(),
  })
  .meta({ id: "DecoderTried" });

/** What the address and the body say together. */
export function decoderOf(decoderId: string, body: z.infer<typeof DecoderBody>): Decoder {
  return { decoderId, ...body };
}
