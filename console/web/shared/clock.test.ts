import { effect } from "@preact/signals";
import { afterEach, expect, test, vi } from "vitest";
import { offsetMinutes, sayTime, startClock } from "./clock.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("what shows a time is shown anew in the platform's zone as soon as that is told", async () => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", async () => Response.json({ now: "2026-11-22T21:20:05+08:00", speed: 1 }));
  const shown: string[] = [];
  const end = effect(() => {
    shown.push(sayTime("2026-11-22T13:20:05Z"));
  });
  startClock();
  await vi.advanceTimersByTimeAsync(10);
  end();
  expect(shown).toEqual(["2026-11-22 13:20", "2026-11-22 21:20"]);
  expect(offsetMinutes()).toBe(480);
});

test("a page that opens without network goes by what the platform said last", async () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-28T04:00:00Z") });
  const kept = { now: "2026-11-23T08:30:00+08:00", speed: 60, at: Date.now() - 2_000 };
  vi.stubGlobal("localStorage", { getItem: () => JSON.stringify(kept), setItem: () => undefined });
  vi.resetModules();
  const clock = await import("./clock.ts");
  expect(clock.sayTime(clock.platformNow())).toBe("2026-11-23 08:32");
  expect(clock.offsetMinutes()).toBe(480);
});
