/** Last places (末位): rules about who stands at the end of a peer group again and again. */
import type { ChainFault } from "./audit.ts";
import type { Instant } from "./clock.ts";

export interface LastPlaceRule {
  ruleId: string;
  /** Length of the periods that it looks at. */
  each: "month" | "quarter";
  /** How many places from the end count. */
  places: number;
  /** How many periods running. */
  running: number;
  /** A run that began in another quarter does not count. */
  isOfOneQuarter?: boolean;
}

export interface LastPlace {
  ruleId: string;
  subjectId: string;
  name?: string;
  peerGroup: string;
  /** The run, the newest first, and the score in each. */
  periods: string[];
  scores: number[];
}

export interface LastPlaces {
  period: string;
  /** Of a period that is not over nothing is final. */
  isOver: boolean;
  asOf: Instant;
  /** The history's records of all periods of the runs are as they were written. */
  verified: boolean;
  fault?: ChainFault;
  items: LastPlace[];
}
