/**
 * Time as the platform sees it: an instant is milliseconds since 1970-01-01T00:00:00Z.
 * Nothing but a door reads a clock; logic is handed `now`. A simulated clock runs at another
 * time and pace, so that a scenario of 24 hours is a test of minutes; timers follow its pace.
 */
export type Instant = number;
export type DurationMs = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970 in the platform's time, whole numbers, never going backwards. */
  now(): Instant;
  /** Calls once after `delayMs` of the platform's time. */
  after(delayMs: DurationMs, call: () => void): Timer;
  /** Calls again and again, every `periodMs` of the platform's time. */
  every(periodMs: DurationMs, call: () => void): Timer;
  /** How many platform seconds pass in a second of the wall. */
  readonly speed: number;
}

const WALL_DELAY_MS_MIN = 1;
const WALL_DELAY_MS_MAX = 2 ** 31 - 1;

/** The machine's own clock, held back where the machine's time is set back. */
export function wallClock(): Clock {
  return pacedClock({ read: () => Date.now(), speed: 1 });
}

/** A clock that stood at `start` when it was made and since then runs `speed` times as fast. */
export function simulatedClock(start: Instant, speed: number): Clock {
  const madeAtMs = performance.now();
  return pacedClock({
    read: () => Math.floor(start + (performance.now() - madeAtMs) * speed),
    speed,
  });
}

function pacedClock(source: { read: () => Instant; speed: number }): Clock {
  let newest = 0;
  const wallDelay = (delayMs: DurationMs): number =>
    Math.min(WALL_DELAY_MS_MAX, Math.max(WALL_DELAY_MS_MIN, delayMs / source.speed));
  return {
    speed: source.speed,
    now() {
      newest = Math.max(newest, source.read());
      return newest;
    },
    after(delayMs, call) {
      const handle = setTimeout(call, wallDelay(delayMs));
      return { cancel: () => clearTimeout(handle) };
    },
    every(periodMs, call) {
      const handle = setInterval(call, wallDelay(periodMs));
      return { cancel: () => clearInterval(handle) };
    },
  };
}

export interface ManualClock extends Clock {
  /** Moves time on and runs what falls due on the way, in order of its time. */
  advance(durationMs: DurationMs): void;
  set(now: Instant): void;
}

interface Due {
  at: Instant;
  periodMs: DurationMs | undefined;
  call: () => void;
}

/** A clock that only its test moves. */
export function manualClock(start: Instant): ManualClock {
  let now = start;
  const dues = new Set<Due>();
  const add = (due: Due): Timer => {
    dues.add(due);
    return { cancel: () => dues.delete(due) };
  };
  const nextDue = (until: Instant): Due | undefined =>
    [...dues].filter((due) => due.at <= until).sort((a, b) => a.at - b.at)[0];
  const moveTo = (target: Instant): void => {
    for (let due = nextDue(target); due !== undefined; due = nextDue(target)) {
      now = Math.max(now, due.at);
      if (due.periodMs === undefined) dues.delete(due);
      else due.at += due.periodMs;
      due.call();
    }
    now = Math.max(now, target);
  };
  return {
    speed: 1,
    now: () => now,
    after: (delayMs, call) => add({ at: now + delayMs, periodMs: undefined, call }),
    every: (periodMs, call) => add({ at: now + periodMs, periodMs, call }),
    advance: (durationMs) => moveTo(now + durationMs),
    set: moveTo,
  };
}
