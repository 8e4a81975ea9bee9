/** What a person reads of a call that did not work, and what to do. */
import { Refused, Unreachable } from "./api.ts";
import { say } from "./shared-words.ts";

export function faultText(fault: unknown): string {
  if (fault instanceof Unreachable) return say("faultUnreachable");
  if (fault instanceof Refused) return say("faultRefused", { message: fault.message });
  return say("faultSelf", { message: fault instanceof Error ? fault.message : String(fault) });
}
