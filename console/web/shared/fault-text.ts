/** What a person reads of a call that did not work, and what to do. */
import { signal } from "@preact/signals";
import { Refused, Unreachable } from "./api.ts";
import type { RefusalGiven, RefusalSaid } from "./faults/said.ts";
import { say } from "./shared-words.ts";

/** The words of refusals come with the first one; whatever shows one is shown anew when they are there. */
const words = signal<typeof import("./faults/said.ts") | undefined>(undefined);
let isAsked = false;

export function faultText(fault: unknown, field?: string): string {
  return faultSaid(fault, field).text;
}

/** @param field of a form, beside which it is told */
export function faultSaid(fault: unknown, field?: string): RefusalSaid {
  if (fault instanceof Unreachable) return { text: say("faultUnreachable") };
  if (fault instanceof Refused) return refusalSaid(fault, field);
  return {
    text: say("faultSelf", { message: fault instanceof Error ? fault.message : String(fault) }),
  };
}

export function refusalSaid(refusal: RefusalGiven, field?: string): RefusalSaid {
  const known = words.value;
  if (known !== undefined) return known.refusalSaid(refusal, field);
  void loadWords();
  return { text: say("faultRefused"), original: refusal.message };
}

async function loadWords(): Promise<void> {
  if (isAsked) return;
  isAsked = true;
  try {
    words.value = await import("./faults/said.ts");
  } catch {
    // No network now: the next refusal asks again.
    isAsked = false;
  }
}
