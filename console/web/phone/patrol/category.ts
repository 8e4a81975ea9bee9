/** Filing conditions found by typing some letters of them, in either language. Pure. */
import type { ClassInfo } from "../../shared/platform-types.ts";

export interface Category {
  class: ClassInfo;
  conditionId: string;
  title: { zh: string; en: string };
}

const FOUND_MAX = 8;

/** All words must be there, in the condition or in its class; of a chosen asset only its class. */
export function findCategories(
  classes: readonly ClassInfo[],
  typed: string,
  slug: string | undefined,
): Category[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0 && slug === undefined) return [];
  return classes
    .filter((each) => slug === undefined || each.slug === slug)
    .flatMap((each) =>
      each.conditions.map(({ conditionId, title }) => ({ class: each, conditionId, title })),
    )
    .filter(({ class: { title: of }, title }) => {
      const text = `${title.zh} ${title.en} ${of.zh} ${of.en}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .slice(0, FOUND_MAX);
}
