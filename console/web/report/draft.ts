/** What a citizen is writing: kept with each letter, so that nothing is lost by a reload or a call. */
import { signal } from "@preact/signals";
import type { CitizenReport } from "../shared/platform-types.ts";
import { keep, kept } from "./store.ts";

export interface Draft {
  category?: string;
  description: string;
  /** From a plate; then its place is the component's. */
  code: string;
  place?: { lon: number; lat: number; accuracyM: number };
  address: string;
  phone: string;
  photos: Blob[];
}

const EMPTY: Draft = { description: "", code: "", address: "", phone: "", photos: [] };
const KEPT_AS = "draft";

export const draft = signal<Draft>(EMPTY);

export function write(change: Partial<Draft>): void {
  draft.value = { ...draft.value, ...change };
  void keep(KEPT_AS, draft.value);
}

export function clearDraft(): void {
  draft.value = EMPTY;
  void keep(KEPT_AS, EMPTY);
}

export async function restoreDraft(): Promise<void> {
  draft.value = { ...EMPTY, ...(await kept<Draft>(KEPT_AS)) };
}

/** What the report still lacks. */
export function lacks({
  category,
  description,
  code,
  place,
  address,
}: Draft): ("what" | "where")[] {
  const isSaid = category !== undefined || description.trim() !== "";
  const isPlaced = code.trim() !== "" || place !== undefined || address.trim() !== "";
  return [...(isSaid ? [] : ["what" as const]), ...(isPlaced ? [] : ["where" as const])];
}

/** Nothing of it was changed: a photo that was taken anew has another size. */
export const isSame = (a: Draft, b: Draft): boolean => partsOf(a) === partsOf(b);
const partsOf = (said: Draft): string =>
  JSON.stringify([reportOf(said), said.photos.map(({ size }) => size)]);

/** As the platform takes it, but for its photos. */
export function reportOf(said: Draft): CitizenReport {
  const { category, place } = said;
  const [description, address, assetCode, phone] = [
    said.description,
    said.address,
    said.code,
    said.phone,
  ].map((text) => text.trim());
  return {
    ...(category !== undefined && { category }),
    ...(description && { description }),
    ...(place !== undefined && { lon: place.lon, lat: place.lat }),
    ...(address && { address }),
    ...(assetCode && { assetCode }),
    ...(phone && { phone }),
  };
}
