/**
 * Who is evaluated: every unit and crew that is registered, with cases or without, every street and
 * grid that had one; and with whom each is compared. Pure.
 */
import type { EvaluationSubject } from "../../model/evaluation.ts";
import type { UnitKind } from "../../model/registry.ts";
import type { People } from "./evaluate.ts";

export interface Subject {
  subjectId: string;
  name?: string;
  kind?: string;
  unitId?: string;
  /** Ranks are within it. */
  peerGroup?: string;
}

/** Kinds of the tree that handle nothing themselves. */
const NOT_HANDLING: readonly string[] = [
  "city",
  "county",
] satisfies (typeof UnitKind.options)[number][];

export function subjectsOf(
  subject: EvaluationSubject,
  found: ReadonlySet<string>,
  { units, crews }: People,
): Subject[] {
  const unitsById = new Map<string, People["units"][number]>(
    units.map((unit) => [unit.unitId, unit]),
  );
  const unitPart = (unitId: string | undefined) => {
    const unit = unitsById.get(unitId ?? "");
    return unit && { kind: unit.kind, peerGroup: unit.peerGroup ?? unit.kind };
  };
  const known = new Map<string, Subject>();
  if (subject === "unit") {
    for (const { unitId, name, kind } of units) {
      if (NOT_HANDLING.includes(kind) && !found.has(unitId)) continue;
      known.set(unitId, { subjectId: unitId, name, ...unitPart(unitId) });
    }
  }
  if (subject === "crew") {
    for (const { crewId, name, unitId } of crews) {
      known.set(crewId, { subjectId: crewId, name, unitId, ...unitPart(unitId) });
    }
  }
  for (const subjectId of found) {
    if (known.has(subjectId)) continue;
    const name = subject === "street" ? unitsById.get(subjectId)?.name : undefined;
    known.set(subjectId, { subjectId, ...(name !== undefined && { name }) });
  }
  return [...known.values()].sort((a, b) => (a.subjectId < b.subjectId ? -1 : 1));
}
