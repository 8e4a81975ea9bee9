/** All that the page's map draws, in one answer. */
import { z } from "zod";
import { Measurement } from "../../model/asset-class.ts";

const Title = z.object({ zh: z.string(), en: z.string() });

const ClassesShown = z.array(
  z.object({
    slug: z.string(),
    title: Title,
    measurements: z.array(Measurement),
    conditions: z.array(z.object({ conditionId: z.string(), title: Title })),
  }),
);

/** What a page needs to name what it shows. */
export const ClassesAnswer = z.object({ classes: ClassesShown });

export const MapAnswer = z.object({
  classes: ClassesShown,
  grids: z.array(z.string()).describe("names of the responsibility grids"),
  items: z
    .array(z.tuple([z.string(), z.int(), z.int(), z.number(), z.number(), z.literal([0, 1])]))
    .describe("assetId, index of the class or -1, index of the grid or -1, lon, lat, has a device"),
});
