/**
 * Lets one piece of work at a time through, in the order of asking. A transaction that is asked
 * for from within a transaction would wait for itself for ever: so waiting has a limit, and the
 * one that waited is told.
 */
export interface TransactionQueue {
  /** Settles with `true` when it is this caller's turn, with `false` when the wait was too long. */
  enter(): Promise<boolean>;
  leave(): void;
  readonly waiting: number;
  /** Settles when nobody is inside or waiting. */
  idle(): Promise<void>;
}

export function createTransactionQueue(waitMsMax: number): TransactionQueue {
  const waiters = new Set<(isTurn: boolean) => void>();
  const idlers: (() => void)[] = [];
  let isTaken = false;

  return {
    get waiting() {
      return waiters.size;
    },
    enter() {
      if (!isTaken) {
        isTaken = true;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const settle = (isTurn: boolean): void => {
          clearTimeout(timer);
          waiters.delete(settle);
          resolve(isTurn);
        };
        const timer = setTimeout(settle, waitMsMax, false);
        waiters.add(settle);
      });
    },
    leave() {
      for (const next of waiters) {
        next(true);
        return;
      }
      isTaken = false;
      for (const done of idlers.splice(0)) done();
    },
    idle() {
      if (!isTaken) return Promise.resolve();
      return new Promise((resolve) => idlers.push(resolve));
    },
  };
}
