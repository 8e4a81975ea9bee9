import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConditionHealth } from "../model/alarm.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { DeviceId } from "../model/ids.ts";
import { timeZone } from "../model/local-time.ts";
import {
  isRepairProven,
  isRepairRefuted,
  personAskedAt,
  provenAtEarliest,
} from "./verification.ts";

const zone = timeZone("Asia/Shanghai");
const at = (text: string): number => Date.parse(`2026-11-${text}+08:00`);
const TEN_MINUTES = { kind: "duration", ms: 10 * MINUTE_MS } as const;
const EVENING = { kind: "evening", until: "23:00" } as const;

type Said = [normalSince: string | undefined, lastGoodAt: string | undefined];
const health = (...devices: Said[]): ConditionHealth => ({
  devices: devices.map(([normalSince, lastGoodAt], index) => ({
    deviceId: DeviceId.parse(`d-${index}`),
    ...(normalSince !== undefined && { normalSince: at(normalSince) }),
    ...(lastGoodAt !== undefined && { lastGoodAt: at(lastGoodAt) }),
  })),
});

test.each([
  ["no device, no proof", health(), false],
  ["normal since before feedback, heard after the hold", health(["22T09:00", "22T10:10"]), true],
  ["one minute short", health(["22T09:00", "22T10:09"]), false],
  ["counted from first normal", health(["22T10:05", "22T10:14"]), false],
  ["first normal and the hold", health(["22T10:05", "22T10:15"]), true],
  ["silence is not normal", health(["22T09:00", "22T10:01"]), false],
  ["abnormal", health([undefined, "22T10:30"]), false],
  ["never heard", health([undefined, undefined]), false],
  ["every device must be", health(["22T09:00", "22T10:30"], ["22T10:25", "22T10:30"]), false],
  ["and every one is", health(["22T09:00", "22T10:30"], ["22T10:15", "22T10:30"]), true],
])("a hold of ten minutes after feedback at 10:00: %s", (_title, said, isProven) => {
  const input = { hold: TEN_MINUTES, health: said, feedbackAt: at("22T10:00"), zone };
  expect(isRepairProven({ ...input, now: at("22T10:30") })).toBe(isProven);
});

test.each([
  ["lit from dusk until the end", "22T10:00", ["22T18:10", "22T23:01"], "22T23:01", true],
  ["lit, but the evening is not over", "22T10:00", ["22T18:10", "22T22:50"], "22T22:55", false],
  ["the last word just before the end", "22T10:00", ["22T18:10", "22T22:50"], "22T23:00", true],
  ["silent since eight", "22T10:00", ["22T18:10", "22T20:00"], "22T23:30", false],
  ["repaired in the evening early enough", "22T20:00", ["22T20:05", "22T23:00"], "22T23:00", true],
  ["repaired too late for this evening", "22T22:00", ["22T22:05", "23T00:30"], "23T00:30", false],
  ["then the next one counts", "22T22:00", ["22T22:05", "23T23:00"], "23T23:00", true],
  ["dark", "22T10:00", [undefined, "22T23:00"], "22T23:30", false],
])("one evening until 23:00: %s", (_title, feedback, device, now, isProven) => {
  const said = health(device as Said);
  const input = { hold: EVENING, health: said, feedbackAt: at(feedback), zone };
  expect(isRepairProven({ ...input, now: at(now) })).toBe(isProven);
});

test("effluent is proven by a normal mean that came after one whole day from feedback on", () => {
  const base = { hold: { kind: "daily-mean" } as const, feedbackAt: at("22T10:00"), zone };
  const now = at("25T00:00");
  const proven = (...said: Said): boolean => isRepairProven({ ...base, now, health: health(said) });
  expect(proven("22T00:05", "22T00:05")).toBe(false);
  // The mean of a day that had ended, sent late; that of feedback's own day; that of a whole day.
  expect(proven("22T11:00", "22T11:00")).toBe(false);
  expect(proven("23T00:05", "23T00:05")).toBe(false);
  expect(proven("23T00:05", "23T23:59")).toBe(false);
  expect(proven("23T00:05", "24T00:00")).toBe(true);
  expect(proven("24T00:05", "24T00:05")).toBe(true);
  expect(proven(undefined, "24T00:05")).toBe(false);
  expect(zone.iso(provenAtEarliest(base.hold, base.feedbackAt, zone))).toContain("11-24T00:00");
});

