/**
 * Where a report is that names a place: by its id it has coordinates, address and grid from there;
 * of an address in somebody's own words it is told which places it names.
 */
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { AddressSaid, FoundPlace } from "../model/place.ts";
import type { Places } from "../registry/registry.ts";

/** What a report may say of where it is. */
interface Located {
  placeId?: string | undefined;
  lon?: number | undefined;
  lat?: number | undefined;
  address?: string | undefined;
}

/** What the report says itself stands. @throws GridwardenError PLACE_NOT_FOUND */
export function withPlace<Report extends Located>(
  { placeId, ...report }: Report,
  places: Pick<Places, "get" | "located">,
): Omit<Report, "placeId"> & { gridCell?: string; responsibleGrid?: string } {
  if (placeId === undefined) return report;
  const named = places.get(placeId);
  if (named === undefined) {
    const cure = "search it with GET /api/v1/places";
    throw new GridwardenError("PLACE_NOT_FOUND", `no place has the id '${placeId}'; ${cure}`);
  }
  const place = places.located(named);
  const { gridCell, responsibleGrid } = place;
  return {
    ...report,
    lon: report.lon ?? place.lon,
    lat: report.lat ?? place.lat,
    address: report.address ?? addressOf(place),
    ...(gridCell !== undefined && { gridCell }),
    ...(responsibleGrid !== undefined && { responsibleGrid }),
  };
}

/** Of an address that names no place the places are offered whose names it may be a part of. */
export function placesOf(
  address: string,
  places: Pick<Places, "inAddress" | "search">,
): AddressSaid {
  const limit = LIMITS.addressPlacesShownMax;
  const named = places.inAddress(address);
  const like = named.length > 0 ? named : places.search({ q: address, limit });
  return { named, nearest: like.slice(0, limit).map(addressOf) };
}

const addressOf = ({ name, street, community }: FoundPlace): string =>
  [street, community, name].filter((text) => text !== undefined).join(" ");
