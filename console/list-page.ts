/** A page of a list that lies in memory in a fixed order; its cursor is a place in that order. */
import { GridwardenError } from "../model/errors.ts";
import type { Page, PageRequest } from "./deps.ts";

export function pageOfList<T>(list: readonly T[], { limit, cursor }: PageRequest): Page<T> {
  if (cursor !== undefined && !/^\d{1,9}$/.test(cursor)) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'cursor': got '${cursor.slice(0, 40)}', wanted the 'next' of the page before; leave it out to begin anew`,
    );
  }
  const from = Number(cursor ?? 0);
  const items = list.slice(from, from + limit);
  return from + limit < list.length ? { items, next: String(from + limit) } : { items };
}

/** The same without the fields that nobody gave. */
export function present<T extends object>(
  given: T,
): { [Field in keyof T]: Exclude<T[Field], undefined> } {
  const kept = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [Field in keyof T]: Exclude<T[Field], undefined> };
}
