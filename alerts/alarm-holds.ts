/**
 * What lies over an alarm and keeps it from being told: shelved by a person for a time, suppressed
 * by design (something above it is the cause), out of service with its asset. A hold belongs to a
 * device and a rule; the machine goes on underneath. An alarm that began while it was held is told
 * when the hold ends, if it is active then. Out of service is no entry here: the asset says so.
 */
import type { AlarmRecord } from "../model/alarm.ts";
import type { Instant } from "../model/clock.ts";
import type { Asset } from "../model/registry.ts";
import type { AlarmEffect } from "./alarm-states.ts";
import type { HoldRow, Shelf } from "./hold-tables.ts";

export type HoldKind = "out-of-service" | "suppressed" | "shelved";

export interface Hold extends HoldRow {
  /** The newest occurrence, over already, that shows the shelf; absent while one stands. */
  readonly last?: AlarmRecord;
}

export interface Holds {
  restore(hold: Hold): void;
  of(bearerId: string, ruleId: string): Hold | undefined;
  ofBearer(bearerId: string): Hold[];
  all(): Hold[];
  /** In the place of the one before; an empty one is none. */
  put(hold: Hold): void;
  /** When the first shelf ends; infinity where there is none. */
  nextEnd(): Instant;
  /** Shelves that have ended by then, always in the same order. */
  endedBy(at: Instant): Hold[];
  count(): number;
}

export function createHolds(onChange: (row: HoldRow) => void): Holds {
  const byKey = new Map<string, Hold>();
  /** Undefined: a shelf has changed since it was looked for. */
  let nextEnd: Instant | undefined;
  const keep = (hold: Hold): void => {
    const key = keyOf(hold.bearerId, hold.ruleId);
    const before = byKey.get(key);
    if (isEmpty(hold)) byKey.delete(key);
    else byKey.set(key, hold);
    if (before?.shelf === undefined && hold.shelf === undefined) return;
    nextEnd = undefined;
  };
  const firstEnd = (): Instant => {
    let first = Number.POSITIVE_INFINITY;
    for (const each of byKey.values()) first = Math.min(first, endOf(each));
    return first;
  };
  return {
    restore: keep,
    of: (bearerId, ruleId) => (byKey.size === 0 ? undefined : byKey.get(keyOf(bearerId, ruleId))),
    ofBearer: (bearerId) => [...byKey.values()].filter((hold) => hold.bearerId === bearerId),
    all: () => [...byKey.values()],
    put(hold) {
      const { last: _shown, ...row } = hold;
      keep(hold);
      onChange(row);
    },
    nextEnd() {
      nextEnd ??= firstEnd();
      return nextEnd;
    },
    endedBy: (at) =>
      [...byKey.values()]
        .filter((hold) => endOf(hold) <= at)
        .sort((a, b) => (keyOf(a.bearerId, a.ruleId) < keyOf(b.bearerId, b.ruleId) ? -1 : 1)),
    count: () => byKey.size,
  };
}

function keyOf(bearerId: string, ruleId: string): string {
  return `${bearerId} ${ruleId}`;
}

function endOf({ shelf }: Hold): Instant {
  return shelf?.until ?? Number.POSITIVE_INFINITY;
}

function isEmpty({ shelf, suppressedBy }: HoldRow): boolean {
  return shelf === undefined && suppressedBy.length === 0;
}

export function withShelf({ bearerId, ruleId, suppressedBy }: Hold, shelf?: Shelf): Hold {
  return { bearerId, ruleId, suppressedBy, ...(shelf === undefined ? {} : { shelf }) };
}

export function isOutOfService(asset: Pick<Asset, "attributes"> | undefined): boolean {
  return asset?.attributes?.outOfService === true;
}

/** What is shown where several hold it: the widest. */
export function heldAs(
  asset: Pick<Asset, "attributes"> | undefined,
  hold: HoldRow | undefined,
): HoldKind | undefined {
  if (isOutOfService(asset)) return "out-of-service";
  if (hold === undefined) return undefined;
  if (hold.suppressedBy.length > 0) return "suppressed";
  return hold.shelf === undefined ? undefined : "shelved";
}

/** Is an effect told? `isUntold`: nobody was told that it was raised. */
export function isTold(
  kind: AlarmEffect["kind"],
  { isUntold, isHeld }: { isUntold: boolean; isHeld: boolean },
): boolean {
  switch (kind) {
    case "ignored":
      return false;
    case "raised":
    case "severity":
    case "realarmed":
      return !isHeld && !isUntold;
    case "acknowledged":
    case "returned":
    case "latched":
    case "cleared":
      return !isUntold;
  }
}
