import { expect, test } from "vitest";
import { addFaults, countPast } from "./redecodings.ts";

test("values are counted by what stood before: nothing, the same, another", () => {
  const past = [1, 2, 3, 0].map((value) => ({ reading: { value } }));
  expect(countPast(past, [undefined, 2, 4, 0])).toEqual({ added: 1, same: 2, replaced: 1 });
});

test("faults are added up by reason, with the text of the first", () => {
  const one = addFaults([], [{ reason: "EMPTY", text: "one", count: 2 }]);
  const more = [
    { reason: "EMPTY", text: "two", count: 1 },
    { reason: "NOT_JSON", text: "three", count: 1 },
  ] as const;
  expect(addFaults(one, more)).toEqual([
    { reason: "EMPTY", text: "one", count: 3 },
    { reason: "NOT_JSON", text: "three", count: 1 },
  ]);
  expect(one).toEqual([{ reason: "EMPTY", text: "one", count: 2 }]);
});
