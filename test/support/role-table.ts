/**
 * The table of roles as Markdown, rendered from the code: action by role.
 * `npx tsx test/support/role-table.ts` writes it into the page of roles; a test compares.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Action, ROLE_TABLE, scopeOf } from "../../console/roles.ts";
import { Role } from "../../model/registry.ts";

const TABLE_BEGIN = "<!-- rendered by test/support/role-table.ts -->";
const TABLE_END = "<!-- end -->";

const cells = (texts: readonly string[]): string => `| ${texts.join(" | ")} |`;

function roleRows(): string[] {
  return (Object.keys(ROLE_TABLE) as Action[]).map((action) =>
    cells([`\`${action}\``, ...Role.options.map((role) => scopeOf([role], action) ?? "")]),
  );
}

/** The page with its table as the code has it now. */
export function withRoleTable(page: string): string {
  const begin = page.indexOf(TABLE_BEGIN) + TABLE_BEGIN.length;
  const end = page.indexOf(TABLE_END);
  const table = [
    cells(["action", ...Role.options.map((role) => `\`${role}\``)]),
    cells(["---", ...Role.options.map(() => "---")]),
    ...roleRows(),
  ];
  return `${page.slice(0, begin)}\n\n${table.join("\n")}\n\n${page.slice(end)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = fileURLToPath(new URL("../../docs/roles.md", import.meta.url));
  writeFileSync(page, withRoleTable(readFileSync(page, "utf8")));
}
