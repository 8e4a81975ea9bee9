/** Crews: who goes there; each signs in over MQTT with a key of its own. */
import { GridwardenError } from "../../model/errors.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { CrewPlace } from "../../model/presence.ts";
import type { Crew } from "../../model/registry.ts";
import { actorOf } from "../access.ts";
import { limitOf } from "../roles.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { CrewParams } from "../schemas/devices.ts";
import { CrewBody, CrewKey, CrewPage, CrewQuery } from "../schemas/people.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";

export function addCrewRoutes(server: Server, { deps }: RouteDeps): void {
  const { registry } = deps;
  server.route({
    method: "GET",
    url: "/api/v1/crews",
    config: { action: "registry.read" },
    schema: {
      tags: ["people"],
      summary: "List crews",
      querystring: CrewQuery,
      response: { 200: CrewPage, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const page = registry.crews.list(request.query);
      const limit = limitOf(actorOf(request), "crews.locate", registry);
      const shown = page.items.filter(({ unitId }) => limit?.has(unitId) !== false);
      const places = await registry.presence.placesOf(
        shown.map(({ crewId }) => crewId),
        deps.clock.now(),
      );
      return showPage(page, (crew) => showCrew(crew, places.get(crew.crewId), deps.zone));
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/crews",
    config: { action: "registry.write" },
    schema: {
      tags: ["people"],
      summary: "Register a crew; its key is shown once",
      body: CrewBody,
      response: { 201: CrewKey, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) =>
      reply.code(201).send(await registry.crews.create(request.body)),
  });
  server.route({
    method: "POST",
    url: "/api/v1/crews/:crewId/key",
    config: { action: "registry.write" },
    schema: {
      tags: ["people"],
      summary: "Another key for a crew; the old one ends at once",
      params: CrewParams,
      response: { 200: CrewKey, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { crewId } = request.params;
      if (registry.crews.get(crewId) === undefined) {
        throw new GridwardenError("CREW_NOT_FOUND", `no crew has the id '${crewId}'`);
      }
      return { crewId, ...(await registry.newKey(crewId)) };
    },
  });
}

function showCrew(crew: Crew, place: CrewPlace | undefined, zone: TimeZone) {
  return place === undefined ? crew : { ...crew, position: { ...place, at: zone.iso(place.at) } };
}
