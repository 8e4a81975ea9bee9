import { expect, test } from "vitest";
import { compareTrees } from "./compare-trees.ts";

test.each([
  [{ a: 1 }, { a: 1 }],
  [{ a: 0.1 + 0.2 }, { a: 0.3 }],
  [{ a: [1, { b: null }] }, { a: [1, { b: null }] }],
  ["25 ℃", "25 ℃"],
])("%j is as %j", (wanted, got) => {
  expect(compareTrees(wanted, got)).toEqual([]);
});

test.each([
  [{ a: 1 }, { a: 2 }, [{ path: "a", wanted: 1, got: 2 }]],
  [{ a: 1 }, {}, [{ path: "a", wanted: 1 }]],
  [{}, { a: 0 }, [{ path: "a", got: 0 }]],
  [{ a: 0 }, { a: null }, [{ path: "a", wanted: 0, got: null }]],
  [{ a: 1 }, { a: "1" }, [{ path: "a", wanted: 1, got: "1" }]],
  [{ a: [] }, { a: {} }, [{ path: "a", wanted: [], got: {} }]],
  [{ a: [1, 2] }, { a: [1] }, [{ path: "a[1]", wanted: 2 }]],
  [{ "a.b": { c: 1 } }, { "a.b": { c: 2 } }, [{ path: '["a.b"].c', wanted: 1, got: 2 }]],
  [
    { a: 1, b: 1 },
    { a: 2, b: 2 },
    [
      { path: "a", wanted: 1, got: 2 },
      { path: "b", wanted: 1, got: 2 },
    ],
  ],
  [1, undefined, [{ path: "", wanted: 1 }]],
])("%j differs from %j", (wanted, got, differences) => {
  expect(compareTrees(wanted, got)).toEqual(differences);
});

test("a name that everything inherits is only there where it is said", () => {
  expect(compareTrees({}, JSON.parse('{"constructor":1}'))).toEqual([
    { path: "constructor", got: 1 },
  ]);
});

test("of many differences the first are told", () => {
  const tree = (value: number) => Array.from({ length: 500 }, () => value);
  expect(compareTrees(tree(1), tree(2))).toHaveLength(20);
});
