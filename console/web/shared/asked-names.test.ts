import { afterEach, expect, test, vi } from "vitest";
import { Refused, Unreachable } from "./api.ts";
import { AGAIN_MS, AT_ONCE_MAX, askedNames, KEPT_MAX, WAITING_MAX } from "./asked-names.ts";

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

afterEach(() => vi.restoreAllMocks());

test("an id is asked for once, and its name is there from then on", async () => {
  const ask = vi.fn(async (id: string) => `name of ${id}`);
  const names = askedNames(ask);
  expect([names.of("a"), names.of("a"), names.of("b")]).toEqual([undefined, undefined, undefined]);
  await settled();
  expect([names.of("a"), names.of("b")]).toEqual(["name of a", "name of b"]);
  expect(ask.mock.calls).toEqual([["a"], ["b"]]);
});

test("what a page was told otherwise is not asked for, and takes the place of what was known", async () => {
  const ask = vi.fn(async () => "old");
  const names = askedNames(ask);
  names.know("a", "new");
  expect(names.of("a")).toBe("new");
  names.of("b");
  await settled();
  names.know("b", "renamed");
  expect(names.of("b")).toBe("renamed");
  expect(ask).toHaveBeenCalledTimes(1);
});

test.each([
  ["nobody answers", new Unreachable("no network"), 2],
  ["the platform fails", new Refused(503, { code: "DATABASE_FAILED" }), 2],
  ["nobody is signed in", new Refused(401, { code: "TOKEN_REFUSED" }), 2],
  ["it is asked too often", new Refused(429, { code: "RATE_LIMITED" }), 2],
  ["there is none", new Refused(404, { code: "RULE_NOT_FOUND" }), 1],
  ["it is not for this person", new Refused(403, { code: "ROLE_REFUSED" }), 1],
])("where %s, it is asked again after a while or never", async (_why, fault, times) => {
  const clock = vi.spyOn(Date, "now").mockReturnValue(1_000);
  const ask = vi.fn(async (): Promise<string> => {
    throw fault;
  });
  const names = askedNames(ask);
  names.of("a");
  await settled();
  expect(names.of("a")).toBeUndefined();
  clock.mockReturnValue(1_000 + AGAIN_MS - 1);
  names.of("a");
  await settled();
  expect(ask).toHaveBeenCalledTimes(1);
  clock.mockReturnValue(1_000 + AGAIN_MS);
  names.of("a");
  await settled();
  expect(ask).toHaveBeenCalledTimes(times);
});

test("a few are asked for at once, of many that are seen the newest, and so many are kept", async () => {
  let open = 0;
  let most = 0;
  const asked: string[] = [];
  const names = askedNames(async (id) => {
    asked.push(id);
    open += 1;
    most = Math.max(most, open);
    await settled();
    open -= 1;
    return id;
  });
  const ids = Array.from({ length: AT_ONCE_MAX + WAITING_MAX + 5 }, (_, n) => `id-${n}`);
  for (const id of ids) names.of(id);
  await vi.waitFor(() => expect(asked.length).toBe(AT_ONCE_MAX + WAITING_MAX));
  expect(most).toBe(AT_ONCE_MAX);
  // The oldest of those that wait give way.
  expect(asked).not.toContain(`id-${AT_ONCE_MAX}`);
  expect(asked).toContain(ids.at(-1));
  for (let n = 0; n < KEPT_MAX; n += 1) names.know(`more-${n}`, "x");
  names.of("id-0");
  await settled();
  expect(asked.filter((id) => id === "id-0")).toHaveLength(2);
});
