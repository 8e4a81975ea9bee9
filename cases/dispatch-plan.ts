/**
 * Where a case goes and until when it is due: its unit, the unit's crew with the fewest open
 * orders, and the deadline by the unit's own calendar. A dispatcher's wish goes before the rule, which
 * leaves out units whose return was accepted. Also the deadline after what moves it.
 */
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { CENTRE_UNIT_ID, type RegistryView } from "../model/registry.ts";
import { assignCrew, assignUnit } from "./assignment.ts";
import type { CalendarBook } from "./calendar.ts";
import type { CasesDeps, Said } from "./case-desk.ts";
import type { DispatchPlan, MovedDeadline } from "./case-machine.ts";
import { crewLoads } from "./case-store.ts";
import { addLimit, addWorking, calendarFor, workingMsBetween } from "./deadline.ts";

export function createPlanner(
  deps: Pick<CasesDeps, "registry" | "zone" | "log">,
  calendars: CalendarBook,
) {
  const { registry, zone } = deps;

  async function plan(tx: Sql, theCase: Case, wish: Said, now: Instant): Promise<DispatchPlan> {
    const wishedCrew = wish.crewId === undefined ? undefined : registry.crew(wish.crewId);
    if (wish.crewId !== undefined && wishedCrew === undefined) {
      throw new GridwardenError("CREW_NOT_FOUND", `no crew has the id '${wish.crewId}'`);
    }
    const unitId = unitFor(theCase, wish.unitId ?? wishedCrew?.unitId);
    if (wishedCrew !== undefined && wishedCrew.unitId !== unitId) {
      throw new GridwardenError(
        "REQUEST_INVALID",
        `crew '${wishedCrew.crewId}' is of unit '${wishedCrew.unitId}', not of '${unitId}'`,
      );
    }
    const calendar = calendarOf(unitId);
    const counted = addLimit(now, theCase.limit, calendars.named(calendar), zone);
    const crewId = wishedCrew?.crewId ?? (await crewFor(tx, unitId, theCase.class));
    return {
      unitId,
      calendar,
      deadline: counted.deadline,
      deadlineProvisional: counted.provisional,
      ...(crewId === undefined
        ? { note: `unit '${unitId}' has no crew that takes it; it stands at the unit` }
        : { crewId }),
    };
  }

  function unitFor(theCase: Case, wished: string | undefined): DispatchPlan["unitId"] {
    if (wished === undefined) {
      const asset = theCase.assetId === undefined ? undefined : registry.asset(theCase.assetId);
      const returned: readonly string[] = theCase.returnedBy ?? [];
      const unit: RegistryView["unit"] = (id) =>
        returned.includes(id) ? undefined : registry.unit(id);
      return assignUnit(asset ?? theCase, { unit });
    }
    const unit = registry.unit(wished);
    if (unit !== undefined) return unit.unitId;
    if (wished === CENTRE_UNIT_ID) return CENTRE_UNIT_ID;
    throw new GridwardenError("UNIT_NOT_FOUND", `no unit has the id '${wished}'`);
  }

  async function crewFor(
    tx: Sql,
    unitId: string,
    classSlug: string | undefined,
  ): Promise<DispatchPlan["crewId"]> {
    const crews = registry.crewsOf(unitId);
    const loads = await crewLoads(
      tx,
      crews.map((crew) => crew.crewId),
    );
    return assignCrew(crews, classSlug, loads);
  }

  function calendarOf(unitId: string): string {
    const name = registry.unit(unitId)?.calendar;
    if (name !== undefined && !calendars.has(name)) {
      deps.log.warn(`unit '${unitId}' works by calendar '${name}', which is not there: office's`);
    }
    return calendars.named(name).name;
  }

  /** The deadline after an event that moves it; nothing for the others. */
  function moveDeadline(theCase: Case, event: string, now: Instant): MovedDeadline | undefined {
    switch (event) {
      case "rework":
        return goOn(theCase, theCase.feedbackAt ?? now, now);
      case "resume":
        // Time that the platform was down for after the end is no gift.
        return goOn(
          theCase,
          theCase.suspendedAt ?? now,
          Math.min(now, theCase.suspendUntil ?? now),
        );
      case "approveExtension": {
        const { deadline = now, limit, deadlineProvisional = false } = theCase;
        const counted = addLimit(deadline, limit, calendars.named(theCase.calendar), zone);
        const provisional = deadlineProvisional || counted.provisional;
        return { deadline: counted.deadline, provisional };
      }
      default:
        return undefined;
    }
  }

  /** The clock stood: what was left then is left now; what was overdue stays so. */
  function goOn(theCase: Case, stoppedAt: Instant, goesOnAt: Instant): MovedDeadline {
    const { deadline = goesOnAt, limit, deadlineProvisional = false } = theCase;
    if (stoppedAt >= deadline) return { deadline, provisional: deadlineProvisional };
    const calendar = calendarFor(limit, calendars.named(theCase.calendar));
    const leftMs = workingMsBetween(stoppedAt, deadline, calendar, zone);
    const counted = addWorking(goesOnAt, leftMs, calendar, zone);
    const provisional = deadlineProvisional || counted.provisional;
    return { deadline: counted.deadline, provisional };
  }

  return { plan, moveDeadline };
}
