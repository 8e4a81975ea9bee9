/** The life of a device: where it stands, what it takes, how it came there. */
import { z } from "zod";
import { DeviceLife, LifeEvent } from "../../model/device-life.ts";
import { LIMITS } from "../../model/limits.ts";
import { IsoTime, TimeParameter } from "./common.ts";

export const LifeBody = z.strictObject({
  event: LifeEvent.describe("`install`, `start`, `maintain`, `store` or `retire`"),
  at: TimeParameter.optional().describe("when it was done, not after now; now when absent"),
  note: z.string().trim().min(1).max(500).optional(),
});

export const LifeAnswer = z
  .object({
    deviceId: z.string(),
    life: DeviceLife,
    allowed: z.array(LifeEvent).describe("events that it takes now"),
    history: z
      .array(
        z.object({
          event: LifeEvent,
          from: DeviceLife,
          to: DeviceLife,
          at: IsoTime.describe("when it was done, as was said"),
          saidAt: IsoTime,
          saidBy: z.string(),
          note: z.string().optional(),
        }),
      )
      .describe(`newest first, ${LIMITS.lifeEntriesPerDeviceMax} at most`),
  })
  .meta({ id: "DeviceLife" });
