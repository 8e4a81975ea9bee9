/** What a corrected decoder does not answer any more. */
import { expect, test } from "vitest";
import { DeviceId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { Period } from "../model/reading.ts";
import type { PastReading } from "./past-readings.ts";
import { addNames } from "./redecodings.ts";
import { besides, namesOf } from "./unanswered.ts";

const past = (
  deviceId: string,
  measurement: string,
  at: number,
  more: object = {},
): PastReading => ({
  reading: {
    ...{ deviceId: DeviceId.parse(deviceId), measurement, period: "instant", value: 1 },
    ...{ observedAt: at, receivedAt: at, flags: 0, ...more },
  },
  seq: undefined,
});
const series = (measurement: string, period: Period = "instant") => ({ measurement, period });
const told = (all: readonly PastReading[]) =>
  all.map(({ reading, seq }) => [reading.deviceId, reading.measurement, reading.observedAt, seq]);

test("beside a reading stand the other series of its device and period, once a moment", () => {
  const known: Record<string, ReturnType<typeof series>[]> = {
    a: [series("t"), series("u"), series("fill"), series("fill", "hour")],
    b: [series("t")],
  };
  const found = besides(
    [past("a", "t", 1), past("a", "u", 1), past("a", "t", 2), { ...past("b", "u", 1), seq: 7 }],
    (deviceId) => known[deviceId] ?? [],
  );
  expect(told(found)).toEqual([
    ["a", "fill", 1, undefined],
    ["a", "u", 2, undefined],
    ["a", "fill", 2, undefined],
    ["b", "t", 1, 7],
  ]);
});

test("names count what came and what stands beside, by whose they are", () => {
  const came = [past("a", "t", 1), past("b", "t", 1), past("c", "t", 1)];
  const beside = [past("a", "fill", 1), past("b", "fill", 1)];
  const names = namesOf({ came, beside }, (deviceId) => (deviceId === "c" ? "other" : "bins"));
  expect(names).toEqual([
    { whose: "bins", measurement: "t", answered: 2, standing: 0 },
    { whose: "other", measurement: "t", answered: 1, standing: 0 },
    { whose: "bins", measurement: "fill", answered: 0, standing: 2 },
  ]);
  const [, , fill] = addNames(addNames([], names), names);
  expect(fill).toEqual({ whose: "bins", measurement: "fill", answered: 0, standing: 4 });
});

test("beyond the bound no further names are told", () => {
  const names = Array.from({ length: LIMITS.redecodingNamesMax + 5 }, (_, n) => ({
    ...{ whose: "bins", measurement: `m${n}`, answered: 0, standing: 1 },
  }));
  const kept = addNames([], names);
  expect(kept).toHaveLength(LIMITS.redecodingNamesMax);
  expect(addNames(kept, [names[0] as never])[0]?.standing).toBe(2);
});
