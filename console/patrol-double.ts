/** Patrol areas as the console's tests want them: one inspector of unit `works`. */
import { UnitId, Username } from "../model/ids.ts";
import type { PatrolArea } from "../model/patrol.ts";
import type { Asset } from "../model/registry.ts";
import type { PatrolsDoor } from "./patrol-door.ts";

const PLACE = { lon: 115.41, lat: 31.8 };

export function patrolsDouble(
  asked: { what: string; with: unknown }[],
  now: number,
  asset: Asset,
): PatrolsDoor {
  const area: PatrolArea = {
    username: Username.parse("hu"),
    unitId: UnitId.parse("works"),
    grids: ["grid-7"],
    changedAt: now,
    changedBy: "shift-lead",
  };
  return {
    areas: () => [area],
    area: (username) => ({ ...area, username: Username.parse(username) }),
    async putArea(said) {
      asked.push({ what: "patrols.putArea", with: said });
      return { ...area, grids: said.grids };
    },
    going: async () => new Map([["hu", { startedAt: now - 60_000, place: { ...PLACE, at: now } }]]),
    async say(username, said) {
      asked.push({ what: "patrols.say", with: { username, said } });
      return { kept: said.places.length, leftOut: 0 };
    },
    async coverage(username, from, to) {
      asked.push({ what: "patrols.coverage", with: { username, from, to } });
      return { seen: 3, of: 4, walkedM: 812.4, unseen: [asset] };
    },
  };
}
