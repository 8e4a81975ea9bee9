/** What somebody types, over a reload and an ended session: in this tab alone, and of this person alone. */
const keyOf = (place: string, username: string): string => `gridwarden-${place}.${username}`;

/** `undefined` takes it away. */
export function keep(place: string, username: string, typed: object | undefined): void {
  if (typed === undefined) sessionStorage.removeItem(keyOf(place, username));
  else sessionStorage.setItem(keyOf(place, username), JSON.stringify(typed));
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
