/** Sites and positions as the console's tests want them. */
import { UnitId } from "../model/ids.ts";
import type { Asset } from "../model/registry.ts";
import type { PositionsDoor, SitesDoor } from "./site-door.ts";

export function sitesDouble(asset: Asset): SitesDoor {
  return {
    of: () => ({
      asset,
      hazards: [
        {
          measurement: "ch4LelPercent",
          unit: "%LEL",
          isKnown: false,
          limit: { value: 10, direction: "above" },
          text: { zh: "先通风", en: "ventilate first" },
        },
      ],
      cutOffs: [{ kind: "valve", asset, distanceM: 12 }],
      units: [
        { unitId: UnitId.parse("works"), name: "Works", is: "owner", phones: ["0376-1234567"] },
      ],
    }),
    around: () => [{ asset, distanceM: 3 }],
  };
}

export function positionsDouble(asked: { what: string; with: unknown }[]): PositionsDoor {
  return {
    async say(crewId, place) {
      asked.push({ what: "positions.say", with: { crewId, place } });
      return true;
    },
  };
}
