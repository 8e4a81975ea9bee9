/** What the map is asked to show. */
import type { Place } from "./map-items.ts";

/** Something that calls for somebody: an open case, or an alarm without one. */
export interface MarkGiven {
  lon: number;
  lat: number;
  isDanger: boolean;
  isDrill: boolean;
  caseNo?: string | undefined;
  assetId?: string | undefined;
}
export type Mark = MarkGiven & Place;

/** Which assets are there to be seen. */
export interface AssetsShown {
  /** By the class's index; -1 is "no class". */
  isClassShown(classIndex: number): boolean;
  /** Assets that are heard or have no device, and those whose devices are silent. */
  isNormalShown: boolean;
  isSilentShown: boolean;
  silent: ReadonlySet<string>;
}

export const ALL_SHOWN: AssetsShown = {
  isClassShown: () => true,
  isNormalShown: true,
  isSilentShown: true,
  silent: new Set(),
};

/** How an asset's dot is drawn: one that is silent has a hole. */
export function dotOf(
  shown: AssetsShown,
  assetId: string,
  classIndex: number,
): "full" | "empty" | "none" {
  if (!shown.isClassShown(classIndex)) return "none";
  if (shown.silent.has(assetId)) return shown.isSilentShown ? "empty" : "none";
  return shown.isNormalShown ? "full" : "none";
}
