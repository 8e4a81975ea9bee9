/** The rules of a class, all of them. */
import { allPages } from "../../shared/all-pages.ts";
import type { Page } from "../../shared/api.ts";
import type { RuleItem } from "../../shared/platform-types.ts";

/** None of what has no class. @throws Refused, Unreachable */
export async function rulesOfClass(slug: string | undefined): Promise<readonly RuleItem[]> {
  if (slug === undefined || slug === "") return [];
  const pages = await allPages<Page<RuleItem>>("/api/v1/rules", { class: slug });
  return pages.flatMap(({ items }) => items);
}
