/** What a crew must know of a place before it goes in, what stands around one, and where a crew is. */
import { GridwardenError } from "../../model/errors.ts";
import type { Asset } from "../../model/registry.ts";
import { actorOf } from "../access.ts";
import { checkReach, scopeOf } from "../roles.ts";
import { CaseParams } from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { CrewParams } from "../schemas/devices.ts";
import {
  NearAnswer,
  NearQuery,
  PositionAnswer,
  PositionBody,
  SiteAnswer,
} from "../schemas/sites.ts";
import type { RouteDeps, Server } from "../server.ts";
import type { SiteHazard } from "../site-door.ts";
import { showsPhones } from "../steward-phones.ts";

export function addSiteRoutes(server: Server, { deps }: RouteDeps): void {
  const { cases, positions, registry, sites, zone } = deps;
  server.route({
    method: "GET",
    url: "/api/v1/cases/:caseNo/site",
    config: { action: "cases.read" },
    schema: {
      tags: ["cases"],
      summary:
        "Its place before anybody goes in: gas with its age and limit, valve or feeder, whose",
      params: CaseParams,
      response: { 200: SiteAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { caseNo } = request.params;
      const found = await cases.get(caseNo);
      if (found === undefined) {
        throw new GridwardenError("CASE_NOT_FOUND", `no case has the number '${caseNo}'`);
      }
      const { hazards, cutOffs, units, ...site } = sites.of(found.case);
      const isTold = showsPhones(actorOf(request), registry, found.case);
      const showHazard = ({ observedAt, ...hazard }: SiteHazard) => ({
        ...hazard,
        ...(observedAt !== undefined && { observedAt: zone.iso(observedAt) }),
      });
      return {
        ...site,
        hazards: hazards.map(showHazard),
        cutOffs: cutOffs.map(({ kind, ...near }) => ({ kind, ...showNear(near) })),
        units: units.map((unit) => (isTold ? unit : { ...unit, phones: [] })),
      };
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/assets/near",
    config: { action: "registry.read" },
    schema: {
      tags: ["assets"],
      summary: "Assets around a place, of every class and of none, the nearest first",
      querystring: NearQuery,
      response: { 200: NearAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { limit, ...place } = request.query;
      return { items: sites.around(place, limit).map(showNear) };
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/crews/:crewId/position",
    config: { action: "crews.position" },
    schema: {
      tags: ["people"],
      summary: "Where a crew is, from its phone; kept while it is on duty, and only then",
      params: CrewParams,
      body: PositionBody,
      response: { 200: PositionAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { crewId } = request.params;
      const actor = actorOf(request);
      const called = `crew '${crewId}'`;
      const unitIds = [registry.crews.get(crewId)?.unitId];
      checkReach(actor, "crews.position", { called, unitIds }, registry);
      if (scopeOf(actor.roles, "crews.position") === "own" && (actor.crewId ?? crewId) !== crewId) {
        throw new GridwardenError(
          "ROLE_REFUSED",
          `user '${actor.username}' is of crew '${actor.crewId}'; a crew says its own place, not that of ${called}`,
        );
      }
      return { kept: await positions.say(crewId, request.body) };
    },
  });
}

function showNear({ asset, distanceM }: { asset: Asset; distanceM: number }) {
  const { assetId, class: slug, componentCode, name, lon, lat, responsibleGrid } = asset;
  return { assetId, class: slug, componentCode, name, lon, lat, responsibleGrid, distanceM };
}
