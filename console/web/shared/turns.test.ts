import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

test("answers that come slower than they are asked for are shown all the same, in their order", () => {
  const turns = createTurns();
  const [first, second, third] = [turns.begin(), turns.begin(), turns.begin()];
  expect([turns.isNews(first), turns.isLast(first)]).toEqual([true, false]);
  expect([turns.isNews(third), turns.isLast(third)]).toEqual([true, true]);
  expect(turns.isNews(second)).toBe(false);
});

test("an answer to what nobody asks any more is none", () => {
  const turns = createTurns();
  const before = turns.begin();
  turns.forget();
  const after = turns.begin();
  expect([turns.isNews(before), turns.isNews(after)]).toEqual([false, true]);
});
