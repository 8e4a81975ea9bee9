/**
 * The native telemetry payload as a schema: for the API's document and for the test that holds the
 * hand-written checks equal to it. The hot path does not run it.
 */
import { z } from "zod";
import { LIMITS } from "../../model/limits.ts";
import { readObservedAt } from "../observed-at.ts";

const ObservedAt = z
  .union([z.number(), z.string()])
  .refine((claimed) => readObservedAt(claimed) !== undefined, {
    error: "observedAt is ms since 1970 or ISO 8601 with its offset",
  })
  .describe("ms since 1970, or ISO 8601 with offset; absent: the time of receipt, flagged");

const NativeElement = z
  .looseObject({
    observedAt: ObservedAt.optional(),
    seq: z.int().min(0).optional().describe("key of the reading where its clock is no good"),
    values: z
      .record(z.string(), z.union([z.number(), z.boolean()]))
      .refine((values) => Object.keys(values).length > 0, { error: "values has a measurement" })
      .describe("by measurement; finite numbers or booleans"),
  })
  .meta({ id: "NativeElement" });

export const NativePayload = z
  .union([NativeElement, z.array(NativeElement).min(1).max(LIMITS.uplinkElementsMax)])
  .meta({ id: "NativePayload" });
