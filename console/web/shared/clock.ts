/** The platform's clock on the page: ticks each second, so that what shows a time shows it anew. */
import { signal } from "@preact/signals";
import { get } from "./api.ts";
import { createPlatformClock, formatTime } from "./platform-time.ts";

const TELL_EACH_MS = 30_000;
const clock = createPlatformClock(Date.now(), () => performance.now());

/** The platform's time, ms since 1970, set each second. */
export const now = signal(clock.now());

export const offsetMinutes = (): number => clock.offsetMinutes();

/** `2026-11-22 21:20` in the platform's zone. */
export const sayTime = (iso: string | number): string =>
  formatTime(typeof iso === "number" ? iso : Date.parse(iso), clock.offsetMinutes()).slice(0, 16);

export function startClock(): void {
  const ask = async (): Promise<void> => {
    try {
      clock.set(await get<{ now: string; speed: number }>("/healthz"));
    } catch {
      // Asked again by the next turn; until then the clock goes on by itself.
    }
    tick();
  };
  const tick = (): void => {
    now.value = clock.now();
  };
  void ask();
  setInterval(tick, 1_000);
  setInterval(() => void ask(), TELL_EACH_MS);
}
