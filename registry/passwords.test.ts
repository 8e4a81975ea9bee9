import { expect, test } from "vitest";
import { createPasswordHasher } from "./passwords.ts";

test("a password fits its own hash alone, and the hash does not show it", async () => {
  const hasher = createPasswordHasher();
  const stored = await hasher.hash("correct horse");
  expect(stored).not.toContain("correct");
  expect(await hasher.isRight("correct horse", stored)).toBe(true);
  expect(await hasher.isRight("correct horsf", stored)).toBe(false);
  expect(await hasher.isRight("correct horse", undefined)).toBe(false);
});

test("two hashes of one password differ", async () => {
  const hasher = createPasswordHasher();
  expect(await hasher.hash("same")).not.toBe(await hasher.hash("same"));
});

test("beyond fifty that wait, a sign-in is RATE_LIMITED and none of the fifty is lost", async () => {
  const hasher = createPasswordHasher();
  const stored = "scrypt$2$1$1$AAAA$AAAA";
  const asked = Array.from({ length: 51 }, () =>
    hasher.isRight("x", stored).catch((error: unknown) => (error as { code?: string }).code),
  );
  const codes = await Promise.all(asked);
  expect(codes.filter((code) => code === "RATE_LIMITED")).toHaveLength(1);
});
