import { GridwardenError } from "../model/errors.ts";

/** One at a time, in the order of asking. */
export interface Mutex {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const mine = last.then(work);
      last = mine.catch(() => {});
      return mine;
    },
  };
}

/**
 * Runs `work` in its turn; where that has not come within `wallMsMax`, `work` never runs.
 * @throws GridwardenError DATABASE_FAILED then
 */
export function inTime<T>(wallMsMax: number, mutex: Mutex, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let isGivenUp = false;
    const timer = setTimeout(() => {
      isGivenUp = true;
      const text = `nothing can be written for ${wallMsMax / 1000} s; the log says why, try again later`;
      reject(new GridwardenError("DATABASE_FAILED", text));
    }, wallMsMax);
    mutex
      .run(async () => {
        clearTimeout(timer);
        if (!isGivenUp) resolve(await work());
      })
      .catch(reject);
  });
}
