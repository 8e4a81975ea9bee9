/**
 * How much of a patrol area was walked (巡查覆盖): a component is seen when the walk came within 30 m of
 * it. A walk is places in the order in which they were; between two that are not far apart one went
 * straight. Pure; what is near is found by a grid, as an area has thousands of components and a day
 * thousands of places.
 */
import type { Instant } from "./clock.ts";
import { distanceM, type Place } from "./geography.ts";
import { createPlaceGrid } from "./place-grid.ts";

export interface Step extends Place {
  at: Instant;
  accuracyM?: number | undefined;
}

interface Coverage {
  /** Of each component, in their order. */
  isSeen: readonly boolean[];
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
/** So much a leg's middle may be off, which is taken on a plane. */
const SLACK_M = 1;

type Leg = readonly [Place, Place];

export const isClear = ({ accuracyM = 0 }: Step): boolean => accuracyM <= ACCURACY_M_MAX;

export const isStraight = (a: Step, b: Step): boolean =>
  b.at - a.at <= STRAIGHT_MS_MAX && distanceM(a, b) <= STRAIGHT_M_MAX;

export function coverageOf(things: readonly Place[], walk: readonly Step[]): Coverage {
  const unseen = createPlaceGrid<Place & { index: number }>();
  for (const [index, { lon, lat }] of things.entries()) {
    unseen.put(String(index), { lon, lat, index });
  }
  const isSeen = things.map(() => false);
  const see = (middle: Place, reachM: number, metresOff: (thing: Place) => number): void => {
    for (const { thing } of unseen.near(middle, reachM)) {
      if (metresOff(thing) > SEEN_WITHIN_M) continue;
      isSeen[thing.index] = true;
      // What was seen is not looked at again.
      unseen.drop(String(thing.index));
    }
  };
  let walkedM = 0;
  for (const [n, step] of walk.entries()) {
    see(step, SEEN_WITHIN_M, (thing) => distanceM(step, thing));
    const before = walk[n - 1];
    if (before === undefined || !isStraight(before, step)) continue;
    const leg: Leg = [before, step];
    const longM = distanceM(before, step);
    walkedM += longM;
    see(middleOf(leg), longM / 2 + SEEN_WITHIN_M + SLACK_M, (thing) => metresToLeg(thing, leg));
  }
  return { isSeen, seen: isSeen.filter(Boolean).length, of: things.length, walkedM };
}

const middleOf = ([a, b]: Leg): Place => ({ lon: (a.lon + b.lon) / 2, lat: (a.lat + b.lat) / 2 });

/** On a plane, which a leg of some hundred metres is. */
function metresToLeg(thing: Place, [a, b]: Leg): number {
  const east = Math.cos((a.lat * Math.PI) / 180);
  const x = (b.lon - a.lon) * east;
  const y = b.lat - a.lat;
  const square = x * x + y * y;
  const along =
    square === 0 ? 0 : ((thing.lon - a.lon) * east * x + (thing.lat - a.lat) * y) / square;
  const share = Math.min(1, Math.max(0, along));
  return distanceM(thing, {
    lon: a.lon + (b.lon - a.lon) * share,
    lat: a.lat + (b.lat - a.lat) * share,
  });
}
