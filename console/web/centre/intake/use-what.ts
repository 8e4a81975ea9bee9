/** The city's filing tables as things to choose: conditions first, then the categories that none has. */
import { allPages } from "../../shared/all-pages.ts";
import type { Page } from "../../shared/api.ts";
import { classOf } from "../../shared/catalogue.ts";
import { useLoaded } from "../../shared/loaded.ts";
import type { CategoryRow, ConditionRow } from "../../shared/platform-types.ts";
import { inLanguage } from "../../shared/words.ts";
import { type FoundBy, indexed, type WhatItem } from "./what-search.ts";

type Categories = Page<CategoryRow> & { codeSystem?: string };

export const useWhat = () => useLoaded(ask, []);

async function ask(): Promise<FoundBy[]> {
  const [conditions, categories] = await Promise.all([
    allPages<Page<ConditionRow>>("/api/v1/filing-conditions"),
    allPages<Categories>("/api/v1/categories"),
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
