import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { againEach } from "./again.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("while an answer is awaited nothing further is asked", async () => {
  const asked: (() => void)[] = [];
  const end = againEach(1_000, () => new Promise<void>((resolve) => asked.push(resolve)));
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked).toHaveLength(1);
  asked[0]?.();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toHaveLength(2);
  end();
});

test("a fault is no end; whoever ends it is asked for nothing more, also while one is under way", async () => {
  let asked = 0;
  const end = againEach(1_000, async () => {
    asked += 1;
    if (asked === 2) end();
    throw new Error("away");
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toBe(2);
});
