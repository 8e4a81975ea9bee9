/**
 * What ids stand for, asked for one by one when a page shows one, a few at a time, and kept. Whatever
 * reads a name is shown anew when it is there. What nobody answered is asked again after a while.
 */
import { signal } from "@preact/signals";
import { Refused } from "./api.ts";

export const AT_ONCE_MAX = 4;
export const KEPT_MAX = 5_000;
export const WAITING_MAX = 60;
export const AGAIN_MS = 30_000;

export interface AskedNames<Name> {
  /** Nothing until it is known, and of an id that the platform does not know. */
  of(id: string): Name | undefined;
  /** As somebody else was told. */
  know(id: string, name: Name): void;
}

interface Kept<Name> {
  name?: Name;
  /** Asked again from then on, by the browser's clock. */
  againAt?: number;
}

/**
 * @param ask throws Refused, Unreachable; also where nobody is signed in: a name that would wait for the
 *   next sign-in would keep others from being asked for
 */
export function askedNames<Name>(ask: (id: string) => Promise<Name>): AskedNames<Name> {
  const kept = new Map<string, Kept<Name>>();
  let waiting: string[] = [];
  const asked = new Set<string>();
  const changes = signal(0);

  function keep(id: string, found: Kept<Name>): void {
    kept.delete(id);
    kept.set(id, found);
    if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value ?? "");
  }

  async function askNext(): Promise<void> {
    if (asked.size >= AT_ONCE_MAX) return;
    const id = waiting.shift();
    if (id === undefined) return;
    asked.add(id);
    try {
      keep(id, { name: await ask(id) });
      changes.value += 1;
    } catch (fault) {
      keep(id, isFinal(fault) ? {} : { againAt: Date.now() + AGAIN_MS });
    } finally {
      asked.delete(id);
      void askNext();
    }
  }

  return {
    of(id) {
      changes.value;
      const known = kept.get(id);
      const isDue =
        known === undefined || Date.now() >= (known.againAt ?? Number.POSITIVE_INFINITY);
      if (isDue && !asked.has(id) && !waiting.includes(id)) {
        // What was seen last is wanted most.
        waiting = [id, ...waiting].slice(0, WAITING_MAX);
        void askNext();
      }
      return known?.name;
    },
    know(id, name) {
      keep(id, { name });
      changes.value += 1;
    },
  };
}

/** Of what is not there, or not for this person, no second question makes more. */
const isFinal = (fault: unknown): boolean =>
  fault instanceof Refused &&
  fault.status >= 400 &&
  fault.status < 500 &&
  !NOT_NOW.has(fault.status);

/** Nobody is signed in; too often. */
const NOT_NOW = new Set([401, 429]);