test("an evening may end after midnight", () => {
  const hold = { kind: "evening", until: "00:30" } as const;
  expect(zone.iso(provenAtEarliest(hold, at("22T19:00"), zone))).toContain("2026-11-23T00:30");
  expect(zone.iso(provenAtEarliest(hold, at("22T23:50"), zone))).toContain("2026-11-24T00:30");
});

test("nothing is proven before the earliest time, nor by longer silence", () => {
  const offset = fc.option(fc.integer({ min: -3 * HOUR_MS, max: 40 * HOUR_MS }), {
    nil: undefined,
  });
  const holds = fc.constantFrom(TEN_MINUTES, EVENING, { kind: "daily-mean" } as const);
  const feedbackAt = at("22T10:00");
  fc.assert(
    fc.property(holds, offset, offset, fc.nat(48 * HOUR_MS), (hold, since, good, later) => {
      const now = feedbackAt + later;
      const device = {
        deviceId: DeviceId.parse("d"),
        ...(since !== undefined && { normalSince: Math.min(now, feedbackAt + since) }),
        ...(good !== undefined && { lastGoodAt: Math.min(now, feedbackAt + good) }),
      };
      if (!isRepairProven({ hold, health: { devices: [device] }, feedbackAt, now, zone })) return;
      expect(now).toBeGreaterThanOrEqual(provenAtEarliest(hold, feedbackAt, zone));
      expect(device.lastGoodAt ?? 0).toBeGreaterThan(feedbackAt);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["abnormal after the hold", TEN_MINUTES, "22T10:00", "22T10:11", "22T10:12", true],
  [
    "abnormal within it, which may still drain",
    TEN_MINUTES,
    "22T10:00",
    "22T10:09",
    "22T10:30",
    false,
  ],
  ["silent", TEN_MINUTES, "22T10:00", undefined, "22T12:00", false],
  ["dark at the evening's end", EVENING, "22T10:00", "22T22:55", "22T23:01", true],
  ["dark, but the evening is not over", EVENING, "22T10:00", "22T22:55", "22T22:56", false],
  ["dark at dusk, silent since", EVENING, "22T10:00", "22T18:00", "22T23:30", false],
  ["the mean of a whole day", { kind: "daily-mean" }, "22T10:00", "24T00:10", "24T00:10", true],
  ["the mean of feedback's day", { kind: "daily-mean" }, "22T10:00", "23T00:10", "24T00:10", false],
] as const)(
  "a repair is refuted by its sensor: %s",
  (_title, hold, feedback, abnormal, now, is) => {
    const lastAbnormalAt = abnormal === undefined ? {} : { lastAbnormalAt: at(abnormal) };
    const said = { devices: [{ deviceId: DeviceId.parse("d-0"), ...lastAbnormalAt }] };
    const input = { hold, health: said, feedbackAt: at(feedback), now: at(now), zone };
    expect(isRepairRefuted(input)).toBe(is);
    expect(isRepairProven(input)).toBe(false);
  },
);

test.each([
  ["no sensor: at once", undefined, "22T10:05"],
  ["half an hour after the hold", TEN_MINUTES, "22T10:40"],
  ["half an hour after the evening", EVENING, "22T23:30"],
  ["half a day after the day", { kind: "daily-mean" }, "24T12:00"],
] as const)("a person is asked to check: %s", (_title, hold, wanted) => {
  const since = { feedbackAt: at("22T10:00"), checkingSince: at("22T10:05") };
  expect(personAskedAt(hold, since, zone)).toBe(at(wanted));
});
