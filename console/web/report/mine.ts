/** Numbers of the reports that were sent from this browser, with their own links; the newest first. */
import { signal } from "@preact/signals";
import { keep, kept } from "./store.ts";

export interface Mine {
  publicNo: string;
  link: string;
  at: number;
}

const KEPT_MAX = 20;
const KEPT_AS = "mine";

export const mine = signal<readonly Mine[]>([]);

export async function restoreMine(): Promise<void> {
  mine.value = (await kept<Mine[]>(KEPT_AS)) ?? [];
}

export async function addMine(one: Mine): Promise<void> {
  const others = mine.value.filter(({ publicNo }) => publicNo !== one.publicNo);
  mine.value = [one, ...others].slice(0, KEPT_MAX);
  await keep(KEPT_AS, mine.value);
}

/** As it was given out, or as somebody has written it down. */
export const linkOf = (publicNo: string): string | undefined =>
  mine.value.find((each) => each.publicNo === plain(publicNo))?.link;

export const plain = (publicNo: string): string => publicNo.toUpperCase().replace(/[\s-]/g, "");
