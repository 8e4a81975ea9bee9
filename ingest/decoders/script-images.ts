/**
 * The scripts that the thread knows by their numbers, and what was kept of those that were read: as much
 * as there is room for. What was put away, the longest unused first, is read again when it is asked.
 */
import { LIMITS } from "../../model/limits.ts";
import type { ReadScript } from "./sandbox.ts";
import { faultOf } from "./script-ask.ts";
import type { RunMessage } from "./script-messages.ts";

export interface ScriptImages {
  take(changes: Pick<RunMessage, "learn" | "forget">): void;
  /** The script, read now if it is not kept. */
  get(script: number): ReadScript;
}

interface KnownScript {
  source: string;
  read?: ReadScript;
}

export function createScriptImages(
  read: (source: string) => ReadScript,
  bytesMax: number = LIMITS.scriptImagesBytesMax,
): ScriptImages {
  /** The one that was used last is the last. */
  const known = new Map<number, KnownScript>();
  let bytes = 0;

  const putAway = (script: KnownScript | undefined): void => {
    if (script?.read === undefined) return;
    bytes -= bytesOf(script.read);
    delete script.read;
  };

  return {
    take({ learn, forget }) {
      for (const script of forget) {
        putAway(known.get(script));
        known.delete(script);
      }
      for (const { script, source } of learn) known.set(script, { source });
    },
    get(script) {
      const found = known.get(script);
      if (found === undefined) return faultOf("crashed", "the thread does not know the script");
      known.delete(script);
      known.set(script, found);
      if (found.read !== undefined) return found.read;
      found.read = read(found.source);
      bytes += bytesOf(found.read);
      for (const other of known.values()) {
        if (bytes <= bytesMax) break;
        if (other !== found) putAway(other);
      }
      return found.read;
    },
  };
}

function bytesOf(read: ReadScript): number {
  return read.kind === "ready" ? read.image.low.length + read.image.heap.length : 0;
}
