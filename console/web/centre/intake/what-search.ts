/** What a report may be about, found by code, Chinese, English or pinyin initials. Pure. */
import { initialsOf } from "./initials.ts";

export interface WhatItem {
  key: string;
  kind: "component" | "event";
  /** Empty where the asset's own code gives it. */
  categoryCode: string;
  conditionId?: string;
  title: { zh: string; en: string };
  /** What it belongs to: a class, a major category. */
  group: string;
  lifeSafety: boolean;
}

export interface FoundBy extends WhatItem {
  initials: string;
}

export const indexed = (items: readonly WhatItem[]): FoundBy[] =>
  items.map((item) => ({ ...item, initials: initialsOf(item.title.zh) }));

/** How well the words fit: 0 is best; nothing where they do not. */
function rankOf(
  { title, initials, categoryCode, group }: FoundBy,
  words: string,
): number | undefined {
  const en = title.en.toLowerCase();
  const ranks = [
    title.zh === words || en === words || categoryCode === words,
    title.zh.startsWith(words) || initials.startsWith(words) || categoryCode.startsWith(words),
    en.startsWith(words),
    title.zh.includes(words) || en.includes(` ${words}`),
    initials.includes(words) || en.includes(words),
    words.split(/\s+/).every((word) => `${en} ${title.zh} ${group.toLowerCase()}`.includes(word)),
  ];
  const at = ranks.indexOf(true);
  return at === -1 ? undefined : at;
}

/** The best first; conditions, which bring a case its own limits, before bare categories. */
export function findWhat(items: readonly FoundBy[], text: string, max: number): FoundBy[] {
  const words = text.trim().toLowerCase();
  if (words === "") return [];
  return items
    .flatMap((item) => {
      const rank = rankOf(item, words);
      return rank === undefined ? [] : [{ item, rank }];
    })
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        Number(a.item.conditionId === undefined) - Number(b.item.conditionId === undefined),
    )
    .slice(0, max)
    .map(({ item }) => item);
}
