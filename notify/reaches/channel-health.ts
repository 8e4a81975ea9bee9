/**
 * Whether a channel is worth a message now: after two failures one after the other it is down and has
 * a rest, which doubles; then one message tries it. Pure.
 */
import { type DurationMs, type Instant, MINUTE_MS, SECOND_MS } from "../../model/clock.ts";

export interface ChannelHealth {
  /** Failures one after the other. */
  failures: number;
  /** Nothing is sent before. */
  restUntil: Instant;
}

export const HEALTHY: ChannelHealth = { failures: 0, restUntil: 0 };

const FAILURES_UNTIL_DOWN = 2;
const REST_MS_MIN = SECOND_MS;
const REST_MS_MAX = MINUTE_MS;

export const isDown = ({ failures }: ChannelHealth): boolean => failures >= FAILURES_UNTIL_DOWN;

/**
 * A service that limits its rate is sound; it says itself how long to rest. Messages that were on their way at
 * once fail at once: together they bring it down, and no farther. `begunWith`: the failures when this one was given.
 */
export function afterFailure(
  before: ChannelHealth,
  now: Instant,
  { begunWith, retryAfterMs }: { begunWith: number; retryAfterMs?: DurationMs | undefined },
): ChannelHealth {
  if (retryAfterMs !== undefined) return { ...before, restUntil: now + retryAfterMs };
  const failures = Math.min(before.failures + 1, begunWith + FAILURES_UNTIL_DOWN);
  if (failures < FAILURES_UNTIL_DOWN) return { ...before, failures };
  const restMs = Math.min(REST_MS_MAX, REST_MS_MIN * 2 ** Math.min(failures, 20));
  return { failures, restUntil: now + restMs };
}
