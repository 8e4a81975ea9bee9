/** Somebody who knocks becomes a device: who he is, and where he is put. */
import { z } from "zod";
import { DeviceId } from "../../model/ids.ts";
import { Device, DeviceFormat } from "../../model/registry.ts";

export const AdoptBody = z
  .strictObject({
    ...Device.omit({ externalId: true }).shape,
    format: DeviceFormat.describe("as it is listed at GET /api/v1/knocking"),
    id: z.string().min(1).max(128).describe("the same"),
    deviceId: DeviceId.optional().describe("the `id` when absent"),
  })
  .meta({ id: "Adoption" });
export type AdoptBody = z.infer<typeof AdoptBody>;
