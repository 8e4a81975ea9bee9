import { afterEach, expect, test, vi } from "vitest";
import { asTheOnlyPage, randomId } from "./secure.ts";

afterEach(() => vi.unstubAllGlobals());

test("an id is a UUID's letters, and never the same", () => {
  const ids = Array.from({ length: 200 }, randomId);
  expect(new Set(ids).size).toBe(200);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test("where the browser has no locks the work is done all the same", async () => {
  vi.stubGlobal("navigator", {});
  const work = vi.fn(async () => undefined);
  await asTheOnlyPage("a", work);
  expect(work).toHaveBeenCalledOnce();
});

test("where another page is at it, it is not", async () => {
  const work = vi.fn(async () => undefined);
  const locks = (lock: object | null) => ({
    locks: {
      request: async (_name: string, _how: object, run: (lock: object | null) => unknown) =>
        run(lock),
    },
  });
  vi.stubGlobal("navigator", locks(null));
  await asTheOnlyPage("a", work);
  expect(work).not.toHaveBeenCalled();
  vi.stubGlobal("navigator", locks({}));
  await asTheOnlyPage("a", work);
  expect(work).toHaveBeenCalledOnce();
});
