/**
 * The platform's own time: it may run at another pace than the wall's, and is shown in the
 * platform's zone wherever the browser stands. The offset is the one that the platform told last.
 */
const MINUTE_MS = 60_000;

/** Minutes east of UTC that an ISO time ends with; `Z` is 0. */
export function offsetMinutesOf(iso: string): number {
  const found = /([+-])(\d\d):(\d\d)$/.exec(iso);
  if (found === null) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === "-" ? -minutes : minutes;
}

/** `2026-11-22 21:20:05 UTC+8` */
export function formatTime(ms: number, offsetMinutes: number): string {
  const text = new Date(ms + offsetMinutes * MINUTE_MS).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)} ${formatOffset(offsetMinutes)}`;
}

/** `21:20` */
export function formatHour(ms: number, offsetMinutes: number): string {
  return new Date(ms + offsetMinutes * MINUTE_MS).toISOString().slice(11, 16);
}

function formatOffset(offsetMinutes: number): string {
  const size = Math.abs(offsetMinutes);
  const rest = size % 60 === 0 ? "" : `:${String(size % 60).padStart(2, "0")}`;
  return `UTC${offsetMinutes < 0 ? "-" : "+"}${Math.floor(size / 60)}${rest}`;
}

/** The instants within the span at which the zone's clock shows a multiple of the step. */
export function ticksOf(from: number, to: number, stepMs: number, offsetMinutes: number): number[] {
  const shift = offsetMinutes * MINUTE_MS;
  const ticks: number[] = [];
  for (let at = Math.ceil((from + shift) / stepMs) * stepMs - shift; at <= to; at += stepMs) {
    ticks.push(at);
  }
  return ticks;
}

export interface PlatformClock {
  /** `agoMs`: of the wall, since the platform said so. */
  set(health: { now: string; speed: number }, agoMs?: number): void;
  now(): number;
  offsetMinutes(): number;
}

/** `wallMs` is a clock that never jumps. */
export function createPlatformClock(startMs: number, wallMs: () => number): PlatformClock {
  let told = { now: startMs, at: wallMs(), speed: 1, offsetMinutes: 0 };
  return {
    set({ now, speed }, agoMs = 0) {
      const at = wallMs() - agoMs;
      told = { now: Date.parse(now), at, speed, offsetMinutes: offsetMinutesOf(now) };
    },
    now: () => told.now + (wallMs() - told.at) * told.speed,
    offsetMinutes: () => told.offsetMinutes,
  };
}

/** Nobody's clocks drift apart by so much between two looks. */
const DRIFT_MS_MAX = 1_000;

/**
 * A clock that never jumps back and goes on while the device sleeps, in which many a browser's own
 * (`steadyMs`) stands still: it passes over what `wallMs` has moved beyond. A wall's clock that is set
 * forward counts as slept, too; then an age is said too old, never too young.
 */
export function createWakefulClock(steadyMs: () => number, wallMs: () => number): () => number {
  let [steady, wall] = [steadyMs(), wallMs()];
  let sleptMs = 0;
  return () => {
    const [steadyNow, wallNow] = [steadyMs(), wallMs()];
    const beyondMs = wallNow - wall - (steadyNow - steady);
    if (beyondMs > DRIFT_MS_MAX) sleptMs += beyondMs;
    [steady, wall] = [steadyNow, wallNow];
    return steadyNow + sleptMs;
  };
}
