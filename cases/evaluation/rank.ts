/** Ranks within peer groups: the highest score is 1, ties share a rank, null is not ranked. Pure. */

export interface Ranked {
  rank: number | null;
  rankedOf: number;
}

export function ranksOf(items: readonly { group: string; score: number | null }[]): Ranked[] {
  const scores = new Map<string, number[]>();
  for (const { group, score } of items) {
    if (score === null) continue;
    const known = scores.get(group);
    if (known === undefined) scores.set(group, [score]);
    else known.push(score);
  }
  return items.map(({ group, score }) => {
    const peers = scores.get(group) ?? [];
    const rank = score === null ? null : 1 + peers.filter((other) => other > score).length;
    return { rank, rankedOf: peers.length };
  });
}
