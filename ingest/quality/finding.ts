/** What a check of quality answers: the flag it sets and why. One constant object each, so that a check costs nothing. */
import { FLAG_BITS, type Flag, type Flags } from "../../model/reading.ts";

export interface Finding {
  readonly flag: Flag;
  readonly bit: Flags;
  readonly reason: string;
}

export function finding(flag: Flag, reason: string): Finding {
  return Object.freeze({ flag, bit: FLAG_BITS[flag], reason });
}
