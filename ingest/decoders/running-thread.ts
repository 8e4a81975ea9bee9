/**
 * One life of the scripts' thread: a message at a time, and its answers, or that it fell. A thread whose
 * ask has not come to an end in its time is ended from outside, the only way to end what counts no steps.
 */
import { startThread } from "../../model/worker-thread.ts";
import type { RanMessage, RunMessage, ScriptThreadData } from "./script-messages.ts";

export type Outcome =
  | { kind: "ran"; answers: RanMessage }
  /** `index` of the ask that was being run; absent: none was. */
  | { kind: "late" | "fell"; index?: number; text: string };

export interface RunningThread {
  run(message: RunMessage): Promise<Outcome>;
  end(): Promise<void>;
}

const LOOKS_PER_CALL = 5;
/** Of what the thread keeps outside its sandbox, whose memory has its own bound. */
const HEAP_MB_MAX = 256;

export function startScriptThread(callMsMax: number): RunningThread {
  const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const progress = new Int32Array(shared);
  const workerData: ScriptThreadData = { progress: shared };
  const worker = startThread("./script-thread", import.meta.url, {
    name: "scripts",
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
  });
  let finish: (outcome: Outcome) => void = () => {};
  let downText: string | undefined;
  const fell = (text: string): void => {
    downText ??= text;
    const at = Atomics.load(progress, 0);
    finish({ kind: "fell", text: downText, ...(at > 0 ? { index: at - 1 } : {}) });
  };
  worker.on("message", (answers: RanMessage) => finish({ kind: "ran", answers }));
  worker.on("error", (error) => fell(String(error)));
  worker.on("exit", () => fell("the thread of the scripts ended"));
  // Nothing but a run of scripts keeps the process alive.
  worker.unref();

  return {
    async run(message) {
      if (downText !== undefined) return { kind: "fell", text: downText };
      worker.ref();
      const over = watch(progress, callMsMax, (index) => {
        finish({ kind: "late", index, text: `it ran for more than ${callMsMax} ms` });
      });
      try {
        return await new Promise<Outcome>((resolve) => {
          finish = resolve;
          worker.postMessage(message);
        });
      } finally {
        over();
        worker.unref();
      }
    },
    async end() {
      await worker.terminate();
    },
  };
}

/** Calls `late` when the same ask has run for so long; answers how to stop watching. */
function watch(progress: Int32Array, callMsMax: number, late: (index: number) => void): () => void {
  let seen = 0;
  let seenSinceMs = performance.now();
  const timer = setInterval(() => {
    const at = Atomics.load(progress, 0);
    const now = performance.now();
    if (at !== seen || at === 0) {
      seen = at;
      seenSinceMs = now;
    } else if (now - seenSinceMs > callMsMax) late(at - 1);
  }, callMsMax / LOOKS_PER_CALL);
  return () => clearInterval(timer);
}
