/** What is asked of a vendor's script, and what comes back; never a value where something was wrong. */

export interface ScriptAsk {
  readonly decoderId: string;
  readonly version: number;
  /** The vendor's JavaScript as it is published. */
  readonly source: string;
  readonly call: "decodeUplink" | "encodeDownlink";
  /** As TS013 has it: `{bytes, fPort, recvTime?, variables?}`, or `{data, fPort?, variables?}`. */
  readonly input: unknown;
}

export type ScriptAnswer =
  | {
      readonly kind: "answered";
      /** A plain tree, bounded in size and depth: `data`, or `{bytes, fPort?}` of a downlink. */
      readonly output: unknown;
      readonly warnings: readonly string[];
      /** What `normalizeUplink` makes of the answer, where the script has it. */
      readonly normalized?: unknown;
    }
  /** The script itself says that there is no value. */
  | { readonly kind: "errors"; readonly errors: readonly string[] }
  | ScriptFault;

export interface ScriptFault {
  readonly kind: "fault";
  readonly reason: FaultReason;
  readonly text: string;
}

export type FaultReason =
  /** An exception, on reading the script or in the call. */
  | "threw"
  | "time"
  | "memory"
  /** Too large, too deep, cyclic, or not of the wanted form. */
  | "output"
  /** Not JavaScript, or none of the calls that are looked for. */
  | "syntax"
  /** A promise that nothing will settle. */
  | "unsettled"
  /** The sandbox itself fell; it was made anew. */
  | "crashed";

export function faultOf(reason: FaultReason, text: string): ScriptFault {
  return { kind: "fault", reason, text };
}

/** Asked of a runner that is closed, or was while it ran: nothing was answered, and nobody is at fault. */
export class RunnerClosed extends Error {
  constructor() {
    super("the runner of scripts is closed");
    this.name = "RunnerClosed";
  }
}
