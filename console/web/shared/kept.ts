/** What somebody types, over a reload and an ended session: in this tab alone, and of this person alone. */
const keyOf = (place: string, username: string): string => `gridwarden-${place}.${username}`;

/** `undefined` takes it away. Where the browser keeps nothing, or has no room, it stays in the page alone. */
export function keep(place: string, username: string, typed: object | undefined): void {
  const key = keyOf(place, username);
  try {
    sessionStorage.removeItem(key);
    if (typed !== undefined) sessionStorage.setItem(key, JSON.stringify(typed));
  } catch {
    // What was kept before is gone: older than what is typed it must not come back.
  }
}

/** What cannot be read is nothing. */
export function kept(place: string, username: string): object {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(keyOf(place, username)) ?? "{}");
    return typeof found === "object" && found !== null ? found : {};
  } catch {
    return {};
  }
}
