/**
 * Where a case goes and until when it is due: its unit, the crew as `crew-plan.ts` chooses it,
 * and the deadline by the unit's own calendar. A dispatcher's wish goes before the rule, which
 * leaves out units whose return was accepted and heeds what consultations have ruled. Also the
 * deadline after what moves it.
 */
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { CENTRE_UNIT_ID, type RegistryView } from "../model/registry.ts";
import { findUnit, streetOfPlace, takesClass } from "./assignment.ts";
import type { CalendarBook, WorkCalendar } from "./calendar.ts";
import { clockMoveOf, moveClock } from "./case-clock.ts";
import type { DispatchPlan, MovedDeadline } from "./case-machine.ts";
import { createCrewPlanner } from "./crew-plan.ts";
import { addLimit } from "./deadline.ts";
import type { CasesDeps, Said } from "./desk-words.ts";
import { chooseRuling } from "./ruling-choice.ts";
import { rulingsFor } from "./ruling-store.ts";

export type Planner = ReturnType<typeof createPlanner>;

export function createPlanner(
  deps: Pick<CasesDeps, "registry" | "zone" | "log" | "duty">,
  calendars: CalendarBook,
) {
  const { registry, zone } = deps;
  const crews = createCrewPlanner(deps);

  async function plan(tx: Sql, theCase: Case, wish: Said, now: Instant): Promise<DispatchPlan> {
    const wishedCrew = wish.crewId === undefined ? undefined : registry.crew(wish.crewId);
    if (wish.crewId !== undefined && wishedCrew === undefined) {
      throw new GridwardenError("CREW_NOT_FOUND", `no crew has the id '${wish.crewId}'`);
    }
    const wishedUnit = wish.unitId ?? wishedCrew?.unitId;
    const { unitId, ruledBy = wish.ruledBy } =
      wishedUnit === undefined
        ? await unitByRule(tx, theCase, now)
        : { unitId: unitByWish(wishedUnit) };
    if (wishedCrew !== undefined && wishedCrew.unitId !== unitId) {
      throw new GridwardenError(
        "REQUEST_INVALID",
        `crew '${wishedCrew.crewId}' is of unit '${wishedCrew.unitId}', not of '${unitId}'`,
      );
    }
    const calendar = calendarOf(theCase, unitId);
    const counted = addLimit(now, theCase.limit, calendar, zone);
    const crew =
      wishedCrew === undefined
        ? await crews.planCrew(tx, unitId, theCase, [], now)
        : crews.given(unitId, wishedCrew.crewId, theCase, now);
    return {
      ...crew,
      unitId,
      ...(ruledBy !== undefined && { ruledBy }),
      calendar: calendar.name,
      ...(calendar.version > 0 && { calendarVersion: calendar.version }),
      deadline: counted.deadline,
      deadlineProvisional: counted.provisional,
    };
  }

  async function unitByRule(
    tx: Sql,
    theCase: Case,
    now: Instant,
  ): Promise<Pick<DispatchPlan, "unitId" | "ruledBy">> {
    const asset = theCase.assetId === undefined ? undefined : registry.asset(theCase.assetId);
    const place = asset ?? theCase;
    const { returnedBy = [], kind, categoryCode } = theCase;
    const returned: readonly string[] = returnedBy;
    const unit: RegistryView["unit"] = (id) =>
      returned.includes(id) || isPassedOver(theCase, id) ? undefined : registry.unit(id);
    const found = findUnit(place, { unit });
    const streetId = streetOfPlace(place, registry);
    const ruling = chooseRuling(
      await rulingsFor(tx, categoryCode),
      { kind, categoryCode, gridCell: place.gridCell, streetId },
      found,
      returned,
      now,
    );
    if (ruling === undefined || registry.unit(ruling.unitId) === undefined) return found;
    if (theCase.lifeSafety && !hasCrewFor(theCase, ruling.unitId)) return found;
    return { unitId: ruling.unitId, ruledBy: ruling.rulingId };
  }

  /** A life-safety case that its first unit has given back goes to one that has a crew for it. */
  function isPassedOver({ lifeSafety, returnedBy, class: slug }: Case, unitId: string): boolean {
    return lifeSafety && returnedBy !== undefined && !hasCrewFor({ class: slug }, unitId);
  }

  function hasCrewFor({ class: slug }: Pick<Case, "class">, unitId: string): boolean {
    return registry.crewsOf(unitId).some((crew) => takesClass(crew, slug));
  }

  function unitByWish(wished: string): DispatchPlan["unitId"] {
    const unit = registry.unit(wished);
    if (unit !== undefined) return unit.unitId;
    if (wished === CENTRE_UNIT_ID) return CENTRE_UNIT_ID;
    throw new GridwardenError("UNIT_NOT_FOUND", `no unit has the id '${wished}'`);
  }

  /** What the case's class or area has, else the unit's own, else the office's. */
  function calendarOf(theCase: Pick<Case, "class" | "gridCell">, unitId: string): WorkCalendar {
    const name = calendars.override(theCase) ?? registry.unit(unitId)?.calendar;
    if (name !== undefined && !calendars.has(name)) {
      deps.log.warn(`unit '${unitId}' works by calendar '${name}', which is not there: office's`);
    }
    return calendars.named(name);
  }

  /** The deadline after an event that moves it; nothing for the others. */
  function moveDeadline(theCase: Case, event: string, now: Instant): MovedDeadline | undefined {
    const move = clockMoveOf(event, theCase, now);
    if (move === undefined) return undefined;
    const { deadline = now, deadlineProvisional: provisional = false, limit } = theCase;
    return moveClock({ deadline, provisional }, move, {
      limit,
      calendar: calendars.of(theCase),
      zone,
    });
  }

  return { plan, moveDeadline, crews };
}
