/**
 * Places by name (地名): roads, gates, compounds, landmarks, lamp posts, by which somebody on the
 * telephone says where it is. Assets are found beside them, by component code and name.
 */
import { z } from "zod";
import { AssetId, ComponentCode, GridCell, UnitId } from "./ids.ts";

export const PlaceId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 . _ : -")
  .brand<"PlaceId">();
export type PlaceId = z.infer<typeof PlaceId>;

export const PlaceKind = z.enum([
  "road",
  "gate",
  "compound",
  "landmark",
  "lamp-post",
  "component",
  "other",
]);
export type PlaceKind = z.infer<typeof PlaceKind>;

const Name = z.string().trim().min(1).max(200);

export const NamedPlace = z.strictObject({
  placeId: PlaceId,
  kind: PlaceKind,
  /** Of a lamp post its number, of a component its code. */
  name: Name,
  aliases: z.array(Name).max(20).optional(),
  lon: z.number().min(-180).max(180),
  lat: z.number().min(-90).max(90),
  gridCell: GridCell.optional(),
  responsibleGrid: z.string().max(64).optional(),
  streetUnitId: UnitId.optional(),
  communityUnitId: UnitId.optional(),
});
export type NamedPlace = z.infer<typeof NamedPlace>;

/** How the words fit, the best first. */
export const PLACE_MATCHES = ["exact", "prefix", "part", "pinyin", "initials"] as const;
export type PlaceMatch = (typeof PLACE_MATCHES)[number];

export const FoundPlace = NamedPlace.partial({ placeId: true }).extend({
  /** It is an asset; then it has no `placeId`. */
  assetId: AssetId.optional(),
  componentCode: ComponentCode.optional(),
  match: z.enum(PLACE_MATCHES),
  /** From `near`, in whole metres. */
  distanceM: z.int().optional(),
  /** The grid is that of the nearest asset. */
  gridOfAssetId: AssetId.optional(),
  /** Names of its units. */
  street: z.string().optional(),
  community: z.string().optional(),
});
export type FoundPlace = z.infer<typeof FoundPlace>;

/** What an address in somebody's own words says of the places by name. */
export interface AddressSaid {
  /** Those that it names. */
  named: Pick<FoundPlace, "name" | "lon" | "lat" | "gridCell" | "responsibleGrid">[];
  /** Where it names not one alone: what may be meant, in words to show. */
  nearest: string[];
}
