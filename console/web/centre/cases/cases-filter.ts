/** What a list is filtered by: read from the address and written into it; which case meets it. Pure. */
import { isLate } from "../../shared/case-due.ts";
import type { CaseItem } from "../../shared/platform-types.ts";

export const FILTERS = [
  "text",
  "class",
  "unit",
  "crew",
  "place",
  "source",
  "life",
  "late",
  "drill",
] as const;
export type FilterName = (typeof FILTERS)[number];
export type Filter = Partial<Record<FilterName, string>>;

export function filterOf(query: URLSearchParams): Filter {
  const filter: Filter = {};
  for (const name of FILTERS) {
    const value = query.get(name);
    if (value !== null && value !== "") filter[name] = value;
  }
  return filter;
}

/** As `setQuery` takes it: what is not filtered by goes out of the address. */
export const queryOf = (filter: Filter): Record<FilterName, string> =>
  Object.fromEntries(FILTERS.map((name) => [name, filter[name] ?? ""])) as Record<
    FilterName,
    string
  >;

export const isEmptyFilter = (filter: Filter): boolean => Object.keys(filter).length === 0;

const includes = (texts: readonly (string | undefined)[], wanted: string): boolean =>
  texts.some((text) => text?.toLowerCase().includes(wanted) === true);

/** `titleOf` is what the case is about in the language that is shown; `now` ms since 1970. */
export function meets(
  item: CaseItem,
  filter: Filter,
  now: number,
  titleOf: (item: CaseItem) => string,
): boolean {
  const { text, class: slug, unit, crew, place, source, life, late, drill } = filter;
  if (slug !== undefined && item.class !== slug) return false;
  if (unit !== undefined && item.unitId !== unit) return false;
  if (crew !== undefined && item.crewId !== crew) return false;
  if (source !== undefined && item.source !== source) return false;
  if (life !== undefined && !item.lifeSafety) return false;
  if (late !== undefined && !isLate(item, now)) return false;
  if (drill === "only" && item.isDrill !== true) return false;
  if (drill === "none" && item.isDrill === true) return false;
  const { address, gridCell, responsibleGrid } = item;
  if (place !== undefined && !includes([address, gridCell, responsibleGrid], place.toLowerCase()))
    return false;
  if (text === undefined) return true;
  const said = [item.caseNo, item.description, item.assetId, address, titleOf(item)];
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => includes(said, word));
}
