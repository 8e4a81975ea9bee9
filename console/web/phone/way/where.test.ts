import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followPlace, here } from "./where.ts";

type Told = (position: { coords: object; timestamp: number }) => void;
let tell: Told = () => undefined;
let isKept = true;
let calls = 0;

beforeEach(() => {
  isKept = true;
  calls = 0;
  vi.stubGlobal("navigator", {
    geolocation: {
      watchPosition: (told: Told) => {
        tell = told;
        return 1;
      },
      clearWatch: () => undefined,
    },
  });
  vi.stubGlobal("fetch", async () => {
    calls += 1;
    return Response.json({ kept: isKept });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const at = (timestamp: number): void =>
  tell({ coords: { longitude: 115.41, latitude: 31.8, accuracy: 5 }, timestamp });

test("the platform says when the crew is off duty, whatever the phone knew last", async () => {
  const onOffDuty = vi.fn();
  const stop = followPlace("crew-1", () => undefined, onOffDuty);
  at(0);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(onOffDuty).not.toHaveBeenCalled();
  isKept = false;
  at(60_000);
  await vi.waitFor(() => expect(onOffDuty).toHaveBeenCalledOnce());
  expect(here.value).toBeDefined();
  stop();
  expect(here.value).toBeUndefined();
});

test("a place that came before the shift's own mark is told again soon, as long as it is followed", async () => {
  vi.useFakeTimers();
  isKept = false;
  const stop = followPlace(
    "crew-1",
    () => undefined,
    () => undefined,
  );
  at(0);
  await vi.advanceTimersByTimeAsync(100);
  expect(calls).toBe(1);
  isKept = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toBe(2);
  isKept = false;
  at(70_000);
  await vi.advanceTimersByTimeAsync(100);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toBe(3);
});

test("no answer says nothing of the shift", async () => {
  const onOffDuty = vi.fn();
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("offline");
  });
  followPlace("crew-1", () => undefined, onOffDuty);
  at(0);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(onOffDuty).not.toHaveBeenCalled();
});
