/** The city's filing tables as things to choose: conditions first, then the categories that none has. */
import { get, type Page, path } from "../../shared/api.ts";
import { classOf } from "../../shared/catalogue.ts";
import { useLoaded } from "../../shared/loaded.ts";
import type { CategoryRow, ConditionRow } from "../../shared/platform-types.ts";
import { inLanguage } from "../../shared/words.ts";
import { type FoundBy, indexed, type WhatItem } from "./what-search.ts";

const LIST_MAX = 1000;
type Categories = Page<CategoryRow> & { codeSystem?: string };

export const useWhat = () => useLoaded(ask, []);

async function ask(): Promise<FoundBy[]> {
  const [conditions, categories] = await Promise.all([
    all<Page<ConditionRow>>("/api/v1/filing-conditions"),
    all<Categories>("/api/v1/categories"),
  ]);
  const { codeSystem } = categories[0] ?? {};
  const rows = categories.flatMap(({ items }) => items);
  return indexed([
    ...conditions.flatMap(({ items }) => items).map(ofCondition),
    ...rows
      .filter(({ system }) => codeSystem === undefined || system === codeSystem)
      .map(ofCategory),
  ]);
}

async function all<P extends Page<unknown>>(address: string): Promise<P[]> {
  const pages: P[] = [];
  let cursor: string | undefined;
  do {
    const page = await get<P>(path(address, { limit: LIST_MAX, cursor }));
    pages.push(page);
    cursor = page.next;
  } while (cursor !== undefined);
  return pages;
}

function ofCondition(row: ConditionRow): WhatItem {
  const { class: slug, conditionId, kind, categoryCode, title, lifeSafety } = row;
  const known = classOf(slug)?.title;
  return {
    ...{ key: `${slug}.${conditionId}`, kind, categoryCode, conditionId, title, lifeSafety },
    group: known === undefined ? slug : inLanguage(known),
  };
}

const ofCategory = ({ kind, code, title, majorTitle: group }: CategoryRow): WhatItem => ({
  ...{ key: `${kind}.${code}`, kind, categoryCode: code, title, group, lifeSafety: false },
});
