/**
 * Which ruling a case falls under, and whether it goes before the unit that the rule has found.
 * A ruling is stronger than the street and the centre, which have a case only since nobody else is
 * known; against a unit that the asset names it holds where that unit was heard in the
 * consultation, and leaves all others alone. The narrower ruling goes before the wider, the
 * newer before the older. Pure.
 */
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { UnitId } from "../model/ids.ts";
import type { Ruling, RulingScope } from "../model/ruling.ts";

/** What a ruling is held against. */
export interface RulingPlace {
  kind: Case["kind"];
  categoryCode: string;
  gridCell?: string | undefined;
  /** The unit that is the street of the place. */
  streetId?: string | undefined;
}

export interface RuledUnit {
  unitId: UnitId;
  /** By the asset, or for want of a unit that it names. */
  by: "asset" | "street" | "centre";
}

/** @param returnedBy units whose return of this case was accepted: none of them gets it again. */
export function chooseRuling(
  rulings: readonly Ruling[],
  place: RulingPlace,
  found: RuledUnit,
  returnedBy: readonly string[],
  now: Instant,
): Ruling | undefined {
  const fitting = rulings.filter(
    (ruling) =>
      isStanding(ruling, now) &&
      covers(ruling, place) &&
      !returnedBy.includes(ruling.unitId) &&
      (found.by !== "asset" || ruling.notUnitIds.includes(found.unitId)),
  );
  return fitting.sort((a, b) => narrowness(b.scope) - narrowness(a.scope) || newer(a, b))[0];
}

export const isStanding = ({ validUntil, revokedAt }: Ruling, now: Instant): boolean =>
  revokedAt === undefined && (validUntil === undefined || now < validUntil);

export function covers({ kind, scope }: Ruling, place: RulingPlace): boolean {
  const { categoryCode, gridPrefix, streetId } = scope;
  return (
    kind === place.kind &&
    (categoryCode === undefined || categoryCode === place.categoryCode) &&
    (gridPrefix === undefined || place.gridCell?.startsWith(gridPrefix) === true) &&
    (streetId === undefined || streetId === place.streetId)
  );
}

/** A street is as narrow as its 9 digits; an area goes before a category. */
function narrowness({ categoryCode, gridPrefix, streetId }: RulingScope): number {
  const digits = Math.max(gridPrefix?.length ?? 0, streetId === undefined ? 0 : 9);
  return digits * 2 + (categoryCode === undefined ? 0 : 1);
}

function newer(a: Ruling, b: Ruling): number {
  return b.ruledAt - a.ruledAt || (a.rulingId < b.rulingId ? 1 : -1);
}
