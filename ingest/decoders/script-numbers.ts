/** Numbers for the sources that a thread knows: the most recent ones, each sent to it only once. */
import { LIMITS } from "../../model/limits.ts";
import type { RunMessage } from "./script-messages.ts";

export interface ScriptNumbers {
  numberOf(source: string): number;
  /** What the thread must learn, and may forget, before these are asked. */
  changesFor(asks: readonly { source: string }[]): Pick<RunMessage, "learn" | "forget">;
}

export function createScriptNumbers(keptMax: number = LIMITS.scriptsKeptMax): ScriptNumbers {
  /** The one that was asked last is the last. */
  const known = new Map<string, number>();
  let last = 0;
  return {
    numberOf: (source) => known.get(source) ?? 0,
    changesFor(asks) {
      const sources = new Set(asks.map(({ source }) => source));
      const learn: { script: number; source: string }[] = [];
      for (const source of sources) {
        const found = known.get(source);
        if (found === undefined) {
          last += 1;
          learn.push({ script: last, source });
        }
        known.delete(source);
        known.set(source, found ?? last);
      }
      const forget: number[] = [];
      for (const [source, script] of known) {
        if (known.size <= keptMax || sources.has(source)) break;
        known.delete(source);
        forget.push(script);
      }
      return { learn, forget };
    },
  };
}
