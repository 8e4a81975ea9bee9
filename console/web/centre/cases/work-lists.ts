/**
 * The lists by which work is looked for, one for each position, and what one person can act on now.
 * Pure: which case is in which list, counts, which list somebody sees first.
 */
import type { CaseItem } from "../../shared/platform-types.ts";

export const WORK_LISTS = [
  "mine",
  "accept",
  "file",
  "dispatch",
  "work",
  "review",
  "check",
  "close",
  "open",
  "closed",
] as const;
export type WorkList = (typeof WORK_LISTS)[number];

/** Whose work is looked for. `units`: his own and those below it. */
export interface Worker {
  roles: readonly string[];
  units: ReadonlySet<string>;
  crewId?: string | undefined;
}

const AT_WORK = ["DISPATCHED", "HANDLING", "SUSPENDED"];

const isExtensionAsked = (item: CaseItem): boolean => item.extensionAskedAt !== undefined;
const isSuspendAsked = (item: CaseItem): boolean => item.suspendAskedAt !== undefined;
const isDisputed = (item: CaseItem): boolean =>
  item.state === "RETURN_REVIEW" ||
  item.needsConsultation === true ||
  item.consultAskedAt !== undefined;

const IN_LIST: Record<Exclude<WorkList, "mine" | "closed">, (item: CaseItem) => boolean> = {
  accept: ({ state }) => state === "REPORTED" || state === "VERIFYING",
  file: ({ state }) => state === "PENDING_FILING",
  dispatch: ({ state }) => state === "PENDING_DISPATCH",
  work: ({ state }) => AT_WORK.includes(state),
  review: (item) => isDisputed(item) || isExtensionAsked(item) || isSuspendAsked(item),
  check: ({ state }) => state === "FEEDBACK" || state === "CHECKING",
  close: ({ state }) => state === "PENDING_CLOSE",
  open: () => true,
};

/** What waits for somebody of a role, so that he can act on it now. */
const WAITS_FOR: Record<string, (item: CaseItem, worker: Worker) => boolean> = {
  acceptor: ({ state }) => state === "REPORTED" || state === "FEEDBACK",
  "shift-lead": (item) =>
    ["REPORTED", "PENDING_FILING", "PENDING_CLOSE"].includes(item.state) ||
    isDisputed(item) ||
    (isExtensionAsked(item) && item.extensionCount === undefined) ||
    (item.state === "FEEDBACK" && item.outcome === "nothingFound"),
  dispatcher: (item) =>
    ["PENDING_DISPATCH", "RETURN_REVIEW", "FEEDBACK"].includes(item.state) ||
    (item.state === "DISPATCHED" && item.crewId === undefined),
  leader: (item) => isSuspendAsked(item) || isExtensionAsked(item) || isDisputed(item),
  inspector: ({ state }) => state === "VERIFYING" || state === "CHECKING",
  unit: ({ state, unitId }, { units }) =>
    AT_WORK.includes(state) && unitId !== undefined && units.has(unitId),
  crew: ({ state, crewId, unitId }, worker) =>
    AT_WORK.includes(state) &&
    (crewId === undefined
      ? unitId !== undefined && worker.units.has(unitId)
      : worker.crewId === undefined || worker.crewId === crewId),
};
/** Whoever may do all has what waits for any of the centre's positions. */
const OF_ADMIN = ["acceptor", "shift-lead", "dispatcher", "leader"];

/** Of the cases that are open. */
export function isInList(list: WorkList, item: CaseItem, worker: Worker): boolean {
  if (list === "closed") return false;
  if (list !== "mine") return IN_LIST[list](item);
  const roles = worker.roles.includes("admin") ? OF_ADMIN : worker.roles;
  return roles.some((role) => WAITS_FOR[role]?.(item, worker) ?? false);
}

export function countsOf(
  items: readonly CaseItem[],
  worker: Worker,
): Record<Exclude<WorkList, "closed">, number> {
  const lists = WORK_LISTS.filter((list) => list !== "closed");
  const counts = Object.fromEntries(lists.map((list) => [list, 0])) as ReturnType<typeof countsOf>;
  for (const item of items) {
    for (const list of lists) if (isInList(list, item, worker)) counts[list] += 1;
  }
  return counts;
}

export const listOf = (name: string | null): WorkList =>
  WORK_LISTS.find((each) => each === name) ?? "mine";

/** A unit and all below it. */
export function unitsUnder(
  unitId: string | undefined,
  units: readonly { unitId: string; parentId?: string | undefined }[],
): ReadonlySet<string> {
  const under = new Set<string>(unitId === undefined ? [] : [unitId]);
  for (let size = -1; size !== under.size; ) {
    size = under.size;
    for (const each of units) {
      if (each.parentId !== undefined && under.has(each.parentId)) under.add(each.unitId);
    }
  }
  return under;
}
