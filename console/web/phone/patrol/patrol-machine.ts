/**
 * Patrols that the platform has not heard of wholly, as a pure machine: a begin, where one was, an end.
 * Of a minute the newest place is kept, which is what the platform keeps. What was told is dropped; what
 * was not stays and is told later with its own time. The platform does a repeat once. Pure.
 */
import type { Spot } from "../way/distance.ts";

export interface PatrolPlace extends Spot {
  accuracyM?: number;
  /** The platform's time, ms, as all times here. */
  at: number;
}

export interface KeptPatrol {
  startedAt: number;
  endedAt?: number;
  /** The last that the platform has of it. */
  told: "nothing" | "begin" | "end";
  /** Those that it has not. */
  places: readonly PatrolPlace[];
}
/** The one that goes on is the last. */
export type Patrols = readonly KeptPatrol[];

export interface PatrolMessage {
  startedAt: number;
  endedAt?: number;
  positions: readonly PatrolPlace[];
}

/** Longer no shift lasts: who forgot to end it has ended it then. */
export const PATROL_MS_MAX = 16 * 3_600_000;
const MINUTE_MS = 60_000;
/** Two long days without network; then the oldest go. */
export const PLACES_MAX = 2_000;
const PATROLS_MAX = 50;
const PLACES_PER_MESSAGE = 500;

export const goingOn = (patrols: Patrols, now: number): KeptPatrol | undefined => {
  const last = patrols.at(-1);
  const isOver = last?.endedAt !== undefined || now - (last?.startedAt ?? 0) >= PATROL_MS_MAX;
  return isOver ? undefined : last;
};

/** One that goes on goes on. */
export function begun(patrols: Patrols, at: number): Patrols {
  if (goingOn(patrols, at) !== undefined) return patrols;
  const before = patrols.map((each) => ({
    ...each,
    endedAt: each.endedAt ?? Math.min(at, each.startedAt + PATROL_MS_MAX),
  }));
  const next: KeptPatrol = { startedAt: at, told: "nothing", places: [] };
  return [...before, next].slice(-PATROLS_MAX);
}

export function ended(patrols: Patrols, at: number): Patrols {
  const last = patrols.at(-1);
  if (last === undefined || last.endedAt !== undefined) return patrols;
  const endedAt = Math.min(Math.max(at, last.startedAt), last.startedAt + PATROL_MS_MAX);
  return [...patrols.slice(0, -1), { ...last, endedAt }];
}

/** Nothing where no patrol goes on. */
export function been(patrols: Patrols, place: PatrolPlace): Patrols {
  const last = goingOn(patrols, place.at);
  if (last === undefined || place.at < last.startedAt) return patrols;
  const newest = last.places.at(-1);
  const isSameMinute = newest !== undefined && minuteOf(newest) === minuteOf(place);
  const before = isSameMinute ? last.places.slice(0, -1) : last.places;
  return bounded([...patrols.slice(0, -1), { ...last, places: [...before, place] }]);
}

const minuteOf = ({ at }: PatrolPlace): number => Math.floor(at / MINUTE_MS);

function bounded(patrols: Patrols): Patrols {
  const count = patrols.reduce((sum, { places }) => sum + places.length, 0);
  if (count <= PLACES_MAX) return patrols;
  const oldest = patrols.findIndex(({ places }) => places.length > 0);
  return patrols.map((each, n) =>
    n === oldest ? { ...each, places: each.places.slice(1) } : each,
  );
}

/** What to tell next, the oldest first; nothing where the platform has all of it. */
export function messageOf(patrols: Patrols): PatrolMessage | undefined {
  const next = patrols.find(
    ({ endedAt, told, places }) =>
      places.length > 0 || told !== (endedAt === undefined ? "begin" : "end"),
  );
  if (next === undefined) return undefined;
  const { startedAt, endedAt, places } = next;
  const positions = places.slice(0, PLACES_PER_MESSAGE);
  return { startedAt, ...(endedAt !== undefined && { endedAt }), positions };
}

/** The platform has taken it. */
export function toldOf(patrols: Patrols, message: PatrolMessage): Patrols {
  const taken = new Set(message.positions.map(({ at }) => at));
  return patrols
    .map((each): KeptPatrol => {
      if (each.startedAt !== message.startedAt) return each;
      const told = message.endedAt === undefined && each.told !== "end" ? "begin" : "end";
      return { ...each, told, places: each.places.filter(({ at }) => !taken.has(at)) };
    })
    .filter(({ told, places }) => told !== "end" || places.length > 0);
}
