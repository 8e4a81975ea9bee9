/**
 * Sign-ins that failed, of people and of services, by name and address, so that a guesser must wait.
 * Pure but for its own counts; bounded, the oldest are forgotten first.
 */
import { callerOf } from "../model/caller.ts";
import type { DurationMs, Instant } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";

export interface LoginFailures {
  /** Milliseconds until this one may try again; 0 when it may at once. */
  waitMs(username: string, from: string, now: Instant): DurationMs;
  failed(username: string, from: string, now: Instant): void;
  succeeded(username: string, from: string): void;
  /** Wherever they came from: the name has another password. */
  forget(username: string): void;
}

const REMEMBERED_MAX = 10_000;

export function createLoginFailures(limits: {
  failuresMax: number;
  windowMs: DurationMs;
}): LoginFailures {
  const counts = new Map<string, { since: Instant; count: number }>();
  const keyOf = (username: string, from: string): string => `${callerOf(from)} ${username}`;
  return {
    waitMs(username, from, now) {
      const seen = counts.get(keyOf(username, from));
      // Of a clock that was set back nobody waits for hours.
      if (seen === undefined || seen.count < limits.failuresMax || now < seen.since) return 0;
      return Math.max(0, seen.since + limits.windowMs - now);
    },
    failed(username, from, now) {
      const key = keyOf(username, from);
      const seen = counts.get(key);
      if (seen !== undefined && now >= seen.since && now - seen.since < limits.windowMs) {
        seen.count++;
        return;
      }
      counts.delete(key);
      counts.set(key, { since: now, count: 1 });
      for (const oldest of counts.keys()) {
        if (counts.size <= REMEMBERED_MAX) break;
        counts.delete(oldest);
      }
    },
    succeeded: (username, from) => void counts.delete(keyOf(username, from)),
    forget(username) {
      for (const key of counts.keys()) {
        if (key.endsWith(` ${username}`)) counts.delete(key);
      }
    },
  };
}

/** @param who a `user` or a `service`, with its name */
export function tooManyFailures(
  who: string,
  failuresMax: number,
  waitMs: DurationMs,
): GridwardenError {
  const waitS = Math.ceil(waitMs / 1_000);
  return new GridwardenError(
    "RATE_LIMITED",
    `${who}: ${failuresMax} sign-ins from this address failed; wait ${waitS} s and try again`,
    { details: { retryAfterS: waitS } },
  );
}
