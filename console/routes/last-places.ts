/** Last places: everybody's for those who lead, of a unit its own and those of the units below it. */
import { actorOf } from "../access.ts";
import { limitOf } from "../roles.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { LastPlacesAnswer, LastPlacesQuery } from "../schemas/last-places.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addLastPlaceRoutes(
  server: Server,
  { deps: { lastPlaces, registry, zone } }: RouteDeps,
): void {
  server.route({
    method: "GET",
    url: "/api/v1/evaluation/last-places",
    config: { action: "evaluation.read" },
    schema: {
      tags: ["evaluation"],
      summary: "Units that a rule of last places meets at the end of a month or quarter",
      querystring: LastPlacesQuery,
      response: { 200: LastPlacesAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { asOf, items, ...found } = await lastPlaces.read(request.query);
      const limit = limitOf(actorOf(request), "evaluation.read", registry);
      const seen = items.filter(({ subjectId }) => limit === undefined || limit.has(subjectId));
      return { ...found, asOf: zone.iso(asOf), items: seen };
    },
  });
}
