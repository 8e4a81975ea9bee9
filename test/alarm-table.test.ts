/** The page of alarms against the machine: no pair of state and input is forgotten or outdated. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { machineRows, withTables } from "./support/alarm-table.ts";

const page = readFileSync(fileURLToPath(new URL("../docs/alarms.md", import.meta.url)), "utf8");

test("the tables of the page are those of the machine", () => {
  expect(page).toBe(withTables(page));
});

test("there is a row for each of twelve states under each of seven inputs", () => {
  const rows = machineRows();
  expect(rows).toHaveLength(12 * 7);
  const pairs = rows.map((row) => row.split(" | ").slice(0, 2).join(" | "));
  expect(new Set(pairs).size).toBe(12 * 7);
  for (const row of rows) expect(page).toContain(row);
});
