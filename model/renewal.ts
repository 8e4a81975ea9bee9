/** The renewal list: assets at which the same fault was filed so often that repair does not hold. */
import type { ChainFault } from "./audit.ts";
import type { Instant } from "./clock.ts";

/** One fault of one asset. */
export interface Renewal {
  assetId: string;
  conditionId: string;
  /** The unit of the newest case that has one. */
  unitId?: string;
  /** Cases of the newest window that has enough of them. */
  count: number;
  /** When the first and the last of them were filed. */
  firstAt: Instant;
  lastAt: Instant;
  /** The newest first; `LIMITS.renewalCaseNosMax` at most. */
  caseNos: string[];
}

/** With what is registered and in force now. */
export interface NamedRenewal extends Renewal {
  class?: string;
  name?: string;
  /** Of the condition; absent where none of that id is in force any more. */
  title?: { zh: string; en: string };
}

/** Most cases first, of equals the newest. */
export interface RenewalPage<Item = Renewal> {
  /** What was recorded later does not count. */
  asOf: Instant;
  /** The history's records since the first case that could count are as they were written. */
  verified: boolean;
  /** The first that is not. */
  fault?: ChainFault;
  items: Item[];
  next?: string;
}
