/** By which of his ways a person is told. Pure. */
import type { ContactPoint } from "../../model/contact.ts";

/**
 * The `n`-th call begins with the `n`-th way, round and round; a way whose channel is down, or by which
 * he was told of the step already, is passed over. Where all are down it is the first of them;
 * nothing where all were used.
 */
export function pointFor(
  points: readonly ContactPoint[],
  n: number,
  { used, isDown }: { used: ReadonlySet<string>; isDown: (channelId: string) => boolean },
): ContactPoint | undefined {
  const first = n % Math.max(1, points.length);
  const turned = [...points.slice(first), ...points.slice(0, first)];
  const left = turned.filter(({ channelId }) => !used.has(channelId));
  return left.find(({ channelId }) => !isDown(channelId)) ?? left[0];
}
