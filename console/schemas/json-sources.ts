/** Sources of vendors' JSON, and what trying one shows. */
import { z } from "zod";
import { JsonSourceFields, JsonSourceId } from "../../model/json-source.ts";
import { Mapping } from "../../model/mapping.ts";
import { IsoTime, pageOf } from "./common.ts";

export const JsonSourceParams = z.strictObject({ sourceId: JsonSourceId });
export const JsonSourceBody = JsonSourceFields.meta({ id: "NewJsonSource" });
export const JsonSourceAnswer = z
  .object({
    sourceId: z.string(),
    topic: z.string().optional(),
    device: z.string().optional(),
    items: z.string().optional(),
    mapping: Mapping,
  })
  .meta({ id: "JsonSource" });
export const JsonSourcePage = pageOf(JsonSourceAnswer);

export const TryBody = z.strictObject({
  sourceId: JsonSourceId.optional().describe("of one whose messages are pushed over HTTP"),
  source: JsonSourceBody,
  payload: z.unknown().optional().describe("a message to try it on"),
  topic: z.string().min(1).max(400).optional().describe("on which the payload comes"),
  against: z.literal("last").optional().describe("the last messages of its topics, as is usual"),
  class: z.string().max(40).optional().describe("of devices that are not registered yet"),
});

const Fault = z.object({ code: z.string(), message: z.string() });
export const TryAnswer = z
  .object({
    messages: z.array(
      z.object({
        topic: z.string().optional(),
        receivedAt: IsoTime.optional(),
        items: z.array(
          z.object({
            externalId: z.string().optional(),
            deviceId: z.string().optional(),
            values: z.array(
              z.object({
                measurement: z.string(),
                value: z.number(),
                unit: z.string().optional(),
                observedAt: IsoTime.optional().describe("absent: the time of receipt"),
              }),
            ),
            faults: z.array(Fault),
          }),
        ),
        faults: z.array(Fault).describe("of the message as a whole"),
      }),
    ),
  })
  .meta({ id: "JsonSourceTried" });
