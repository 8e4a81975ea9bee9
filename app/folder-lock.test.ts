import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder } from "./folder-lock.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "gridwarden-lock-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("a folder that a living process holds is refused by name and process", () => {
  const lock = lockFolder(directory);
  expect(() => lockFolder(directory)).toThrow(`is in use by the process ${process.pid}`);
  lock.release();
  lockFolder(directory).release();
});

test.each([
  ["a process that is gone", "999999999 "],
  ["an id that another process has now", `${process.pid} another-boot/1`],
  ["nothing readable", "?"],
])("a lock left behind by %s is taken over", (_whose, text) => {
  writeFileSync(join(directory, "lock"), text);
  const lock = lockFolder(directory);
  expect(readFileSync(join(directory, "lock"), "utf8")).toContain(String(process.pid));
  lock.release();
});
