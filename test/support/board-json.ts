/** A board as Grafana reads it, walked through: its panels, also those in folded rows, its queries, its texts. */
// biome-ignore lint/suspicious/noExplicitAny: what is read is JSON, and each test says what it wants of it.
export type Json = Record<string, any>;

/** What Grafana puts in by itself. */
export const BUILT_IN = /^(timeFilter|__interval|__data|__field|__url_time_range|tag_\w+|col)$/;

export const panelsOf = (board: Json): Json[] =>
  (board.panels as Json[]).flatMap((panel) => [panel, ...((panel.panels as Json[]) ?? [])]);

/** Of panels, annotations and variables. */
export function queriesOf(board: Json): string[] {
  const targets = panelsOf(board).flatMap(({ targets = [] }) => targets as Json[]);
  const marks = (board.annotations.list as Json[]).map(({ target }) => target as Json);
  const variables = (board.templating.list as Json[]).filter(({ type }) => type === "query");
  return [...targets, ...marks, ...variables].map(({ query }) => query as string);
}

/** Every text in it, but what names a variable itself. */
export function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

/** `$street`, `${console}`, `${__data.fields.asset}` (as `__data`). */
export const namesIn = (text: string): string[] =>
  [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)]
    .map(([, name = ""]) => name)
    .filter((name) => !name.startsWith("__all"));
