/** Labels of devices: where their codes lead. */
import { z } from "zod";
import { LIMITS } from "../../model/limits.ts";
import { LABELS_PER_PAGE } from "../device-label.ts";
import { DeviceQuery } from "./devices.ts";

const Base = z
  .url({ protocol: /^https?$/, error: "an address such as https://console.example" })
  .max(200)
  .optional()
  .describe("address of the console that the codes lead to; that of this call when absent");

export const LabelQuery = z.strictObject({ base: Base });
export const LabelsQuery = DeviceQuery.extend({
  base: Base,
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(LIMITS.labelsPerSheetMax)
    .default(LABELS_PER_PAGE)
    .describe(`${LABELS_PER_PAGE} are a page of A4`),
});
