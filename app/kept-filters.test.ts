/** What an external broker's session is subscribed to, over restarts. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentLog } from "../model/log.ts";
import { keptFilters } from "./kept-filters.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "gridwarden-filters-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

test("what was written is read by the next start; at first there is nothing", () => {
  const folder = join(directory, "broker");
  expect(keptFilters(folder, silentLog).read()).toEqual([]);
  keptFilters(folder, silentLog).write(["acme/+/up"]);
  keptFilters(folder, silentLog).write(["acme/+/up", "b/+"]);
  expect(keptFilters(folder, silentLog).read()).toEqual(["acme/+/up", "b/+"]);
});

test.each(["", "{", '["a", 7]', "{}"])("a file that says '%s' counts as empty", (text) => {
  writeFileSync(join(directory, "followed-topics.json"), text);
  expect(keptFilters(directory, silentLog).read()).toEqual([]);
});

test("where nothing can be written, it is told and stops nothing", () => {
  const told: string[] = [];
  const log = { ...silentLog, error: (text: string) => void told.push(text) };
  writeFileSync(join(directory, "file"), "");
  keptFilters(join(directory, "file", "broker"), log).write(["a/+"]);
  expect(told).toHaveLength(1);
});
