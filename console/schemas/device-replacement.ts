/** A device in the place of another. */
import { z } from "zod";
import { DeviceId } from "../../model/ids.ts";
import { Device } from "../../model/registry.ts";
import { Key, TimeParameter } from "./common.ts";

const { shape } = Device;

export const ReplacementBody = z
  .strictObject({
    newDeviceId: DeviceId.describe("an id that is free, or of a device in stock or installed"),
    externalId: shape.externalId.describe("that of the old one when absent, which gives it up"),
    protocolPassword: shape.protocolPassword,
    vendor: shape.vendor,
    model: shape.model,
    firmware: shape.firmware,
    serialNumber: shape.serialNumber,
    calibratedAt: shape.calibratedAt,
    calibrationDueAt: shape.calibrationDueAt,
    at: TimeParameter.optional().describe("when it was done, not after now; now when absent"),
    note: z.string().trim().min(1).max(400).optional(),
  })
  .meta({ id: "Replacement" });
export type ReplacementBody = z.infer<typeof ReplacementBody>;

export const ReplacementAnswer = z.object({
  deviceId: z.string(),
  key: Key.optional(),
  replaced: z.string().describe("the old one, which is retired"),
});
