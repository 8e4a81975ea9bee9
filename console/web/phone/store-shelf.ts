/**
 * Where the phone keeps things: in IndexedDB, or, where a browser refuses that (a private window), in the
 * page's memory, for as long as the page is open.
 */
import { type IDBPDatabase, openDB } from "idb";

const KINDS = ["kept", "outbox", "photos"] as const;
type Kind = (typeof KINDS)[number];

export interface Shelf {
  isLasting: boolean;
  get(kind: Kind, key: string): Promise<unknown>;
  put(kind: Kind, key: string, value: unknown): Promise<void>;
  drop(kind: Kind, key: string): Promise<void>;
  keys(kind: Kind): Promise<string[]>;
  /** In one transaction, so that two pages of one phone change one thing. */
  change<T>(kind: Kind, key: string, step: (former: unknown) => T): Promise<T>;
  close(): void;
}

/** `onClosed`: the browser, or another page that wants it gone, has closed it. */
export async function openShelf(name: string, onClosed: () => void): Promise<Shelf> {
  try {
    return diskShelf(await openDisk(name, onClosed));
  } catch {
    return memoryShelf();
  }
}

/** @throws what a browser says that keeps nothing */
async function openDisk(name: string, onClosed: () => void): Promise<IDBPDatabase> {
  return await openDB(name, 1, {
    upgrade(database) {
      database.createObjectStore("kept");
      database.createObjectStore("outbox");
      database.createObjectStore("photos", { keyPath: "photoId" });
    },
    blocking(_version, _wanted, event) {
      (event.target as IDBDatabase).close();
      onClosed();
    },
    terminated: onClosed,
  });
}

function diskShelf(database: IDBPDatabase): Shelf {
  const put = async (
    store: { put(value: unknown, key?: string): Promise<unknown> },
    kind: Kind,
    key: string,
    value: unknown,
  ): Promise<void> => {
    // A photo has its key in itself.
    await (kind === "photos" ? store.put(value) : store.put(value, key));
  };
  return {
    isLasting: true,
    get: async (kind, key) => (await database.get(kind, key)) as unknown,
    async put(kind, key, value) {
      const transaction = database.transaction(kind, "readwrite");
      await Promise.all([put(transaction.store, kind, key, value), transaction.done]);
    },
    drop: (kind, key) => database.delete(kind, key),
    keys: async (kind) => (await database.getAllKeys(kind)).map(String),
    async change(kind, key, step) {
      const transaction = database.transaction(kind, "readwrite");
      const next = step(await transaction.store.get(key));
      await Promise.all([put(transaction.store, kind, key, next), transaction.done]);
      return next;
    },
    close: () => database.close(),
  };
}

function memoryShelf(): Shelf {
  const kinds = new Map(KINDS.map((kind) => [kind, new Map<string, unknown>()]));
  const of = (kind: Kind): Map<string, unknown> => kinds.get(kind) ?? new Map();
  return {
    isLasting: false,
    get: async (kind, key) => of(kind).get(key),
    put: async (kind, key, value) => void of(kind).set(key, value),
    drop: async (kind, key) => void of(kind).delete(key),
    keys: async (kind) => [...of(kind).keys()],
    async change(kind, key, step) {
      const next = step(of(kind).get(key));
      of(kind).set(key, next);
      return next;
    },
    close: () => undefined,
  };
}
