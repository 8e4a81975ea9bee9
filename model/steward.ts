/**
 * A steward (网格长、街长、厕所长、河长 …): a named person who answers for a place over a time. Told of
 * its cases, and may urge them. Whoever was one stays named on the cases of that time.
 */
import { z } from "zod";
import type { Instant } from "./clock.ts";
import { Username } from "./ids.ts";

/**
 * `grid`: a responsible grid by its name, or the first digits of its cells. `street`, `community`:
 * by the unit's id, or those digits. All others are of an asset, by its id, or by what an asset's
 * attribute of that name says (`attributes.river`).
 */
export const StewardKind = z.enum([
  "grid",
  "street",
  "community",
  "road",
  "river",
  "lake",
  "toilet",
  "park",
  "market",
]);
export type StewardKind = z.infer<typeof StewardKind>;

const Name = z.string().trim().min(1).max(200);
/** Milliseconds inside the platform; the API shows them as ISO 8601 with offset. */
const Time = z.int();

export const StewardId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 . _ : -")
  .brand<"StewardId">();
export type StewardId = z.infer<typeof StewardId>;

export const Steward = z.strictObject({
  stewardId: StewardId,
  name: Name,
  phone: z.string().trim().min(3).max(40).optional(),
  scopeKind: StewardKind,
  scope: z.string().trim().min(1).max(64),
  /** Who he is in the console: has notices and may urge. */
  username: Username.optional(),
  /** Inclusive. */
  validFrom: Time,
  /** Exclusive; until somebody ends it when absent. */
  validUntil: Time.optional(),
});
export type Steward = z.infer<typeof Steward>;

/** What a steward's scope is held against. */
export interface StewardPlace {
  gridCell?: string | undefined;
  responsibleGrid?: string | undefined;
  /** Ids of the units that are its street and its community. */
  areaUnitIds: readonly string[];
  /** The asset and those above it, the nearest first. */
  assets: readonly {
    assetId: string;
    attributes?: Record<string, string | number | boolean> | undefined;
  }[];
}

/** The first digits of a grid cell, as a scope. */
export const SCOPE_DIGITS = /^\d{6,16}$/;

export function coversPlace({ scopeKind, scope }: Steward, place: StewardPlace): boolean {
  const isInCells = SCOPE_DIGITS.test(scope) && place.gridCell?.startsWith(scope) === true;
  switch (scopeKind) {
    case "grid":
      return isInCells || place.responsibleGrid === scope;
    case "street":
    case "community":
      return isInCells || place.areaUnitIds.includes(scope);
    default:
      return place.assets.some(
        ({ assetId, attributes }) =>
          assetId === scope || String(attributes?.[scopeKind] ?? "") === scope,
      );
  }
}

/** Was he a steward at any time of the span? `to` is inclusive: a case may be of one instant. */
export function isInForce(
  { validFrom, validUntil }: Pick<Steward, "validFrom" | "validUntil">,
  from: Instant,
  to: Instant,
): boolean {
  return validFrom <= to && (validUntil === undefined || validUntil > from);
}
