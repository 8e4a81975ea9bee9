/** What the lists are asked for: the filters of the address, and the calls that they make. */
import { path } from "../../shared/api.ts";

export const PAGE_SIZE = 50;
export const ASSET_FILTERS = ["q", "class", "street", "state", "hasDevices"] as const;
export const DEVICE_FILTERS = [
  "class",
  "format",
  "life",
  "vendor",
  "model",
  "firmware",
  "serialNumber",
  "externalId",
] as const;

export type Filters = Record<string, string>;

/** Of the address, those that the list knows and that say something. */
export function filtersOf(query: URLSearchParams, names: readonly string[]): Filters {
  const found: Filters = {};
  for (const name of names) {
    const value = query.get(name)?.trim() ?? "";
    if (value !== "") found[name] = value;
  }
  return found;
}

export const listPath = (list: "assets" | "devices", filters: Filters, cursor?: string): string =>
  path(`/api/v1/${list}`, { ...filters, limit: PAGE_SIZE, cursor });

/** What a list shows so far, page by page as it was asked for. */
export function pagesOf<T>(items: readonly T[]): T[][] {
  const pages: T[][] = [];
  for (let from = 0; from < items.length; from += PAGE_SIZE) {
    pages.push(items.slice(from, from + PAGE_SIZE));
  }
  return pages;
}

/** The parts of a component code (GB/T 30428.2): area, main class, subclass, number. */
export function codeParts(code: string): {
  area: string;
  major: string;
  minor: string;
  no: string;
} {
  return {
    area: code.slice(0, 6),
    major: code.slice(6, 8),
    minor: code.slice(8, 10),
    no: code.slice(10),
  };
}
