/** The URL of a database for whoever reads an error or the log: without its password. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = "";
  shown.search = "";
  return shown.href;
}
