/** Where something is: places and assets by name or code as they are typed, and coordinates. */
import { useEffect, useState } from "preact/hooks";
import { get, path } from "../../shared/api.ts";
import type { FoundPlaceItem, NearAsset } from "../../shared/platform-types.ts";
import { coordinatesIn, type Where } from "./draft.ts";

const SHOWN_MAX = 8;
/** Not every key is a question. */
const PAUSE_MS = 120;

export interface PlaceChoice extends Where {
  key: string;
}

interface Found {
  of: string;
  choices: readonly PlaceChoice[];
  fault?: unknown;
}

/** Asked anew as `text` changes; an answer to an older text is left out. */
export function usePlaces(text: string): Omit<Found, "of"> & { isSearching: boolean } {
  const wanted = text.trim();
  const [found, setFound] = useState<Found>({ of: "", choices: [] });
  useEffect(() => {
    if (wanted === "") return;
    let isOver = false;
    const turn = setTimeout(() => {
      search(wanted).then(
        (choices) => isOver || setFound({ of: wanted, choices }),
        (fault: unknown) => isOver || setFound({ of: wanted, choices: [], fault }),
      );
    }, PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(turn);
    };
  }, [wanted]);
  if (wanted === "") return { choices: [], isSearching: false };
  return { ...found, isSearching: found.of !== wanted };
}

async function search(text: string): Promise<PlaceChoice[]> {
  const coordinates = coordinatesIn(text);
  if (coordinates !== undefined) return [await located(coordinates)];
  return (await placesBy(text, SHOWN_MAX)).map(choiceOf);
}

const placesBy = async (q: string, limit: number): Promise<FoundPlaceItem[]> =>
  (await get<{ items: FoundPlaceItem[] }>(path("/api/v1/places", { q, limit }))).items;

function choiceOf(place: FoundPlaceItem): PlaceChoice {
  const { placeId, assetId, name, componentCode, lon, lat } = place;
  return {
    key: placeId ?? assetId ?? name,
    label: assetId === undefined ? name : `${name} ${componentCode ?? ""}`.trim(),
    ...{ lon, lat },
    ...(placeId !== undefined && { placeId }),
    ...(assetId !== undefined && { assetId }),
    ...gridOf(place),
  };
}

const gridOf = ({ street, streetUnitId, gridCell, responsibleGrid: grid }: FoundPlaceItem) => ({
  ...(street !== undefined && { street }),
  ...(streetUnitId !== undefined && { streetId: streetUnitId }),
  ...(gridCell !== undefined && { gridCell }),
  ...(grid !== undefined && { grid }),
});

/** Bare coordinates have the grid and the street of the nearest asset, as the platform files them. */
async function located({ lon, lat }: { lon: number; lat: number }): Promise<PlaceChoice> {
  const bare = { key: "coordinates", label: `${lon}, ${lat}`, lon, lat };
  const near = await get<{ items: NearAsset[] }>(
    path("/api/v1/assets/near", { lon, lat, limit: 1 }),
  );
  const [nearest] = near.items;
  if (nearest === undefined) return bare;
  const named = await placesBy(nearest.componentCode, SHOWN_MAX);
  const same = named.find(({ assetId }) => assetId === nearest.assetId);
  if (same === undefined) return bare;
  return { ...bare, ...gridOf(same), gridOfM: Math.round(nearest.distanceM) };
}
