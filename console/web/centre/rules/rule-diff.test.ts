import { expect, test } from "vitest";
import { differences, rebased } from "./rule-diff.ts";

test("two versions differ by what was changed, added and taken away, each at its path", () => {
  const before = { version: 1, a: { b: 1, c: [1, 2] }, gone: true, trust: { labels: 0 } };
  const after = { version: 2, a: { b: 2, c: [1, 3, 4] }, come: "x", trust: { labels: 9 } };
  expect(differences(before, after)).toEqual([
    { path: "a.b", before: 1, after: 2 },
    { path: "a.c[1]", before: 2, after: 3 },
    { path: "a.c[2]", before: undefined, after: 4 },
    { path: "gone", before: true, after: undefined },
    { path: "come", before: undefined, after: "x" },
  ]);
  expect(differences(before, before)).toEqual([]);
});

test("a part that becomes another kind of thing is one difference", () => {
  expect(differences({ raise: 5 }, { raise: { attribute: "depthCm" } })).toEqual([
    { path: "raise", before: 5, after: { attribute: "depthCm" } },
  ]);
});

test("what another has saved and what was changed here stand together; where both did, the change here", () => {
  const base = { version: 2, a: 1, b: { c: 1, d: 1 }, gone: 1, list: [1] };
  const mine = { version: 2, a: 1, b: { c: 2, d: 1 }, list: [1, 2], come: true };
  const theirs = { version: 3, a: 9, b: { c: 1, d: 9 }, gone: 1, list: [9] };
  expect(rebased(base, mine, theirs)).toEqual({
    ...{ version: 3, a: 9, b: { c: 2, d: 9 }, list: [1, 2], come: true },
  });
  expect(rebased(base, base, theirs)).toEqual(theirs);
});
