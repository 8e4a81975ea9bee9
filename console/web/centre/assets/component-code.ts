/**
 * A component code as it is typed (GB/T 30428.2): area 6, main class 2, subclass 2, number 6; drafts of the
 * revision have a number of up to 8.
 */
import { allPages } from "../../shared/all-pages.ts";
import type { Page } from "../../shared/api.ts";
import { useLoaded } from "../../shared/loaded.ts";
import type { CategoryRow } from "../../shared/platform-types.ts";

const DIGITS_MIN = 16;
const DIGITS_MAX = 18;

export type CodeFault = "noDigits" | "short" | "long";

export function codeFault(code: string): CodeFault | undefined {
  if (!/^\d*$/.test(code)) return "noDigits";
  if (code.length < DIGITS_MIN) return "short";
  return code.length > DIGITS_MAX ? "long" : undefined;
}

/** The categories of components in the code system that the city works by, by their four digits. */
export const useCategories = () =>
  useLoaded(async () => {
    const pages = await allPages<Page<CategoryRow> & { codeSystem?: string }>("/api/v1/categories");
    const { codeSystem } = pages[0] ?? {};
    const rows = pages
      .flatMap(({ items }) => items)
      .filter(
        ({ kind, system }) =>
          kind === "component" && (codeSystem === undefined || system === codeSystem),
      );
    return new Map(rows.map((row) => [row.code, row]));
  }, []);
