/** Sources go to the thread once; what it forgets is sent again. */
import { expect, it } from "vitest";
import { createScriptNumbers } from "./script-numbers.ts";

const asks = (...sources: string[]) => sources.map((source) => ({ source }));

it("a source is learnt once, and keeps its number", () => {
  const numbers = createScriptNumbers();
  expect(numbers.changesFor(asks("a", "b", "a"))).toEqual({
    learn: [
      { script: 1, source: "a" },
      { script: 2, source: "b" },
    ],
    forget: [],
  });
  expect(numbers.changesFor(asks("b", "c")).learn).toEqual([{ script: 3, source: "c" }]);
  expect(["a", "b", "c"].map(numbers.numberOf)).toEqual([1, 2, 3]);
});

it("beyond the bound those that were asked longest ago are forgotten, and learnt again", () => {
  const numbers = createScriptNumbers(2);
  numbers.changesFor(asks("a", "b"));
  numbers.changesFor(asks("a"));
  expect(numbers.changesFor(asks("c"))).toEqual({
    learn: [{ script: 3, source: "c" }],
    forget: [2],
  });
  expect(numbers.changesFor(asks("b"))).toEqual({
    learn: [{ script: 4, source: "b" }],
    forget: [1],
  });
});

it("what is asked at once is known at once, however much it is", () => {
  const numbers = createScriptNumbers(2);
  expect(numbers.changesFor(asks("a", "b", "c")).forget).toEqual([]);
  expect(numbers.changesFor(asks("d")).forget).toEqual([1, 2]);
});
