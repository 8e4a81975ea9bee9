/** Every page of a list, one call after the other. */
import { get, type Page, path } from "./api.ts";

const LIST_MAX = 1000;

/** @throws Refused, Unreachable */
export async function allPages<P extends Page<unknown>>(
  address: string,
  filter: Record<string, string> = {},
): Promise<P[]> {
  const pages: P[] = [];
  let cursor: string | undefined;
  do {
    const page = await get<P>(path(address, { ...filter, limit: LIST_MAX, cursor }));
    pages.push(page);
    cursor = page.next;
  } while (cursor !== undefined);
  return pages;
}
