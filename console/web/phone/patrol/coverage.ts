/**
 * How much of a patrol area was walked: a component is seen when the walk came near it. A walk is
 * places in the order in which they were; between two that are not far apart one went straight. Pure.
 */
import { metresBetween, type Spot } from "../way/distance.ts";

export interface Step extends Spot {
  /** ms since 1970. */
  at: number;
  accuracyM?: number;
}

export interface Coverage {
  seen: number;
  of: number;
  walkedM: number;
}

const SEEN_WITHIN_M = 30;
/** Farther apart, or later, nobody knows what lay between. */
const STRAIGHT_M_MAX = 300;
const STRAIGHT_MS_MAX = 5 * 60_000;
/** A place that may be off by more says nothing. */
const ACCURACY_M_MAX = 100;
const STEP_M_MIN = 8;

/** A new place of the walk; one that is too vague, or where one stood already, changes nothing. */
export function walkedOn(walk: readonly Step[], step: Step): readonly Step[] {
  if ((step.accuracyM ?? 0) > ACCURACY_M_MAX) return walk;
  const last = walk.at(-1);
  if (last !== undefined && metresBetween(last, step) < STEP_M_MIN) return walk;
  return [...walk, step];
}

export const isStraight = (a: Step, b: Step): boolean =>
  b.at - a.at <= STRAIGHT_MS_MAX && metresBetween(a, b) <= STRAIGHT_M_MAX;

export function coverageOf(things: readonly Spot[], walk: readonly Step[]): Coverage {
  const legs = walk.flatMap((step, n) => {
    const before = walk[n - 1];
    return before !== undefined && isStraight(before, step) ? [[before, step] as const] : [];
  });
  const walkedM = legs.reduce((sum, [a, b]) => sum + metresBetween(a, b), 0);
  const seen = things.filter((thing) => isSeen(thing, walk, legs)).length;
  return { seen, of: things.length, walkedM };
}

export function isSeen(
  thing: Spot,
  walk: readonly Step[],
  legs: readonly (readonly [Spot, Spot])[],
): boolean {
  return (
    walk.some((step) => metresBetween(step, thing) <= SEEN_WITHIN_M) ||
    legs.some(([a, b]) => metresToLeg(thing, a, b) <= SEEN_WITHIN_M)
  );
}

/** On a plane, which a leg of some hundred metres is. */
function metresToLeg(thing: Spot, a: Spot, b: Spot): number {
  const east = Math.cos((a.lat * Math.PI) / 180);
  const x = (b.lon - a.lon) * east;
  const y = b.lat - a.lat;
  const square = x * x + y * y;
  const along =
    square === 0 ? 0 : ((thing.lon - a.lon) * east * x + (thing.lat - a.lat) * y) / square;
  const share = Math.min(1, Math.max(0, along));
  return metresBetween(thing, {
    lon: a.lon + (b.lon - a.lon) * share,
    lat: a.lat + (b.lat - a.lat) * share,
  });
}
