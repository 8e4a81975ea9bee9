/** The page of cases against the machine: no pair of state and event is forgotten or outdated. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CASE_EVENTS } from "../cases/case-words.ts";
import { CaseState, TERMINAL_STATES } from "../model/case.ts";
import { caseRows, withTable } from "./support/case-table.ts";

const page = readFileSync(fileURLToPath(new URL("../docs/cases.md", import.meta.url)), "utf8");

test("the table of the page is that of the machine", () => {
  expect(page).toBe(withTable(page));
});

test("every event but the report is in it, every open state, and the one end that is left again", () => {
  const rows = caseRows();
  const column = (index: number): Set<string> =>
    new Set(rows.map((row) => row.split(" | ")[index]?.replace(/^\| |`| .*$/g, "") ?? ""));
  const open = CaseState.options.filter((state) => !TERMINAL_STATES.has(state));
  expect([...column(0)]).toEqual([...open, "CLOSED"]);
  expect(column(1)).toEqual(new Set(CASE_EVENTS.filter((event) => event !== "report")));
  expect(rows).toHaveLength(83);
});
