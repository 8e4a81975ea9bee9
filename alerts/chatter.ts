/**
 * Chatter: an alarm that is raised again and again. Counts when each rule was raised on each device
 * and says when that is too often; what follows is for others: an hour's shelf, a task on the
 * device. What protects lives is never shelved for it. Held raises count too, since the sensor
 * chatters whether anybody is told or not.
 * ISA-18.2 / IEC 62682 call 3 in a minute chattering; with reports every few minutes a sensor gets
 * there in 5 within 10 minutes.
 */
import type { AlarmChatter, AlarmRecord } from "../model/alarm.ts";
import { type DurationMs, type Instant, MINUTE_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import type { Shelf } from "./hold-tables.ts";

/** A rule on whoever bears its alarms. */
export interface ChatterTarget {
  readonly bearerId: string;
  readonly ruleId: string;
}

export interface Chatter {
  /** Told again of the same raise nothing changes. */
  raised(target: ChatterTarget, at: Instant): void;
  /** Undefined where it was not raised too often lately. */
  of(target: ChatterTarget, at: Instant): AlarmChatter | undefined;
  /** Rules and bearers that are remembered. */
  count(): number;
}

export const CHATTER_SHELVER = "system";

export function createChatter(): Chatter {
  const raises = new Map<string, readonly Instant[]>();
  let sweptAt: Instant | undefined;

  /** Whatever was raised once would be remembered for ever. */
  function sweep(now: Instant): void {
    sweptAt ??= now;
    if (Math.abs(now - sweptAt) < LIMITS.chatterWindowMs) return;
    sweptAt = now;
    for (const [key, times] of raises) if (within(times, now).length === 0) raises.delete(key);
  }

  return {
    raised(target, at) {
      sweep(at);
      const key = keyOf(target);
      raises.set(key, withRaise(raises.get(key) ?? [], at));
    },
    of: (target, at) => chatterOf(raises.get(keyOf(target)) ?? [], at),
    count: () => raises.size,
  };
}

const keyOf = ({ bearerId, ruleId }: ChatterTarget): string => `${bearerId} ${ruleId}`;

/** What lies ahead came before the clock was set back, and is forgotten. */
const within = (times: readonly Instant[], now: Instant): Instant[] =>
  times.filter((at) => at > now - LIMITS.chatterWindowMs && at <= now);

/** The raises of the window with one more, oldest first. */
export function withRaise(times: readonly Instant[], at: Instant): Instant[] {
  const others = within(times, at).filter((each) => each !== at);
  return [...others, at].slice(-LIMITS.chatterRaisesKept);
}

export function chatterOf(times: readonly Instant[], now: Instant): AlarmChatter | undefined {
  const counted = within(times, now);
  const [first] = counted;
  if (first === undefined || counted.length < LIMITS.chatterRaises) return undefined;
  return { count: counted.length, overMs: (counted.at(-1) ?? first) - first };
}

/** The shelf that chatter is put on by itself; none where it protects lives. */
export function chatterShelf(
  { lifeSafety }: Pick<AlarmRecord, "lifeSafety">,
  { count, overMs }: AlarmChatter,
  now: Instant,
): Shelf | undefined {
  if (lifeSafety) return undefined;
  return {
    until: now + LIMITS.chatterShelfMs,
    by: CHATTER_SHELVER,
    reason: `chatter: raised ${count} times within ${minutes(overMs)} min`,
  };
}

const minutes = (ms: DurationMs): number => Math.max(1, Math.ceil(ms / MINUTE_MS));

/** What a restart must know: the raises of the window, oldest first. */
export async function readRaises(
  sql: Sql,
  now: Instant,
): Promise<(ChatterTarget & { at: Instant })[]> {
  const rows = await sql.all<{ bearerId: string; ruleId: string; at: number }>(
    `select device_id as "bearerId", rule_id as "ruleId", raised_at as at from alarms
     where raised_at > ? and raised_at <= ? order by raised_at`,
    [now - LIMITS.chatterWindowMs, now],
  );
  return rows.map(({ at, ...target }) => ({ ...target, at: Number(at) }));
}
