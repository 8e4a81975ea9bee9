import { expect, test } from "vitest";
import { createHearing } from "./hearing.ts";

function rig() {
  const state = { now: 1_000_000, canHear: true };
  const hearing = createHearing({
    clock: { now: () => state.now, speed: 1 },
    canHear: () => state.canHear,
  });
  const pass = (ms: number) => {
    state.now += ms;
    return hearing.look();
  };
  return { state, hearing, pass };
}

test("while all is well no span is deaf", () => {
  const { hearing, pass } = rig();
  for (let second = 0; second < 100; second += 1) expect(pass(1_000)).toBeUndefined();
  expect(hearing.isDeaf()).toBe(false);
});

test("a broker that cannot be reached is a deaf span from the last good look on", () => {
  const { state, hearing, pass } = rig();
  pass(1_000);
  state.canHear = false;
  for (let second = 0; second < 100; second += 1) expect(pass(1_000)).toBeUndefined();
  expect(hearing.isDeaf()).toBe(true);
  expect(hearing.heardUntil()).toBe(1_001_000);
  state.canHear = true;
  expect(pass(1_000)).toEqual({ since: 1_001_000, until: 1_102_000 });
  expect(pass(1_000)).toBeUndefined();
  expect(hearing.isDeaf()).toBe(false);
});

test("a machine that slept, or whose clock was put forward, heard nothing meanwhile", () => {
  const { pass } = rig();
  pass(1_000);
  expect(pass(3_600_000)).toEqual({ since: 1_001_000, until: 4_601_000 });
  expect(pass(30_000)).toBeUndefined();
});

test("deaf from the first look on", () => {
  const { state, hearing, pass } = rig();
  state.canHear = false;
  pass(1_000);
  expect(hearing.heardUntil()).toBe(1_001_000);
  state.canHear = true;
  expect(pass(9_000)).toEqual({ since: 1_001_000, until: 1_010_000 });
});

test("a clock that is set back while deaf gives a span of nothing, not one that ends before it begins", () => {
  const { state, pass } = rig();
  pass(1_000);
  state.canHear = false;
  pass(1_000);
  state.canHear = true;
  expect(pass(-500_000)).toEqual({ since: 502_000, until: 502_000 });
});
