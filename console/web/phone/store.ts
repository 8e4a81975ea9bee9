/**
 * What the phone keeps of one person: orders and what is known of their places, the outbox, and photos
 * that wait. Each person has a store of his own, so nothing goes out under another's name.
 */
import { signal } from "@preact/signals";
import { deleteDB } from "idb";
import type { Outbox } from "./outbox/outbox-machine.ts";
import { openShelf, type Shelf } from "./store-shelf.ts";

export interface KeptPhoto {
  photoId: string;
  blob: Blob;
  moment: "before" | "after" | "other";
  name: string;
  /** ISO time and WGS-84 degrees, as the phone says them. */
  takenAt: string;
  lon?: number;
  lat?: number;
  /** Of the platform, once it has it, and when it came there by the phone's clock, ms. */
  fileId?: string;
  sentAt?: number;
}

/** What is kept outlives the page. */
export const isLasting = signal(true);

const nameOf = (username: string): string => `gridwarden-phone-${username}`;
/** Without a shelf where it was closed from outside: then it is opened again when it is wanted. */
let opened: { username: string; shelf?: Promise<Shelf> | undefined } | undefined;

export function openStore(username: string): void {
  if (opened?.username === username) return;
  opened = { username };
  void shelf();
  // Else a phone that runs out of room may throw away what was not sent yet.
  void navigator.storage?.persist?.().catch(() => undefined);
}

async function shelf(): Promise<Shelf> {
  const mine = opened;
  if (mine === undefined) throw new Error("nobody's store is open");
  mine.shelf ??= openShelf(nameOf(mine.username), () => {
    mine.shelf = undefined;
  });
  const found = await mine.shelf;
  isLasting.value = found.isLasting;
  return found;
}

/** A phone that slept may have lost its connection without a word: then it is made anew, once. */
async function on<T>(work: (shelf: Shelf) => Promise<T>): Promise<T> {
  const mine = opened;
  try {
    return await work(await shelf());
  } catch (fault) {
    const isClosed = fault instanceof DOMException && fault.name === "InvalidStateError";
    if (!isClosed || mine === undefined || opened !== mine) throw fault;
    mine.shelf = undefined;
    return await work(await shelf());
  }
}

export const keep = (key: string, value: unknown): Promise<void> =>
  on((shelf) => shelf.put("kept", key, value));

export const kept = async <T>(key: string): Promise<T | undefined> =>
  (await on((shelf) => shelf.get("kept", key))) as T | undefined;

/** In one transaction, so that two pages of one phone change one thing. */
export const changeKept = <T>(key: string, change: (before: T | undefined) => T): Promise<T> =>
  on((shelf) => shelf.change("kept", key, (found) => change(found as T | undefined)));

export async function forgetKept(isOver: (key: string) => boolean): Promise<void> {
  for (const key of await on((shelf) => shelf.keys("kept"))) {
    if (isOver(key)) await on((shelf) => shelf.drop("kept", key));
  }
}

const boxOf = (found: unknown): Outbox => (found as Outbox | undefined) ?? [];
export const readBox = async (): Promise<Outbox> =>
  boxOf(await on((shelf) => shelf.get("outbox", "box")));

/** In one transaction, so that two pages of one phone change one box. */
export const changeBox = (change: (box: Outbox) => Outbox): Promise<Outbox> =>
  on((shelf) => shelf.change("outbox", "box", (found) => change(boxOf(found))));

export const keepPhoto = (photo: KeptPhoto): Promise<void> =>
  on((shelf) => shelf.put("photos", photo.photoId, photo));
export const photoOf = async (photoId: string): Promise<KeptPhoto | undefined> =>
  (await on((shelf) => shelf.get("photos", photoId))) as KeptPhoto | undefined;
export const dropPhoto = (photoId: string): Promise<void> =>
  on((shelf) => shelf.drop("photos", photoId));

/** A page of an older build may hold the store open: then it goes when that one is closed. */
const GONE_MS_MAX = 2_000;

/** All that the phone has of the person, once he has signed out and nothing waits to be sent. */
export async function forgetStore(): Promise<void> {
  const mine = opened;
  if (mine === undefined) return;
  (await shelf()).close();
  opened = undefined;
  const late = new Promise<void>((resolve) => setTimeout(resolve, GONE_MS_MAX));
  await Promise.race([deleteDB(nameOf(mine.username)).catch(() => undefined), late]);
}
