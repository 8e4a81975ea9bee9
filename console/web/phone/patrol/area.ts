/**
 * An inspector's patrol area: the grids that the platform has for him, else those that he types, with
 * what stands in them. Kept on the phone, and asked for anew once a day or when the grids are others.
 */
import { signal } from "@preact/signals";
import { get, type Page, path } from "../../shared/api.ts";
import type { PatrolAreaItem } from "../../shared/platform-types.ts";
import { today } from "../duty/shift.ts";
import { keep, kept } from "../store.ts";
import type { Spot } from "../way/distance.ts";

export interface Area {
  grids: string[];
  /** By the platform; else typed here. */
  isSet: boolean;
  things: Spot[];
  /** There are more than the phone takes. */
  isPart: boolean;
  /** The platform's, on which it was asked for. */
  day: string;
}

const KEPT_AS = "patrol-area";
const PAGE = 1_000;
const THINGS_MAX = 5_000;
/** First digits of grid cells, as the platform has them. */
const DIGITS = /^\d{6,16}$/;

export const area = signal<Area | undefined>(undefined);

/** What was known last at once, then what is so now. @throws Refused, Unreachable */
export async function openArea(): Promise<void> {
  area.value ??= await kept<Area>(KEPT_AS);
  const { grids } = await get<PatrolAreaItem>("/api/v1/me/patrol");
  if (grids.length > 0) return await fetchArea(grids, true);
  // Nobody has set one any more: what is known goes on as if it had been typed.
  if (area.value?.isSet) await set({ ...area.value, isSet: false });
}

/** @throws Refused, Unreachable */
export async function fetchArea(grids: string[], isSet: boolean): Promise<void> {
  const known = area.value;
  const isSame = known?.grids.join("\n") === grids.join("\n") && known.day === today();
  if (isSame) return await set({ ...known, isSet });
  await set({ grids, isSet, day: today(), ...(await thingsIn(grids)) });
}

async function thingsIn(grids: readonly string[]): Promise<Pick<Area, "things" | "isPart">> {
  const things: Spot[] = [];
  for (const grid of grids) {
    const where = DIGITS.test(grid) ? { street: grid } : { responsibleGrid: grid };
    let cursor: string | undefined;
    do {
      const query = path("/api/v1/assets", { ...where, limit: PAGE, cursor });
      const { items, next } = await get<Page<Spot>>(query);
      things.push(...items.map(({ lon, lat }) => ({ lon, lat })));
      if (things.length > THINGS_MAX) return { things: things.slice(0, THINGS_MAX), isPart: true };
      cursor = next;
    } while (cursor !== undefined);
  }
  return { things, isPart: false };
}

async function set(next: Area): Promise<void> {
  area.value = next;
  await keep(KEPT_AS, next);
}
