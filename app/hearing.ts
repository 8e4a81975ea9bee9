/**
 * Can the platform hear its devices? Not while it is cut off from the broker, while the journal
 * refuses what comes, or while the machine slept. A device is not silent for such a span, so it is
 * handed to whoever counts silence, once it is over.
 */
import type { Clock, Instant } from "../model/clock.ts";

export interface Hearing {
  /** Looks now; answers a deaf span that has just ended. */
  look(): { since: Instant; until: Instant } | undefined;
  isDeaf(): boolean;
  /** When it could hear last: now, or the beginning of the deaf span. */
  heardUntil(): Instant;
}

/** Of the wall. Nobody has looked for so long: the machine slept, or its clock was put forward. */
const ASLEEP_WALL_MS = 30_000;

export function createHearing(deps: {
  clock: Pick<Clock, "now" | "speed">;
  canHear(): boolean;
}): Hearing {
  let lookedAt: Instant | undefined;
  let deafSince: Instant | undefined;
  return {
    look() {
      const at = deps.clock.now();
      const last = lookedAt ?? at;
      lookedAt = at;
      if (at - last > ASLEEP_WALL_MS * deps.clock.speed) deafSince ??= last;
      if (!deps.canHear()) {
        deafSince ??= last;
        return undefined;
      }
      if (deafSince === undefined) return undefined;
      // The clock may have been set back meanwhile.
      const span = { since: Math.min(deafSince, at), until: at };
      deafSince = undefined;
      return span;
    },
    isDeaf: () => deafSince !== undefined,
    heardUntil: () => deafSince ?? deps.clock.now(),
  };
}
