/**
 * Which crew of its unit gets a case, asked at the desk: by the roster, the crews' open orders and
 * places; by somebody's wish before all that. Without a crew the plan says when one comes on duty.
 * A crew of a unit that keeps a roster, or asks for it, has to accept its order in time, and before
 * its turn is over.
 */

import type { Case } from "../model/case.ts";
import type { DurationMs, Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { historyNote } from "../model/history-notes.ts";
import type { CrewId } from "../model/ids.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { CrewPlace } from "../model/presence.ts";
import type { RegistryView } from "../model/registry.ts";
import type { CrewPlan } from "./case-machine.ts";
import { crewLoads } from "./case-store.ts";
import { type CrewChosen, type CrewWanted, chooseCrew, fittingCrews } from "./crew-choice.ts";
import { skillsWanted } from "./skills-wanted.ts";

/** What the units' rosters and their crews' phones say. */
export interface DutyView {
  /** Crews on duty; nothing where the unit has no roster: all are. */
  onDuty(unitId: string, at: Instant): ReadonlySet<string> | undefined;
  /** When one of these crews comes on duty, after the instant; nothing where none does. */
  nextDutyAt(unitId: string, crewIds: ReadonlySet<string>, after: Instant): Instant | undefined;
  /** When the crew, on duty at the instant, goes off it; nothing where it is off, or never does. */
  dutyEndsAt(unitId: string, crewId: string, at: Instant): Instant | undefined;
  /** How long an order may stay unanswered; nothing where the unit waits for no answer. */
  acceptMs(unitId: string, lifeSafety: boolean): DurationMs | undefined;
  /** The newest place of each crew that told one. */
  places(crewIds: readonly string[], now: Instant): Promise<ReadonlyMap<string, CrewPlace>>;
}

/** No unit has a roster. */
const NO_ROSTERS: DutyView = {
  onDuty: () => undefined,
  nextDutyAt: () => undefined,
  dutyEndsAt: () => undefined,
  acceptMs: () => undefined,
  places: async () => new Map(),
};

export function createCrewPlanner(deps: {
  registry: Pick<RegistryView, "crewsOf" | "crew">;
  zone: TimeZone;
  duty?: DutyView | undefined;
}) {
  const { registry, zone, duty = NO_ROSTERS } = deps;

  /** Of the unit; of crews that had the order before only those that are not `passedOver`. */
  async function planCrew(
    tx: Sql,
    unitId: string,
    theCase: Case,
    passedOver: readonly string[],
    now: Instant,
  ): Promise<CrewPlan> {
    const crews = registry.crewsOf(unitId);
    const wanted = wantedBy(theCase, passedOver);
    const crewIds = fittingCrews(crews, wanted).map(({ crewId }) => crewId);
    const onDuty = duty.onDuty(unitId, now);
    const chosen = chooseCrew(
      wanted,
      {
        crews,
        onDuty,
        openOrders: await crewLoads(tx, crewIds),
        // Of one crew nobody asks how far it is.
        places: crewIds.length > 1 ? await duty.places(crewIds, now) : new Map(),
      },
      now,
    );
    if (chosen === undefined) return standing(unitId, crewIds, passedOver, now);
    return withNote(given(unitId, chosen.crewId, theCase, now), noteOf(unitId, chosen));
  }

  /** The crew that somebody names; on duty or not, he has spoken with it. */
  function given(unitId: string, crewId: CrewId, theCase: Case, now: Instant): CrewPlan {
    const { lifeSafety } = theCase;
    const isOff = !isOnDuty(unitId, crewId, now);
    const handoverAt = isOff
      ? lifeSafety && nextTurnAt(unitId, theCase, now)
      : duty.dutyEndsAt(unitId, crewId, now);
    const plan: CrewPlan = { crewId, ...(handoverAt && { handoverAt }) };
    const acceptMs = duty.acceptMs(unitId, lifeSafety);
    if (acceptMs === undefined) return plan;
    const from = isOff && !lifeSafety ? duty.nextDutyAt(unitId, new Set([crewId]), now) : now;
    return { ...plan, acceptUntil: (from ?? now) + acceptMs };
  }

  /**
   * Who has an order that its crew has not answered, where it was not the crew's fault: its turn is
   * over, or the platform could not hear it. A crew on duty; its own where it is on, or nobody is.
   */
  async function planOn(tx: Sql, theCase: Case, now: Instant): Promise<CrewPlan> {
    const { unitId, crewId, declinedBy = [] } = theCase;
    if (unitId === undefined || crewId === undefined) return {};
    if (isOnDuty(unitId, crewId, now)) return given(unitId, crewId, theCase, now);
    const next = await planCrew(tx, unitId, theCase, declinedBy, now);
    if (next.crewId !== undefined && isOnDuty(unitId, next.crewId, now)) return next;
    const handoverAt = nextTurnAt(unitId, theCase, now);
    const kept = given(unitId, crewId, theCase, now);
    return { ...kept, ...(handoverAt !== undefined && { handoverAt }) };
  }

  /** When a crew of the unit that could have it, and has not declined it, comes on duty. */
  function nextTurnAt(unitId: string, theCase: Case, now: Instant): Instant | undefined {
    const wanted = wantedBy(theCase, theCase.declinedBy ?? []);
    const fitting = fittingCrews(registry.crewsOf(unitId), wanted);
    return duty.nextDutyAt(unitId, new Set(fitting.map(({ crewId }) => crewId)), now);
  }

  /** Of a unit without a roster all are. */
  const isOnDuty = (unitId: string, crewId: string, now: Instant): boolean =>
    duty.onDuty(unitId, now)?.has(crewId) ?? true;

  /**
   * Who gets what is sent back where its crew does not: a unit that worked on it without one looks
   * for one, and life safety does not wait for a crew that has gone off duty while another has not.
   */
  async function planRework(tx: Sql, theCase: Case, now: Instant): Promise<CrewPlan | undefined> {
    const { unitId, crewId, lifeSafety } = theCase;
    if (unitId === undefined) return undefined;
    if (crewId === undefined) return await planCrew(tx, unitId, theCase, [], now);
    if (!lifeSafety || isOnDuty(unitId, crewId, now)) return undefined;
    const next = await planCrew(tx, unitId, theCase, [], now);
    const isReady = next.crewId !== undefined && isOnDuty(unitId, next.crewId, now);
    return isReady ? told(next) : undefined;
  }

  /**
   * Who has it instead of the crew that it has. A crew that declined is not asked again, one that did
   * not answer only where nobody else is left of those who might.
   */
  async function planNext(
    tx: Sql,
    theCase: Case,
    wish: { event: string; crewId?: string | undefined },
    now: Instant,
  ): Promise<CrewPlan> {
    const { unitId, crewId, declinedBy = [], unansweredBy = [] } = theCase;
    if (unitId === undefined) return {};
    if (wish.event === "redispatch" && wish.crewId !== undefined) {
      return told(given(unitId, wishedCrew(theCase, wish.crewId), theCase, now));
    }
    const former = crewId === undefined ? [] : [crewId];
    const passedOver = [...declinedBy, ...former];
    const next = await planCrew(tx, unitId, theCase, [...passedOver, ...unansweredBy], now);
    const isLast = next.crewId !== undefined || wish.event === "redispatch";
    if (isLast || unansweredBy.length === 0) return told(next);
    return told(await planCrew(tx, unitId, theCase, passedOver, now));
  }

  /** @throws GridwardenError CREW_NOT_FOUND, REQUEST_INVALID */
  function wishedCrew(theCase: Case, wished: string): CrewId {
    const { caseNo, unitId, crewId } = theCase;
    const crew = registry.crew(wished);
    if (crew === undefined) {
      throw new GridwardenError("CREW_NOT_FOUND", `no crew has the id '${wished}'`);
    }
    if (crew.unitId !== unitId) {
      throw new GridwardenError(
        "REQUEST_INVALID",
        `crew '${wished}' is of unit '${crew.unitId}', not of '${unitId}'; ` +
          "a case goes to another unit by 'return'",
      );
    }
    if (wished !== crewId) return crew.crewId;
    throw new GridwardenError(
      "REQUEST_INVALID",
      `crew '${wished}' has the order of case '${caseNo}' already; name another`,
    );
  }

  function standing(
    unitId: string,
    crewIds: readonly string[],
    passedOver: readonly string[],
    now: Instant,
  ): CrewPlan {
    if (crewIds.length === 0) {
      const which = passedOver.length === 0 ? "no-crew" : "no-other-crew";
      return { note: historyNote(which, { unitId }) };
    }
    const nextDutyAt = duty.nextDutyAt(unitId, new Set(crewIds), now);
    if (nextDutyAt === undefined) return { note: historyNote("none-on-duty", { unitId }) };
    const at = zone.iso(nextDutyAt);
    return { nextDutyAt, note: historyNote("none-on-duty-until", { unitId, at }) };
  }

  return { planCrew, planNext, planOn, planRework, given, isOnDuty };
}

function wantedBy(theCase: Case, passedOver: readonly string[]): CrewWanted {
  const { lifeSafety, lon, lat, conditionId } = theCase;
  return {
    class: theCase.class,
    lifeSafety,
    lon,
    lat,
    skills: skillsWanted(conditionId),
    passedOver,
  };
}

function noteOf(unitId: string, { crewId, isOnCall, lacking }: CrewChosen): string[] {
  const onCall = historyNote("on-call", { unitId, crewId });
  const skills = historyNote("lacks-skills", { crewId, skills: lacking.join(", ") });
  return [...(isOnCall ? [onCall] : []), ...(lacking.length > 0 ? [skills] : [])];
}

function withNote(plan: CrewPlan, notes: readonly string[]): CrewPlan {
  return notes.length === 0 ? plan : { ...plan, note: notes.join("; ") };
}

/** In the history it is said who has it now. */
function told(plan: CrewPlan): CrewPlan {
  if (plan.crewId === undefined) return plan;
  return withNote(plan, [
    historyNote("crew-gets", { crewId: plan.crewId }),
    ...(plan.note ? [plan.note] : []),
  ]);
}
