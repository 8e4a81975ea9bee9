/**
 * What the page keeps in this browser: what is being written with its photos, what waits to be sent, and the
 * numbers of what was sent. Where a browser keeps nothing it lasts as long as the page.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

interface Schema extends DBSchema {
  kept: { key: string; value: unknown };
}

const inMemory = new Map<string, unknown>();
const store: Promise<IDBPDatabase<Schema> | undefined> = open().catch(() => undefined);

/** @throws what a browser says that keeps nothing */
async function open(): Promise<IDBPDatabase<Schema>> {
  return await openDB<Schema>("gridwarden-report", 1, {
    upgrade(database) {
      database.createObjectStore("kept");
    },
  });
}

export async function keep(key: string, value: unknown): Promise<void> {
  inMemory.set(key, value);
  await (await store)?.put("kept", value, key).catch(() => undefined);
}

export async function kept<T>(key: string): Promise<T | undefined> {
  const found = await (await store)?.get("kept", key).catch(() => undefined);
  return (found ?? inMemory.get(key)) as T | undefined;
}
