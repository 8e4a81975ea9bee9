import { expect, test } from "vitest";
import { afterFault, type PagedState } from "./paged-state.ts";

const READ: PagedState<string> = {
  ...{ of: "/cases?unit=works", items: ["a", "b"], next: "2", fault: undefined, isLoading: true },
};

test("where a further page cannot be read, those that were stay with the way to the next", () => {
  expect(afterFault(READ, READ.of, "away")).toEqual({ ...READ, fault: "away", isLoading: false });
});

test("where another list cannot be read, the rows of the one before do not stand for it", () => {
  const after = afterFault(READ, "/cases?unit=power", "away");
  expect(after).toMatchObject({ of: "/cases?unit=power", fault: "away", isLoading: false });
  expect([after.items, after.next]).toEqual([undefined, undefined]);
});
