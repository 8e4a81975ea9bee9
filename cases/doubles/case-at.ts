/** A case of a cover in any state, for tests of the machine. */
import { Case, type CaseState } from "../../model/case.ts";

export function caseAt(state: CaseState, openedAt: number, more: object = {}): Case {
  return Case.parse({
    caseNo: "4115242026112200001",
    kind: "component",
    categoryCode: "0102",
    conditionId: "cover-open",
    state,
    version: 4,
    source: "sensor",
    lifeSafety: true,
    lon: 114.7,
    lat: 32.1,
    unitId: "road-unit",
    crewId: "crew-1",
    limit: { value: 2, unit: "urgent-hour" },
    openedAt,
    reworkCount: 0,
    ...more,
  });
}
