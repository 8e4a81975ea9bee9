/** A renewal list for tests of the console: one fault of one asset of the unit `works`. */
import type { ConsoleDeps } from "./deps.ts";

export function renewalsDouble(asked: { what: string; with: unknown }[]): ConsoleDeps["renewals"] {
  return {
    list: async (query) => {
      asked.push({ what: "renewals.list", with: query });
      const [firstAt, lastAt] = [Date.UTC(2026, 8, 1), Date.UTC(2026, 10, 1)];
      const named = { assetId: "cover-1", class: "manhole-cover", name: "cover 1" };
      const counted = { count: 3, firstAt, lastAt, caseNos: ["case-3", "case-2", "case-1"] };
      const title = { zh: "井盖破损", en: "Cover broken" };
      const item = { ...named, conditionId: "cover-broken", title, unitId: "works", ...counted };
      const isShown = query.within?.has("works") !== false;
      return { asOf: query.to ?? lastAt, verified: true, items: isShown ? [item] : [] };
    },
  };
}
