/**
 * Counts the `?` of a statement that stand for a parameter: not those in a text, a quoted name or
 * a comment. Pure; reads the part of SQL that SQLite and PostgreSQL share.
 */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\?/g;

export function countParameters(sql: string): number {
  let count = 0;
  for (const [token] of sql.matchAll(TOKENS)) {
    if (token === "?") count += 1;
  }
  return count;
}
