/**
 * Who had a case before it was taken up again, as far as they are still there: the wish of its new
 * dispatch. Nothing where the unit is gone, or where none ever had it.
 */
import type { Case } from "../model/case.ts";
import { CENTRE_UNIT_ID, type RegistryView } from "../model/registry.ts";
import type { Said } from "./desk-words.ts";

export function formerHands(
  { unitId, crewId }: Pick<Case, "unitId" | "crewId">,
  registry: Pick<RegistryView, "unit" | "crew">,
): Pick<Said, "unitId" | "crewId"> {
  if (unitId === undefined) return {};
  if (unitId !== CENTRE_UNIT_ID && registry.unit(unitId) === undefined) return {};
  const isThere = crewId !== undefined && registry.crew(crewId)?.unitId === unitId;
  return { unitId, ...(isThere && { crewId }) };
}
