/**
 * Rules of last places (末位): who stood at the end of the peer group for so many periods that a city
 * acts on it. The rules are data. Pure.
 */
import type { LastPlace, LastPlaceRule } from "../../model/last-place.ts";

/**
 * From the practice of counties (DOMAIN §4): last in two months running of one quarter, the heads answer
 * in public and the media are told; among the last three of a month, of three months or of three
 * quarters running, they are summoned (约谈) and then lose the post (末位淘汰).
 */
export const LAST_PLACE_RULES: readonly LastPlaceRule[] = [
  { ruleId: "last-twice", each: "month", places: 1, running: 2, isOfOneQuarter: true },
  { ruleId: "last-three", each: "month", places: 3, running: 1 },
  { ruleId: "last-three-months", each: "month", places: 3, running: 3 },
  { ruleId: "last-three-quarters", each: "quarter", places: 3, running: 3 },
];

/** What a period says of one who is evaluated. */
interface Placed {
  subjectId: string;
  name?: string | undefined;
  kind?: string | undefined;
  peerGroup?: string | undefined;
  score: number | null;
}

export interface PlacedPeriod {
  period: string;
  /** Quarter that it lies in. */
  quarter: string;
  items: readonly Placed[];
}

/**
 * Whom the rule meets at the end of the newest period. `periods`: the newest first, `rule.running` of them
 * at least; else nobody is met. Without a score in one of them a run is broken.
 */
export function lastPlaces(rule: LastPlaceRule, periods: readonly PlacedPeriod[]): LastPlace[] {
  const run = periods.slice(0, rule.running);
  const [newest] = run;
  if (newest === undefined || run.length < rule.running) return [];
  if (rule.isOfOneQuarter && run.some(({ quarter }) => quarter !== newest.quarter)) return [];
  const met = run.map(({ items }) => lastOf(items, rule.places));
  return newest.items
    .filter(({ subjectId }) => met.every((ids) => ids.has(subjectId)))
    .map(({ subjectId, name, kind, peerGroup }) => ({
      ruleId: rule.ruleId,
      subjectId,
      ...(name !== undefined && { name }),
      peerGroup: groupOf({ peerGroup, kind }),
      periods: run.map(({ period }) => period),
      scores: run.map(({ items }) => scoreOf(items, subjectId)),
    }));
}

const scoreOf = (items: readonly Placed[], subjectId: string): number =>
  items.find((item) => item.subjectId === subjectId)?.score ?? 0;

/**
 * Who has fewer than `places` peers below. Nobody in a group that has no more than `places`, nor
 * where all share one rank: there is no end of such a group.
 */
function lastOf(items: readonly Placed[], places: number): ReadonlySet<string> {
  const groups = new Map<string, Placed[]>();
  for (const item of items) {
    const peers = groups.get(groupOf(item));
    if (peers === undefined) groups.set(groupOf(item), [item]);
    else peers.push(item);
  }
  const last = new Set<string>();
  for (const peers of groups.values()) {
    const ranked = peers.flatMap(({ subjectId, score }) =>
      score === null ? [] : [{ subjectId, score }],
    );
    if (ranked.length <= places) continue;
    for (const { subjectId, score } of ranked) {
      const below = ranked.filter((peer) => peer.score < score).length;
      const isAbove = ranked.some((peer) => peer.score > score);
      if (below < places && isAbove) last.add(subjectId);
    }
  }
  return last;
}

/** As ranks have it. */
const groupOf = ({ peerGroup, kind }: Pick<Placed, "peerGroup" | "kind">): string =>
  peerGroup ?? kind ?? "";
