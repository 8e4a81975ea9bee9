/** The page of roles against the table: no action is forgotten, none outdated, each limit explained. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { LIMITED_ACTIONS } from "./support/role-cells.ts";
import { withRoleTable } from "./support/role-table.ts";

const page = readFileSync(fileURLToPath(new URL("../docs/roles.md", import.meta.url)), "utf8");

test("the table of the page is that of the code", () => {
  expect(page).toBe(withRoleTable(page));
});

test("the page says of each action that reaches one's own what that is", () => {
  const [, list = ""] = page.split("## Own");
  const named = list
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => [...(line.split(" | ")[0] ?? "").matchAll(/`([\w.-]+)`/g)])
    .map(([, action]) => action);
  expect(named.sort()).toEqual([...LIMITED_ACTIONS].sort());
});
