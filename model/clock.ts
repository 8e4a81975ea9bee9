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

/** Time went back: what it was, and what it is now. */
export interface SetBack {
  readonly from: Instant;
  readonly to: Instant;
}

export interface Clock {
  /**
   * Milliseconds since 1970 in the platform's time, whole numbers. Goes backwards only where the
   * machine's clock was set back by more than `SET_BACK_BRIDGED_MS_MAX`; so a difference of two
   * instants may be negative, and whoever waits for an instant must hear of a step.
   */
  now(): Instant;
  /** Tells of every step back, from within the `now` that meets it; `hear` must not throw. */
  onSetBack(hear: (step: SetBack) => void): void;
  /** Calls once after `delayMs` of the platform's time. */
  after(delayMs: DurationMs, call: () => void): Timer;
  /** Calls again and again, every `periodMs` of the platform's time. */
  every(periodMs: DurationMs, call: () => void): Timer;
  /** How many platform seconds pass in a second of the wall. */
  readonly speed: number;
}

/**
 * A set-back of no more is bridged: time stands still until the machine's clock has caught up. A
 * larger one is followed at once, since after a step the machine's clock is right (NTP).
 */
export const SET_BACK_BRIDGED_MS_MAX = 5 * SECOND_MS;

const WALL_DELAY_MS_MIN = 1;
const WALL_DELAY_MS_MAX = 2 ** 31 - 1;

/** The machine's own clock. */
export function wallClock(): Clock {
  return pacedClock({ read: () => Date.now(), speed: 1 });
}

/**
 * A clock that stood at `start` when it was made and since then runs `speed` times as fast. It
 * counts the time that has passed, so no step of the machine's clock moves it.
 */
export function simulatedClock(start: Instant, speed: number): Clock {
  const madeAtMs = performance.now();
  return pacedClock({
    read: () => Math.floor(start + (performance.now() - madeAtMs) * speed),
    speed,
  });
}

function pacedClock(source: { read: () => Instant; speed: number }): Clock {
  let newest = 0;
  const hearers: ((step: SetBack) => void)[] = [];
  const wallDelay = (delayMs: DurationMs): number =>
    Math.min(WALL_DELAY_MS_MAX, Math.max(WALL_DELAY_MS_MIN, delayMs / source.speed));
  return {
    speed: source.speed,
    now() {
      const read = source.read();
      if (read >= newest) {
        newest = read;
      } else if (newest - read > SET_BACK_BRIDGED_MS_MAX) {
        const step = { from: newest, to: read };
        newest = read;
        for (const hear of hearers) hear(step);
      }
      return newest;
    },
    onSetBack: (hear) => void hearers.push(hear),
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
  /** Moves time back, by more than is bridged; timers keep what is left to them. */
  setBack(durationMs: DurationMs): void;
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
  const hearers: ((step: SetBack) => void)[] = [];
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
    onSetBack: (hear) => void hearers.push(hear),
    after: (delayMs, call) => add({ at: now + delayMs, periodMs: undefined, call }),
    every: (periodMs, call) => add({ at: now + periodMs, periodMs, call }),
    advance: (durationMs) => moveTo(now + durationMs),
    set: moveTo,
    setBack(durationMs) {
      const step = { from: now, to: now - durationMs };
      now = step.to;
      for (const due of dues) due.at -= durationMs;
      for (const hear of hearers) hear(step);
    },
  };
}
