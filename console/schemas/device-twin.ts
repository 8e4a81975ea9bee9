/** A device's twin: how it should be set, and how it says it is set. */
import { z } from "zod";
import { TwinState } from "../../model/device-twin.ts";
import { LIMITS } from "../../model/limits.ts";
import { IsoTime } from "./common.ts";

const Fields = TwinState.describe(
  `up to ${LIMITS.twinFieldsMax} texts, numbers and booleans by their names`,
);
const Version = z.int().min(0);

export const TwinBody = z.strictObject({
  wanted: Fields.describe("in the place of all that was wanted"),
  version: Version.optional().describe("that is changed; any when absent"),
});
export type TwinBody = z.infer<typeof TwinBody>;

export const TwinAnswer = z
  .object({
    deviceId: z.string(),
    wanted: Fields,
    reported: Fields,
    delta: Fields.describe("what is wanted and not reported so"),
    versions: z.object({ wanted: Version, reported: Version }),
    wantedAt: IsoTime.optional(),
    wantedBy: z.string().optional(),
    reportedAt: IsoTime.optional(),
  })
  .meta({ id: "DeviceTwin" });
