/**
 * A few lines as texts, at most once each. Those that the server will not have are found by halves, with so many
 * calls and no more: where the server says that it has dropped all of them, or the calls are spent, the rest of
 * that half is left out as it stands. A server that drops some lines of a call takes the others all the same.
 */
import { type InfluxDoor, InfluxFault } from "./influx-door.ts";

export interface LeftOut {
  lines: number;
  first: string;
  reason: string;
}

/** Calls of one search for refused lines; as deep as halves go there are a few more. */
export const SEARCH_CALLS_MAX = 100;

/** Answers what the server has not taken. @throws InfluxFault where it is not about the lines */
export async function writeTexts(
  door: Pick<InfluxDoor, "write">,
  lines: readonly string[],
): Promise<LeftOut | undefined> {
  let calls = 0;
  let leftOut: LeftOut | undefined;

  function leaveOut(some: readonly string[], reason: string): void {
    const count = (leftOut?.lines ?? 0) + some.length;
    leftOut = { first: some[0] ?? "", reason, ...leftOut, lines: count };
  }

  async function writeSome(some: readonly string[]): Promise<void> {
    calls += 1;
    try {
      await door.write(some);
    } catch (error) {
      if (!isAboutLines(error)) throw error;
      const isLast = some.length === 1 || calls >= SEARCH_CALLS_MAX;
      if (isLast || droppedOf(error) === some.length) return leaveOut(some, error.message);
      const middle = Math.ceil(some.length / 2);
      await writeSome(some.slice(0, middle));
      await writeSome(some.slice(middle));
    }
  }

  if (lines.length > 0) await writeSome(lines);
  return leftOut;
}

const isAboutLines = (error: unknown): error is InfluxFault =>
  error instanceof InfluxFault && (error.kind === "refused" || error.kind === "large");

/** `partial write: points beyond retention policy dropped=7`, of 1.x and of 2.x. */
function droppedOf({ message }: InfluxFault): number {
  return Number(/\bdropped=(\d+)/.exec(message)?.[1] ?? 0);
}
