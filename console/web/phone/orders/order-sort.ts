/**
 * Which order a crew should see first: dangers to life, then what is urgent, then the nearest, and where
 * it is not known where one is, what is due first. Pure.
 */
import { byUrgency } from "../../shared/case-due.ts";
import type { CaseItem } from "../../shared/platform-types.ts";
import { metresBetween, type Spot } from "../way/distance.ts";

type Sorted = Pick<
  CaseItem,
  | "caseNo"
  | "state"
  | "lifeSafety"
  | "limit"
  | "lon"
  | "lat"
  | "openedAt"
  | "deadline"
  | "reviewUntil"
>;

/** Urgent hours: the city counts them through the night. */
export const isUrgent = ({ lifeSafety, limit }: Pick<CaseItem, "lifeSafety" | "limit">): boolean =>
  lifeSafety || limit.unit === "urgent-hour";

const rank = (item: Sorted): number => (item.lifeSafety ? 0 : isUrgent(item) ? 1 : 2);

/** Nearer by less than this is no reason to pass over what is due first. */
const AS_NEAR_M = 100;

export function sortOrders<T extends Sorted>(items: readonly T[], here: Spot | undefined): T[] {
  const far = new Map(
    items.map((item) => [item, here === undefined ? 0 : metresBetween(here, item)]),
  );
  const ring = (item: T): number => Math.floor((far.get(item) ?? 0) / AS_NEAR_M);
  return [...items].sort((a, b) => rank(a) - rank(b) || ring(a) - ring(b) || byUrgency(a, b));
}

/** What a crew has to do something about; the rest waits for others. */
export const isInHand = ({ state }: Pick<CaseItem, "state">): boolean =>
  state === "DISPATCHED" || state === "HANDLING";
