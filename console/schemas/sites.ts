/** The place of a case, what stands around a place, and where a crew is. */
import { z } from "zod";
import { LIMITS } from "../../model/limits.ts";
import { Asset } from "../../model/registry.ts";
import { IsoTime } from "./common.ts";
import { degrees } from "./files.ts";

const FOUND_DEFAULT = 20;

const Near = Asset.pick({
  assetId: true,
  class: true,
  componentCode: true,
  name: true,
  lon: true,
  lat: true,
  responsibleGrid: true,
}).extend({ distanceM: z.number() });

export const SiteAnswer = z
  .object({
    asset: Asset.optional(),
    hazards: z.array(
      z.object({
        measurement: z.string(),
        unit: z.string(),
        value: z.number().optional().describe("absent where it is too old or not of good quality"),
        observedAt: IsoTime.optional(),
        ageMs: z.number().optional(),
        isKnown: z.boolean().describe("false: counts as poisonous"),
        limit: z
          .object({ value: z.number(), direction: z.enum(["above", "below"]) })
          .optional()
          .describe("of the most careful rule of the class"),
        text: z.object({ zh: z.string(), en: z.string() }),
      }),
    ),
    cutOffs: z
      .array(Near.extend({ kind: z.enum(["valve", "feeder"]) }))
      .describe("what shuts it off: the nearest valve, a lamp's feeder"),
    units: z.array(
      z.object({
        unitId: z.string(),
        name: z.string(),
        is: z.enum(["maintenance", "owner", "competent"]),
        phones: z.array(z.string()).describe("shown to those who may know stewards' numbers"),
      }),
    ),
  })
  .meta({ id: "Site" });

export const NearQuery = z.strictObject({
  lon: degrees(180),
  lat: degrees(90),
  limit: z.coerce.number().int().min(1).max(LIMITS.placesFoundMax).default(FOUND_DEFAULT),
});
export const NearAnswer = z.object({ items: z.array(Near.meta({ id: "NearAsset" })) });

export const PositionBody = z
  .strictObject({
    lon: z.number().min(-180).max(180),
    lat: z.number().min(-90).max(90),
    accuracyM: z.number().min(0).max(1e7).optional(),
    at: z.iso
      .datetime({ offset: true })
      .optional()
      .describe("the phone's; the receipt where absent"),
  })
  .meta({ id: "CrewPosition" });
export const PositionAnswer = z.object({
  kept: z.boolean().describe("false while the crew is off duty: nothing is kept"),
});
