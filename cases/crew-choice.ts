/**
 * Which crew of a unit gets a case: on duty, takes the class, has the skills where any crew has them,
 * then the fewest orders in hand, then the nearer one where both places are known, then the lowest
 * id. Pure. Life safety never waits for a shift: with nobody on duty every crew of the unit is on
 * call; and it goes by the way first, an order in hand counting like a part of it.
 */
import type { Instant } from "../model/clock.ts";
import { distanceM, type Place } from "../model/geography.ts";
import type { CrewId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { CrewPlace } from "../model/presence.ts";
import type { Crew } from "../model/registry.ts";
import { takesClass } from "./assignment.ts";

export interface CrewWanted extends Place {
  class?: string | undefined;
  lifeSafety: boolean;
  skills: readonly string[];
  /** Crews that had the order and did not take it. */
  passedOver: readonly string[];
}

/** What is known of the unit's crews. */
export interface CrewsKnown {
  crews: readonly Crew[];
  /** Absent: all of them are. */
  onDuty?: ReadonlySet<string> | undefined;
  openOrders: ReadonlyMap<string, number>;
  places: ReadonlyMap<string, CrewPlace>;
}

export interface CrewChosen {
  crewId: CrewId;
  /** Nobody on duty takes it: the crew is on call. */
  isOnCall: boolean;
  /** Skills that are wanted and that the crew does not have. */
  lacking: string[];
}

/** Crews that could have it whenever they are on duty. */
export function fittingCrews(crews: readonly Crew[], wanted: CrewWanted): readonly Crew[] {
  return crews.filter(
    (crew) => takesClass(crew, wanted.class) && !wanted.passedOver.includes(crew.crewId),
  );
}

export function chooseCrew(
  wanted: CrewWanted,
  { crews, onDuty, openOrders, places }: CrewsKnown,
  now: Instant,
): CrewChosen | undefined {
  const fitting = fittingCrews(crews, wanted);
  const atWork =
    onDuty === undefined ? fitting : fitting.filter(({ crewId }) => onDuty.has(crewId));
  const isOnCall = atWork.length === 0 && wanted.lifeSafety;
  const able = withSkills(isOnCall ? fitting : atWork, wanted.skills);
  const known = able.map((crew) => ({
    crew,
    orders: openOrders.get(crew.crewId) ?? 0,
    wayM: wayTo(wanted, places.get(crew.crewId), now),
  }));
  const chosen = nearerThan(firstOf(known), known, wanted.lifeSafety);
  if (chosen === undefined) return undefined;
  // Where no crew of the unit says what it can, nothing is known to be lacking.
  const isKnown = crews.some(({ skills = [] }) => skills.length > 0);
  return {
    crewId: chosen.crew.crewId,
    isOnCall,
    lacking: isKnown ? lackingOf(chosen.crew, wanted.skills) : [],
  };
}

/** Those who have all that is wanted; all of them where nobody has. */
function withSkills(crews: readonly Crew[], wanted: readonly string[]): readonly Crew[] {
  const skilled = crews.filter((crew) => lackingOf(crew, wanted).length === 0);
  return skilled.length > 0 ? skilled : crews;
}

const lackingOf = ({ skills = [] }: Crew, wanted: readonly string[]): string[] =>
  wanted.filter((skill) => !skills.includes(skill));

interface Known {
  crew: Crew;
  orders: number;
  /** Absent where the crew's place is not known, or not fresh. */
  wayM: number | undefined;
}

/** Fewest orders in hand, then the lowest id. */
function firstOf(known: readonly Known[]): Known | undefined {
  const isBefore = (a: Known, b: Known): boolean =>
    a.orders < b.orders || (a.orders === b.orders && a.crew.crewId < b.crew.crewId);
  return known.reduce<Known | undefined>(
    (first, each) => (first === undefined || isBefore(each, first) ? each : first),
    undefined,
  );
}

/**
 * The first gives way to a nearer one, where the places of both are known: of the same number of
 * orders, or, for life safety, with each order in hand counted as a way. One whose place is unknown
 * is measured against nobody, so whom it goes to depends on no order of the crews.
 */
function nearerThan(
  first: Known | undefined,
  known: readonly Known[],
  lifeSafety: boolean,
): Known | undefined {
  if (first?.wayM === undefined) return first;
  const costOf = ({ orders, wayM = 0 }: Known): number =>
    wayM + (lifeSafety ? orders * LIMITS.orderInHandM : 0);
  const isNearer = (a: Known, b: Known): boolean =>
    costOf(a) < costOf(b) || (costOf(a) === costOf(b) && a.crew.crewId < b.crew.crewId);
  const rivals = known.filter(
    ({ orders, wayM }) => wayM !== undefined && (lifeSafety || orders === first.orders),
  );
  return rivals.reduce((nearest, each) => (isNearer(each, nearest) ? each : nearest), first);
}

/** Metres in a straight line. */
function wayTo(to: Place, place: CrewPlace | undefined, now: Instant): number | undefined {
  if (place === undefined || place.at < now - LIMITS.crewPositionFreshMs) return undefined;
  return distanceM(to, place);
}
