/**
 * Who had a case before it was taken up again, as far as they are still there: the wish of its new
 * dispatch. Nothing where the unit is gone, or where none ever had it. Life safety does not wait for
 * a crew that has gone off duty.
 */
import type { Case } from "../model/case.ts";
import { CENTRE_UNIT_ID, type RegistryView } from "../model/registry.ts";
import type { Said } from "./desk-words.ts";

export function formerHands(
  { unitId, crewId, lifeSafety }: Pick<Case, "unitId" | "crewId" | "lifeSafety">,
  registry: Pick<RegistryView, "unit" | "crew">,
  isOnDuty: (unitId: string, crewId: string) => boolean,
): Pick<Said, "unitId" | "crewId"> {
  if (unitId === undefined) return {};
  if (unitId !== CENTRE_UNIT_ID && registry.unit(unitId) === undefined) return {};
  if (crewId === undefined || registry.crew(crewId)?.unitId !== unitId) return { unitId };
  return lifeSafety && !isOnDuty(unitId, crewId) ? { unitId } : { unitId, crewId };
}
