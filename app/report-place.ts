/** A report that names a place by its id has its coordinates, address and grid from there. */
import { GridwardenError } from "../model/errors.ts";
import type { FoundPlace } from "../model/place.ts";
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

const addressOf = ({ name, street, community }: FoundPlace): string =>
  [street, community, name].filter((text) => text !== undefined).join(" ");
