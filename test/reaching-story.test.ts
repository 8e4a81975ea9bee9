/** The escalation in docs/reaching.md is the one that the platform records today. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withStory } from "./support/reaching-story.ts";

test("an escalation through a dead channel, a decline and another crew is as the page says", async () => {
  const page = readFileSync(new URL("../docs/reaching.md", import.meta.url), "utf8");
  expect(await withStory(page)).toBe(page);
});
