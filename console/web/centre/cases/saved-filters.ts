/** Filters that somebody has saved by a name: kept in this browser for each user, and nowhere else. */
export interface SavedFilter {
  name: string;
  /** The address's query: the list and its filters. */
  query: string;
}

const SAVED_MAX = 50;
const keyOf = (username: string): string => `gridwarden.case-filters.${username}`;

export function savedFilters(username: string): SavedFilter[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(username)) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isSaved) : [];
  } catch {
    return [];
  }
}

const isSaved = (each: unknown): each is SavedFilter =>
  typeof (each as SavedFilter | null)?.name === "string" &&
  typeof (each as SavedFilter | null)?.query === "string";

/** One of the same name is replaced, and the oldest goes where there are too many. */
export function saveFilter(username: string, saved: SavedFilter): SavedFilter[] {
  const others = savedFilters(username).filter(({ name }) => name !== saved.name);
  return keep(username, [...others, saved].slice(-SAVED_MAX));
}

export function forgetFilter(username: string, name: string): SavedFilter[] {
  return keep(
    username,
    savedFilters(username).filter((each) => each.name !== name),
  );
}

function keep(username: string, saved: SavedFilter[]): SavedFilter[] {
  localStorage.setItem(keyOf(username), JSON.stringify(saved));
  return saved;
}
