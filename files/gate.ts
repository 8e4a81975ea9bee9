/** Work of which only so much runs at once, some more waits in order, and the rest is refused. */
import { GridwardenError } from "../model/errors.ts";

export interface Gate {
  /** @throws GridwardenError RATE_LIMITED where too many wait already */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(what: string, runningMax: number, waitingMax: number): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function enter(): Promise<void> {
    if (running < runningMax) {
      running += 1;
      return;
    }
    if (waiting.length >= waitingMax) {
      throw new GridwardenError(
        "RATE_LIMITED",
        `${what}: ${running} run and ${waiting.length} wait already; try again in a few seconds`,
        { details: { retryAfterS: 5 } },
      );
    }
    // Whoever leaves hands its place on, so the count stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return {
    async run(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
