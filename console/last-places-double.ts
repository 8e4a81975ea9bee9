/** Last places for tests of the console: the unit `works` was last twice. */
import type { ConsoleDeps } from "./deps.ts";

export function lastPlacesDouble(
  asked: { what: string; with: unknown }[],
): ConsoleDeps["lastPlaces"] {
  return {
    read: async (query) => {
      asked.push({ what: "lastPlaces.read", with: query });
      const run = { periods: [query.period, "2026-10"], scores: [61.5, 58] };
      const item = { ruleId: "last-twice", subjectId: "works", peerGroup: "contractor", ...run };
      const asOf = Date.UTC(2026, 10, 30, 16);
      return { period: query.period, isOver: true, asOf, verified: true, items: [item] };
    },
  };
}
