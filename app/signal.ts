/** Sent once, seen by everybody who waits or comes later. */
export interface Signal {
  /**
   * Settles with `other`, or before it when the signal is sent. Keeps nothing of it afterwards,
   * where `Promise.race` would leave a reaction on the signal for every wait.
   */
  orAfter(other: Promise<unknown>): Promise<void>;
  /** Settles when it is sent. */
  sent(): Promise<void>;
  send(): void;
}

export function createSignal(): Signal {
  let isSent = false;
  const waiting = new Set<() => void>();
  const orAfter = (other: Promise<unknown> | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (): void => {
        waiting.delete(done);
        resolve();
      };
      waiting.add(done);
      other?.then(done, (error) => {
        waiting.delete(done);
        reject(error);
      });
      if (isSent) done();
    });
  return {
    orAfter,
    sent: () => orAfter(undefined),
    send() {
      isSent = true;
      for (const done of [...waiting]) done();
    },
  };
}
