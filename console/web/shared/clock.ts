/** The platform's clock on the page: ticks each second, so that what shows a time shows it anew. */
import { signal } from "@preact/signals";
import { get } from "./api.ts";
import { createPlatformClock, createWakefulClock, formatTime } from "./platform-time.ts";

const TELL_EACH_MS = 30_000;
const wakefulMs = createWakefulClock(
  () => performance.now(),
  () => Date.now(),
);
const clock = createPlatformClock(Date.now(), wakefulMs);
const KEPT_AS = "gridwarden.clock";
restoreClock();

/** The platform's time, ms since 1970, set each second. */
export const now = signal(clock.now());

const offset = signal(clock.offsetMinutes());

/** The platform's time now: in a page that nobody looks at `now` stands still for a while. */
export const platformNow = (): number => clock.now();

/** Whatever reads it is shown anew when the platform has told its zone. */
export const offsetMinutes = (): number => offset.value;

/** `2026-11-22 21:20` in the platform's zone. */
export const sayTime = (iso: string | number): string =>
  formatTime(typeof iso === "number" ? iso : Date.parse(iso), offsetMinutes()).slice(0, 16);

export function startClock(): void {
  const ask = async (): Promise<void> => {
    try {
      const health = await get<Health>("/healthz");
      clock.set(health);
      offset.value = clock.offsetMinutes();
      keepClock(health);
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

interface Health {
  now: string;
  speed: number;
}

/** A page that opens without network goes by what the platform said last, its day and zone with it. */
function restoreClock(): void {
  try {
    const { at, now, speed } = JSON.parse(localStorage.getItem(KEPT_AS) ?? "") as KeptHealth;
    clock.set({ now, speed }, Math.max(0, Date.now() - at));
  } catch {
    // Nothing was said yet, or the browser keeps nothing.
  }
}

type KeptHealth = Health & { at: number };

function keepClock({ now, speed }: Health): void {
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify({ now, speed, at: Date.now() }));
  } catch {
    // The browser keeps nothing.
  }
}
