/**
 * The `?` of a statement that stand for a parameter: not those in a text, a quoted name or a
 * comment. Pure; reads the part of SQL that SQLite and PostgreSQL share.
 */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\?/g;

export function countParameters(sql: string): number {
  return splitAtParameters(sql).length - 1;
}

/** What stands before, between and after the parameters: one part more than there are parameters. */
export function splitAtParameters(sql: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { 0: token, index } of sql.matchAll(TOKENS)) {
    if (token !== "?") continue;
    parts.push(sql.slice(from, index));
    from = index + 1;
  }
  parts.push(sql.slice(from));
  return parts;
}
