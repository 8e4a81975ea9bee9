/**
 * Checkpoints beside the commits: after every so many transactions a thread of its own is asked to
 * carry the log into the file. One that fails is logged; the log then grows until a commit carries
 * it itself, so a thread that is lost costs time and nothing else.
 */
import type { Worker } from "node:worker_threads";
import type { Log } from "../model/log.ts";
import { startThread } from "../model/thread.ts";

/** Some 1,000 to 4,000 pages of the log where they change cases. */
const TRANSACTIONS_A_CHECKPOINT = 50;

export interface Checkpoints {
  /** A transaction has been committed. */
  committed(): void;
  /** Settles when the thread has let go of the file. */
  close(): Promise<void>;
}

export function startCheckpoints(file: string, log: Log): Checkpoints {
  const worker: Worker = startThread(new URL("./checkpoint-worker.js", import.meta.url), "log");
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  let transactions = 0;
  let isAsked = false;

  worker.on("message", (fault: string | null) => {
    isAsked = false;
    if (fault !== null) log.warn("the log could not be carried into the file beside", { fault });
  });
  // It stays asked for ever, so commits carry the log from here on.
  worker.on("error", (error) => {
    isAsked = true;
    log.error("the thread of the checkpoints ended; commits carry the log", { error });
  });

  return {
    committed() {
      transactions += 1;
      if (isAsked || transactions < TRANSACTIONS_A_CHECKPOINT) return;
      transactions = 0;
      isAsked = true;
      worker.postMessage(file);
    },
    async close() {
      worker.postMessage(null);
      await ended;
    },
  };
}
