/**
 * A lane runs one piece of work after another, in the order in which they came. Work in different
 * lanes runs side by side: appends, queries and sealing each have their own.
 */
export interface Lane {
  /** Settles as `work` does; what failed before it does not stop it. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Settles when everything handed in so far is over. */
  idle(): Promise<void>;
}

export function createLane(): Lane {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const result = tail.then(work);
      tail = result.catch(() => undefined);
      return result;
    },
    async idle() {
      await tail;
    },
  };
}
