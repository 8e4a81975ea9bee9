/** The stories in docs/case-stories.md are those that the platform tells today. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withStories } from "./support/case-stories.ts";

test("a case's way through every stage, and through return, extension, suspension, rework, relapse, made safe, nothing found and settled, is as the page says", async () => {
  const page = readFileSync(new URL("../docs/case-stories.md", import.meta.url), "utf8");
  expect(await withStories(page)).toBe(page);
});
