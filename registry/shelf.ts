/**
 * One kind of registered things in memory: found by id at once, listed newest first in pages.
 * A thing keeps its place in the order (its `seq`) however often it is replaced; a cursor is the
 * `seq` of the last thing that was shown, so pages stay right while others are added or removed.
 */
import { GridwardenError } from "../model/errors.ts";

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

export interface Page<T> {
  items: T[];
  /** Cursor of the next page; absent on the last one. */
  next?: string;
}

export interface Shelf<T> {
  readonly size: number;
  get(id: string): T | undefined;
  has(id: string): boolean;
  values(): IterableIterator<T>;
  /** A place in the order that no thing has had in this process. */
  takeSeq(): number;
  /** `seq` must be beyond every one that was put before. */
  put(id: string, seq: number, thing: T): void;
  replace(id: string, thing: T): void;
  remove(id: string): void;
  page(request: PageRequest, isWanted?: (thing: T) => boolean): Page<T>;
}

export function createShelf<T>(): Shelf<T> {
  const things = new Map<string, T>();
  const ids: string[] = [];
  const seqs: number[] = [];
  let nextSeq = 1;

  /** Number of things whose seq is below `seq`. */
  function below(seq: number): number {
    let low = 0;
    let high = seqs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((seqs[middle] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    get size() {
      return things.size;
    },
    get: (id) => things.get(id),
    has: (id) => things.has(id),
    values: () => things.values(),
    takeSeq: () => nextSeq++,
    put(id, seq, thing) {
      things.set(id, thing);
      ids.push(id);
      seqs.push(seq);
      nextSeq = Math.max(nextSeq, seq + 1);
    },
    replace(id, thing) {
      if (things.has(id)) things.set(id, thing);
    },
    remove(id) {
      if (!things.delete(id)) return;
      const index = ids.indexOf(id);
      ids.splice(index, 1);
      seqs.splice(index, 1);
    },
    page({ limit, cursor }, isWanted = () => true) {
      const items: T[] = [];
      let lastSeq = 0;
      const start = cursor === undefined ? seqs.length : below(readCursor(cursor));
      for (let index = start - 1; index >= 0; index--) {
        const thing = things.get(ids[index] ?? "");
        if (thing === undefined || !isWanted(thing)) continue;
        if (items.length === limit) return { items, next: String(lastSeq) };
        items.push(thing);
        lastSeq = seqs[index] ?? 0;
      }
      return { items };
    },
  };
}

function readCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'cursor': got '${cursor.slice(0, 40)}', wanted the 'next' of the page before; leave it out to begin anew`,
  );
}
