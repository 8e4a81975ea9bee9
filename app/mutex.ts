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
  readonly promise: Promise<void>;
  send(): void;
}

export function createSignal(): Signal {
  let send = (): void => {};
  const promise = new Promise<void>((resolve) => {
    send = resolve;
  });
  return { promise, send };
}
