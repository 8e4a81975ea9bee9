/**
 * Which unit handles a case, and who has which role in it. Unit: maintenance -> owner -> competent
 * unit of the asset -> the street of its grid -> the centre's emergency unit, which is always there,
 * so that no case is stuck.
 * The street of a grid is the registered unit of kind `street` whose id is the asset's responsible
 * grid, or the first 9 digits (area and street) or the first 12 (and community) of its grid cell;
 * a community found there stands for the street above it.
 */
import type { CrewId, UnitId } from "../model/ids.ts";
import {
  type Asset,
  CENTRE_UNIT_ID,
  type Crew,
  type RegistryView,
  type Unit,
} from "../model/registry.ts";
import type { CaseRole } from "./case-words.ts";
import type { RuledUnit } from "./ruling-choice.ts";

export type UnitsView = Pick<RegistryView, "unit">;

/** A tree deeper than this is a circle. */
const UNIT_DEPTH_MAX = 20;

export function assignUnit(
  place: Pick<
    Partial<Asset>,
    "maintenanceUnitId" | "ownerUnitId" | "competentUnitId" | "responsibleGrid" | "gridCell"
  >,
  registry: UnitsView,
): UnitId {
  return findUnit(place, registry).unitId;
}

/** The same, with whether the asset names it or it has the case for want of such a unit. */
export function findUnit(place: Parameters<typeof assignUnit>[0], registry: UnitsView): RuledUnit {
  const named = [place.maintenanceUnitId, place.ownerUnitId, place.competentUnitId];
  for (const unitId of named) {
    const unit = unitId === undefined ? undefined : registry.unit(unitId);
    if (unit !== undefined) return { unitId: unit.unitId, by: "asset" };
  }
  const street = streetOfPlace(place, registry);
  if (street !== undefined) return { unitId: street, by: "street" };
  return { unitId: CENTRE_UNIT_ID, by: "centre" };
}

/** The unit that is the street of a place; nothing where none is registered for its grid. */
export function streetOfPlace(
  place: Pick<Partial<Asset>, "responsibleGrid" | "gridCell">,
  registry: UnitsView,
): UnitId | undefined {
  const cell = place.gridCell;
  const streets = [place.responsibleGrid, cell?.slice(0, 12), cell?.slice(0, 9)];
  for (const id of streets) {
    const street = id === undefined ? undefined : streetOf(registry.unit(id), registry);
    if (street !== undefined) return street.unitId;
  }
  return undefined;
}

/** Street and community of a grid: units whose id is the responsible grid or begins the grid cell. */
export function unitsOfGrid(
  place: { responsibleGrid?: string | undefined; gridCell?: string | undefined },
  registry: UnitsView,
): { street?: UnitId | undefined; community?: UnitId | undefined } {
  const ids = [place.responsibleGrid, place.gridCell?.slice(0, 12)];
  const community = ids
    .map((id) => (id === undefined ? undefined : registry.unit(id)))
    .find((unit) => unit?.kind === "community");
  return {
    street: streetOfPlace(place as Parameters<typeof streetOfPlace>[0], registry),
    community: community?.unitId,
  };
}

function streetOf(unit: Unit | undefined, registry: UnitsView): Unit | undefined {
  if (unit?.kind === "street") return unit;
  if (unit?.kind !== "community" || unit.parentId === undefined) return undefined;
  const parent = registry.unit(unit.parentId);
  return parent?.kind === "street" ? parent : undefined;
}

export function takesClass(crew: Crew, classSlug: string | undefined): boolean {
  if (crew.classes === undefined || crew.classes.length === 0) return true;
  return classSlug !== undefined && crew.classes.includes(classSlug);
}

/** Is `unitId` the unit `above` or somewhere below it? */
function isUnder(unitId: string, above: string, registry: UnitsView): boolean {
  let at: string | undefined = unitId;
  for (let depth = 0; at !== undefined && depth < UNIT_DEPTH_MAX; depth += 1) {
    if (at === above) return true;
    at = registry.unit(at)?.parentId;
  }
  return false;
}

export interface CaseActor {
  username: string;
  roles: readonly CaseRole[];
  unitId?: UnitId;
  crewId?: CrewId;
}

/**
 * The roles somebody has in this case: `unit` where the handling unit is theirs or below it;
 * `crew` where the order is their crew's, or nobody's yet and the unit is their crew's; a crew's
 * member without a crew of his own goes by his unit.
 */
export function rolesInCase(
  actor: CaseActor,
  theCase: { unitId?: UnitId | undefined; crewId?: CrewId | undefined },
  registry: Pick<RegistryView, "unit" | "crew">,
): CaseRole[] {
  const isOwnUnit =
    theCase.unitId !== undefined &&
    actor.unitId !== undefined &&
    isUnder(theCase.unitId, actor.unitId, registry);
  return actor.roles.filter((role) => {
    if (role === "unit") return isOwnUnit;
    if (role !== "crew") return true;
    if (actor.crewId === undefined) return isOwnUnit;
    if (theCase.crewId !== undefined) return theCase.crewId === actor.crewId;
    return theCase.unitId !== undefined && registry.crew(actor.crewId)?.unitId === theCase.unitId;
  });
}
