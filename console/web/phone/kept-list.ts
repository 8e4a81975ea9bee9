/**
 * A list of cases that the phone keeps: shown at once as it was last known, asked for when the page opens and
 * when the stream comes back, and held up to date by the stream between.
 */
import { type Signal, signal } from "@preact/signals";
import type { CaseItem } from "../shared/platform-types.ts";
import { keep, kept } from "./store.ts";

export interface KeptList {
  /** undefined: not known yet. */
  items: Signal<readonly CaseItem[] | undefined>;
  /** The last asking did not work; what was known stays. */
  fault: Signal<unknown>;
  restore(): Promise<void>;
  load(): Promise<void>;
  /** A case as it is now; answers whether the list did not have it before. */
  tell(item: CaseItem): boolean;
}

export function createKeptList(
  key: string,
  ask: () => Promise<readonly CaseItem[]>,
  belongs: (item: CaseItem) => boolean,
): KeptList {
  const items = signal<readonly CaseItem[] | undefined>(undefined);
  const fault = signal<unknown>(undefined);

  function set(next: readonly CaseItem[]): void {
    items.value = next;
    void keep(key, next).catch(() => undefined);
  }

  return {
    items,
    fault,
    async restore() {
      const found = await kept<CaseItem[]>(key);
      items.value ??= found;
    },
    async load() {
      try {
        set((await ask()).filter(belongs));
        fault.value = undefined;
      } catch (reason) {
        fault.value = reason;
      }
    },
    tell(item) {
      const before = items.value ?? [];
      const known = before.find(({ caseNo }) => caseNo === item.caseNo);
      if (known !== undefined && known.version > item.version) return false;
      const others = before.filter(({ caseNo }) => caseNo !== item.caseNo);
      if (belongs(item)) set([...others, item]);
      else if (known !== undefined) set(others);
      return known === undefined && belongs(item);
    },
  };
}
