/** Whose a patrol area is, who is on patrol, and how much of it was seen. */
import { z } from "zod";
import { UnitId, Username } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { PatrolGrids } from "../../model/patrol.ts";
import { Asset } from "../../model/registry.ts";
import { IsoTime, PageQuery, pageOf, TimeParameter } from "./common.ts";

const Accuracy = z.number().min(0).max(1e7).optional();

export const PatrolAreaAnswer = z
  .object({
    username: Username,
    unitId: UnitId.optional(),
    grids: z.array(z.string()).describe("empty: he has no area"),
    changedAt: IsoTime.optional(),
    changedBy: z.string().optional(),
    patrol: z
      .object({
        startedAt: IsoTime,
        position: z
          .object({ lon: z.number(), lat: z.number(), accuracyM: Accuracy, at: IsoTime })
          .optional()
          .describe("the newest of this patrol, WGS-84 degrees"),
      })
      .optional()
      .describe("while he is on patrol"),
  })
  .meta({ id: "PatrolArea" });
export type PatrolAreaAnswer = z.infer<typeof PatrolAreaAnswer>;
export const PatrolAreaPage = pageOf(PatrolAreaAnswer);
export const PatrolAreaQuery = PageQuery;
export const PatrolAreaParams = z.strictObject({ username: Username });
export const PatrolAreaBody = z
  .strictObject({
    grids: PatrolGrids.describe(
      "responsibility grids by name, or the first 6 to 16 digits of their cells",
    ),
  })
  .meta({ id: "PatrolGrids" });

export const PatrolBody = z
  .strictObject({
    startedAt: TimeParameter.describe("the phone's; the same patrol has the same each time"),
    endedAt: TimeParameter.optional().describe(
      "absent while it goes on; the first that is told stands",
    ),
    positions: z
      .array(
        z.strictObject({
          lon: z.number().min(-180).max(180),
          lat: z.number().min(-90).max(90),
          accuracyM: Accuracy,
          at: TimeParameter.describe("the phone's"),
        }),
      )
      .max(LIMITS.patrolPlacesPerCallMax)
      .default([]),
  })
  .meta({ id: "Patrol" });
export const PatrolSaidAnswer = z.object({
  kept: z.int(),
  leftOut: z
    .int()
    .describe("positions before the patrol or after it, ahead of the time, or too old to be kept"),
});

export const CoverageQuery = PageQuery.extend({
  day: z.iso.date().optional().describe("a day of the city's; today where absent"),
});
const UnseenAsset = Asset.pick({
  assetId: true,
  class: true,
  componentCode: true,
  name: true,
  lon: true,
  lat: true,
  gridCell: true,
  responsibleGrid: true,
}).meta({ id: "UnseenAsset" });
export const CoverageAnswer = pageOf(UnseenAsset)
  .extend({
    username: Username,
    day: z.string(),
    of: z.int().describe("components that stand in the area now"),
    seen: z.int().describe("those within 30 m of the way"),
    share: z.number().optional().describe("0 to 1; absent where nothing stands in the area"),
    walkedM: z.number(),
  })
  .meta({
    id: "PatrolCoverage",
    description: "`items`: components that were not seen, by their ids",
  });
