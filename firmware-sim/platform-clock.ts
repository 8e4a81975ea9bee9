/**
 * The fleet lives in the platform's time: it starts where the platform's clock stands and runs at its
 * pace. A `--clock` that is not the platform's own pair is refused by name.
 */
import { type Clock, simulatedClock } from "../model/clock.ts";
import { type ClockPair, readClockPair, UsageError } from "./arguments.ts";
import type { Health, PlatformApi } from "./platform-api.ts";

/** @throws UsageError CLOCK_MISMATCH */
export function checkClock(wanted: ClockPair | undefined, health: Health): { speed: number } {
  const { clock } = health;
  const platform = clock === null || clock === undefined ? undefined : readClockPair(clock);
  const isSame =
    platform === undefined || wanted === undefined
      ? platform === wanted
      : platform.start === wanted.start && platform.speed === wanted.speed;
  if (isSame) return { speed: platform?.speed ?? health.speed ?? 1 };
  const here = wanted === undefined ? "no --clock" : `--clock '${pairText(wanted)}'`;
  const there = clock ?? undefined;
  const cure =
    there === undefined
      ? `leave --clock away, or start the platform with GRIDWARDEN_CLOCK=${wanted === undefined ? "" : pairText(wanted)}`
      : `give --clock '${there}'`;
  throw new UsageError(
    `CLOCK_MISMATCH: got ${here}, but the platform runs with ${there === undefined ? "the wall clock" : `GRIDWARDEN_CLOCK='${there}'`}; ${cure}`,
  );
}

/** The platform's clock, read over HTTP; half of the round trip has passed since it was read. */
export async function alignedClock(
  api: Pick<PlatformApi, "health">,
  wanted: ClockPair | undefined,
): Promise<Clock> {
  const asked = performance.now();
  const health = await api.health();
  const passedWallMs = (performance.now() - asked) / 2;
  const { speed } = checkClock(wanted, health);
  return simulatedClock(Date.parse(health.now) + Math.round(passedWallMs * speed), speed);
}

function pairText({ start, speed }: ClockPair): string {
  return `${new Date(start).toISOString()},${speed}`;
}
