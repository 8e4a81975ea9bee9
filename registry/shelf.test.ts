import fc from "fast-check";
import { expect, test } from "vitest";
import { isErrorCode } from "../model/errors.ts";
import { createShelf } from "./shelf.ts";

test("pages go from the newest to the oldest and name the next one", () => {
  const shelf = createShelf<string>();
  for (const id of ["a", "b", "c"]) shelf.put(id, shelf.takeSeq(), id.toUpperCase());
  const first = shelf.page({ limit: 2 });
  expect(first).toEqual({ items: ["C", "B"], next: "2" });
  expect(shelf.page({ limit: 2, cursor: first.next })).toEqual({ items: ["A"] });
});

test("a page after the cursor's own thing was removed goes on where it was", () => {
  const shelf = createShelf<string>();
  for (const id of ["a", "b", "c", "d"]) shelf.put(id, shelf.takeSeq(), id);
  const { next } = shelf.page({ limit: 2 });
  shelf.remove("c");
  shelf.put("e", shelf.takeSeq(), "e");
  expect(shelf.page({ limit: 9, cursor: next }).items).toEqual(["b", "a"]);
});

test("a thing that is replaced keeps its place, and what is not there is not put", () => {
  const shelf = createShelf<number>();
  shelf.put("a", shelf.takeSeq(), 1);
  shelf.put("b", shelf.takeSeq(), 2);
  shelf.replace("a", 10);
  shelf.replace("z", 99);
  expect(shelf.page({ limit: 9 }).items).toEqual([2, 10]);
});

test.each(["", "x", "-1", "1e3", "9".repeat(16)])("'%s' is no cursor", (cursor) => {
  const shelf = createShelf<string>();
  expect(() => shelf.page({ limit: 1, cursor })).toThrow(
    expect.toSatisfy((error: unknown) => isErrorCode(error, "REQUEST_INVALID")),
  );
});

test("pages of any length together show every wanted thing once, newest first", () => {
  const things = fc.array(fc.boolean(), { maxLength: 60 });
  fc.assert(
    fc.property(things, fc.integer({ min: 1, max: 9 }), (kept, limit) => {
      const shelf = createShelf<number>();
      for (const n of kept.keys()) shelf.put(`${n}`, shelf.takeSeq(), n);
      kept.forEach((isKept, n) => {
        if (!isKept) shelf.remove(`${n}`);
      });
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = shelf.page({ limit, cursor }, (n) => n % 3 !== 0);
        seen.push(...page.items);
        cursor = page.next;
      } while (cursor !== undefined);
      const wanted = kept.flatMap((isKept, n) => (isKept && n % 3 !== 0 ? [n] : [])).reverse();
      expect(seen).toEqual(wanted);
    }),
  );
});
