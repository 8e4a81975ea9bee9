/** One at a time, in the order of asking. */
export interface Mutex {
  run<T>(work: () => Promise<T>): Promise<T>;
  isBusy(): boolean;
}

export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    isBusy: () => waiting > 0,
    run(work) {
      waiting += 1;
      const mine = last.then(work).finally(() => {
        waiting -= 1;
      });
      last = mine.catch(() => {});
      return mine;
    },
  };
}

/** Sent once, seen by everybody who waits or comes later. */
export interface Signal {
  /**
   * Settles with `other`, or before it when the signal is sent. Keeps nothing of it afterwards,
   * where `Promise.race` would leave a reaction on the signal for every wait.
   */
  orAfter(other: Promise<unknown>): Promise<void>;
  send(): void;
}

export function createSignal(): Signal {
  let isSent = false;
  const waiting = new Set<() => void>();
  return {
    orAfter: (other) =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          waiting.delete(done);
          resolve();
        };
        waiting.add(done);
        other.then(done, (error) => {
          waiting.delete(done);
          reject(error);
        });
        if (isSent) done();
      }),
    send() {
      isSent = true;
      for (const done of [...waiting]) done();
    },
  };
}
