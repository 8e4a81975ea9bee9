/**
 * What a record of the history says beside its columns, under its hash: the unit, the crew and the
 * deadline that hold after the step, where it changed one of them. So the history alone tells who
 * had a case and until when, whatever becomes of calendars and of the tree of units. Pure.
 */
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";

export interface AfterStep {
  unitId?: string | undefined;
  crewId?: string | undefined;
  deadline?: Instant | undefined;
}

type Holding = Pick<Case, "unitId" | "crewId" | "deadline">;

/** Nothing where the step changed none of them. */
export function detailOf(before: Holding, after: Holding): { detail?: string } {
  const { unitId, crewId, deadline } = after;
  const isSame =
    unitId === before.unitId && crewId === before.crewId && deadline === before.deadline;
  return isSame ? {} : { detail: JSON.stringify({ unitId, crewId, deadline } satisfies AfterStep) };
}
