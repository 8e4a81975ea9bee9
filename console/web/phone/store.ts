/**
 * What the phone keeps of one person, in IndexedDB: orders and what is known of their places, the outbox,
 * and photos that wait. Each person has a store of his own, so nothing goes out under another's name.
 */
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import type { Outbox } from "./outbox/outbox-machine.ts";

export interface KeptPhoto {
  photoId: string;
  blob: Blob;
  moment: "before" | "after" | "other";
  name: string;
  /** ISO time and WGS-84 degrees, as the phone says them. */
  takenAt: string;
  lon?: number;
  lat?: number;
  /** Of the platform, once it has it. */
  fileId?: string;
}

interface Schema extends DBSchema {
  kept: { key: string; value: unknown };
  outbox: { key: "box"; value: Outbox };
  photos: { key: string; value: KeptPhoto };
}
type Store = IDBPDatabase<Schema>;

const nameOf = (username: string): string => `gridwarden-phone-${username}`;
let opened: { username: string; store: Promise<Store> } | undefined;

export function openStore(username: string): void {
  if (opened?.username === username) return;
  const store = openDB<Schema>(nameOf(username), 1, {
    upgrade(database) {
      database.createObjectStore("kept");
      database.createObjectStore("outbox");
      database.createObjectStore("photos", { keyPath: "photoId" });
    },
  });
  opened = { username, store };
  // Else a phone that runs out of room may throw away what was not sent yet.
  void navigator.storage?.persist?.();
}

function store(): Promise<Store> {
  if (opened === undefined) throw new Error("nobody's store is open");
  return opened.store;
}

export async function keep(key: string, value: unknown): Promise<void> {
  await (await store()).put("kept", value, key);
}

export async function kept<T>(key: string): Promise<T | undefined> {
  return (await (await store()).get("kept", key)) as T | undefined;
}

/** Everything whose key begins so, but for some. */
export async function forgetKept(prefix: string, except: ReadonlySet<string>): Promise<void> {
  const database = await store();
  for (const key of await database.getAllKeys("kept")) {
    if (key.startsWith(prefix) && !except.has(key)) await database.delete("kept", key);
  }
}

export async function readBox(): Promise<Outbox> {
  return (await (await store()).get("outbox", "box")) ?? [];
}

/** In one transaction, so that two pages of one phone change one box. */
export async function changeBox(change: (box: Outbox) => Outbox): Promise<Outbox> {
  const transaction = (await store()).transaction("outbox", "readwrite");
  const box = change((await transaction.store.get("box")) ?? []);
  await transaction.store.put(box, "box");
  await transaction.done;
  return box;
}

export async function keepPhoto(photo: KeptPhoto): Promise<void> {
  await (await store()).put("photos", photo);
}
export async function photoOf(photoId: string): Promise<KeptPhoto | undefined> {
  return await (await store()).get("photos", photoId);
}

export async function dropPhoto(photoId: string): Promise<void> {
  await (await store()).delete("photos", photoId);
}

/** All that the phone has of the person, once he has signed out and nothing waits to be sent. */
export async function forgetStore(): Promise<void> {
  if (opened === undefined) return;
  const { username } = opened;
  (await opened.store).close();
  opened = undefined;
  await deleteDB(nameOf(username));
}
