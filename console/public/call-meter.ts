/**
 * How often an address may call where nobody signs in, and how often it may guess: so many within a
 * window, then it waits. Bounded, the oldest are forgotten first.
 */
import { callerOf } from "../../model/caller.ts";
import type { DurationMs, Instant } from "../../model/clock.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";

export interface CallMeter {
  /** Counts one. */
  add(address: string, now: Instant): void;
  /** @throws GridwardenError RATE_LIMITED where there were as many as there may be */
  check(address: string, now: Instant): void;
}

export function createCallMeter(
  max: number,
  windowMs: DurationMs,
  what = "calls from this address",
): CallMeter {
  const seen = new Map<string, { since: Instant; count: number }>();

  return {
    add(address, now) {
      const from = callerOf(address);
      const known = seen.get(from);
      if (known !== undefined && now - known.since < windowMs && now >= known.since) {
        known.count += 1;
        return;
      }
      seen.delete(from);
      seen.set(from, { since: now, count: 1 });
      for (const oldest of seen.keys()) {
        if (seen.size <= LIMITS.publicCallersMax) break;
        seen.delete(oldest);
      }
    },
    check(address, now) {
      const known = seen.get(callerOf(address));
      if (known === undefined || known.count < max) return;
      const waitMs = known.since + windowMs - now;
      if (waitMs <= 0 || now < known.since) return;
      const retryAfterS = Math.ceil(waitMs / 1_000);
      throw new GridwardenError(
        "RATE_LIMITED",
        `too many ${what}; wait ${retryAfterS} s and try again`,
        { details: { retryAfterS } },
      );
    },
  };
}
