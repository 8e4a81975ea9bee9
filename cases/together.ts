/**
 * What the desk asks of those who work on a case beside its unit: may this step be taken yet, and
 * what follows of it for assisting units and for stewards. One place, so that the desk need not
 * know each.
 */
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { type CaseActor, rolesInCase } from "./assignment.ts";
import { createAssisting } from "./assisting.ts";
import type { CalendarBook } from "./calendar.ts";
import type { PutOrder } from "./case-orders.ts";
import { createCaseStewards } from "./case-stewards.ts";
import type { CaseRole } from "./case-words.ts";
import { checkReturn } from "./consulting.ts";
import type { CaseEffects, CasesDeps, Said } from "./desk-words.ts";
import type { Planner } from "./dispatch-plan.ts";

export function createTogether(
  deps: Pick<CasesDeps, "registry" | "zone" | "stewards">,
  tools: { planner: Pick<Planner, "plan" | "crews">; putOrder: PutOrder; calendars: CalendarBook },
) {
  const assisting = createAssisting(deps, tools);
  const stewards = createCaseStewards(deps);

  return {
    assisting,
    stewards,
    /** With `steward` where the actor is one of the case's now. */
    rolesIn(actor: CaseActor, theCase: Case, now: Instant): CaseRole[] {
      const roles = rolesInCase(actor, theCase, deps.registry);
      return stewards.isSteward(actor, theCase, now) ? [...roles, "steward"] : roles;
    },
    /** @throws GridwardenError CASE_TRANSITION_REFUSED */
    async checkStep(tx: Sql, theCase: Case, event: string, { outcome }: Said): Promise<void> {
      await checkReturn(tx, theCase, event, outcome);
      await assisting.checkStep(tx, theCase, event, outcome);
    },
    async onStep(
      tx: Sql,
      step: { before: Case; after: Case; now: Instant },
      effects: CaseEffects,
    ): Promise<void> {
      stewards.onStep(step, effects);
      await assisting.onStep(tx, step, effects);
    },
  };
}
