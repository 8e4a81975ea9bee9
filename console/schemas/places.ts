/** Places by name: what a search takes and answers. */
import { z } from "zod";
import { LIMITS } from "../../model/limits.ts";
import { FoundPlace, PlaceId, PlaceKind } from "../../model/place.ts";

const FOUND_DEFAULT = 20;

export const PlaceQuery = z.strictObject({
  q: z
    .string()
    .trim()
    .min(1, "some of a name, its pinyin, its initials or a code")
    .max(LIMITS.placeSearchLengthMax),
  kind: PlaceKind.optional().describe("`component`: assets, too"),
  near: z
    .string()
    .regex(/^-?\d{1,3}(\.\d+)?,-?\d{1,2}(\.\d+)?$/, "lon,lat in WGS-84 degrees: 115.41,31.8")
    .transform((text) => {
      const [lon = 0, lat = 0] = text.split(",").map(Number);
      return { lon, lat };
    })
    .optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.placesFoundMax).default(FOUND_DEFAULT),
});

export const PlaceParams = z.strictObject({ placeId: PlaceId });
export const PlaceAnswer = FoundPlace.meta({ id: "Place" });
export const PlacesAnswer = z.object({ items: z.array(PlaceAnswer) });
