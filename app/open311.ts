/**
 * What Open311 does to cases: a citizen's report through the same door as every other. A service's
 * report stands where a call was written down before, with the acceptor. It names no filing
 * condition, so it never joins an open case by itself.
 */
import type { ConsoleDeps } from "../console/console.ts";
import { GridwardenError } from "../model/errors.ts";
import type { AddressSaid } from "../model/place.ts";
import type { Asset, Unit } from "../model/registry.ts";
import type { createCaseWrites } from "./case-writes.ts";
import { asAcceptor } from "./source-writes.ts";

type Open311 = ConsoleDeps["open311"];
type Said = Parameters<Open311["report"]>[0];

interface Open311Deps {
  areaCode: string;
  unit(unitId: string): Pick<Unit, "name"> | undefined;
  assetByCode(componentCode: string): Asset | undefined;
  placesOf(address: string): AddressSaid;
  report: ReturnType<typeof createCaseWrites>["report"];
}

export function createOpen311({
  areaCode,
  unit,
  assetByCode,
  placesOf,
  report,
}: Open311Deps): Open311 {
  /** By degrees, else by the component, else by an address that names one place and no other. */
  function placed(said: Pick<Said, "lon" | "lat" | "address" | "componentCode">) {
    const { lon, lat, address, componentCode } = said;
    const asset = componentCode === undefined ? undefined : assetByCode(componentCode);
    if (componentCode !== undefined && asset === undefined) {
      throw refused(`address_id '${componentCode}' is no component's code; send lat and long`);
    }
    const named = { ...(asset !== undefined && { assetId: asset.assetId }) };
    if (lon !== undefined && lat !== undefined) return { ...named, lon, lat };
    return asset === undefined ? placeNamedBy(address) : named;
  }

  function placeNamedBy(address: string | undefined) {
    const wanted = "wanted lat and long, an address_id or an address_string that names one place";
    if (address === undefined) throw refused(`a request needs a place; ${wanted}`);
    const { named, nearest } = placesOf(address);
    const [place, another] = named;
    if (place !== undefined && another === undefined) {
      const { name: placedAt, lon, lat, gridCell, responsibleGrid } = place;
      return { placedAt, lon, lat, gridCell, responsibleGrid };
    }
    const many = another === undefined ? "names no place" : "names several places";
    const near = nearest.length === 0 ? "" : `; near it: ${nearest.join(", ")}`;
    throw refused(`address_string ${many}; ${wanted}${near}`);
  }

  return {
    jurisdictionId: areaCode,
    unitName: (unitId) => unit(unitId)?.name,
    async report({ componentCode, ...said }, actor, key) {
      const place = placed({ ...said, componentCode });
      return await report({ ...said, ...place, source: "citizen" }, asAcceptor(actor), key);
    },
  };
}

const refused = (text: string): GridwardenError => new GridwardenError("REQUEST_INVALID", text);
