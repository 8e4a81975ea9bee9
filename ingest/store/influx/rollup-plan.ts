/**
 * Which windows are rolled up next. The newest first, for boards show those; a window waits until it has
 * ended and what it is made of waits no more. Windows of a class that adjoin go together. Pure.
 */
import { type DurationMs, type Instant, MINUTE_MS } from "../../../model/clock.ts";
import { type Level, type Levels, type Source, sourceOf } from "./rollup-levels.ts";
import type { WaitingWindows } from "./waiting-windows.ts";

/** After its end, so that what is under way has come. */
export const ROLLUP_GRACE_MS: DurationMs = MINUTE_MS;

/** Windows of one class that follow each other. */
export interface Rollup {
  level: Level;
  source: Source;
  slug: string;
  /** The oldest first. */
  indices: number[];
  from: Instant;
  /** Exclusive. */
  to: Instant;
}

export interface RollupsNow {
  now: Instant;
  levels: Levels;
  /** That are rolled up together; one at least. */
  windowsMax(level: Level, slug: string): number;
}

/** Nothing where none is due. */
export function nextRollup(waiting: WaitingWindows, at: RollupsNow): Rollup | undefined {
  let next: Rollup | undefined;
  for (const level of at.levels) {
    for (const slug of waiting.slugs(level.name)) {
      const found = newestOf(waiting, level, slug, at);
      if (found !== undefined && (next === undefined || found.to > next.to)) next = found;
    }
  }
  return next;
}

function newestOf(
  waiting: WaitingWindows,
  level: Level,
  slug: string,
  { now, levels, windowsMax }: RollupsNow,
): Rollup | undefined {
  const isDue = (index: number): boolean =>
    level.beginOf(index + 1) + ROLLUP_GRACE_MS <= now &&
    !isUnderWay(waiting, levels, level, slug, index);
  const indices: number[] = [];
  let source: Source = "instant";
  for (const index of waiting.newestFirst(level.name, slug)) {
    const after = indices[0];
    if (after === undefined) {
      if (!isDue(index)) continue;
      source = sourceOf(levels, level, index);
    } else if (index !== after - 1 || !isDue(index) || sourceOf(levels, level, index) !== source) {
      break;
    }
    indices.unshift(index);
    if (indices.length >= windowsMax(level, slug)) break;
  }
  const [first] = indices;
  const last = indices.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const [from, to] = [level.beginOf(first), level.beginOf(last + 1)];
  return { level, source, slug, indices, from, to };
}

/** Something that it is made of waits itself. */
function isUnderWay(
  waiting: WaitingWindows,
  levels: Levels,
  level: Level,
  slug: string,
  index: number,
): boolean {
  const [from, to] = [level.beginOf(index), level.beginOf(index + 1)];
  return levels.slice(0, levels.indexOf(level)).some(({ name, indexOf }) => {
    for (let finer = indexOf(from); finer < indexOf(to); finer += 1) {
      if (waiting.has(name, slug, finer)) return true;
    }
    return false;
  });
}
