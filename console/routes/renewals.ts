/** The renewal list: everybody's for those who lead, of a unit its own and those of the units below it. */
import { actorOf } from "../access.ts";
import { limitOf } from "../roles.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { RenewalAnswer, RenewalQuery } from "../schemas/renewals.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";

export function addRenewalRoutes(
  server: Server,
  { deps: { renewals, registry, zone } }: RouteDeps,
): void {
  server.route({
    method: "GET",
    url: "/api/v1/evaluation/renewals",
    config: { action: "evaluation.read" },
    schema: {
      tags: ["evaluation"],
      summary: "Assets at which the same fault was filed three times in 90 days, most cases first",
      querystring: RenewalQuery,
      response: { 200: RenewalAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const within = limitOf(actorOf(request), "evaluation.read", registry);
      const found = await renewals.list({ ...request.query, within });
      const { asOf, verified, fault } = found;
      return {
        asOf: zone.iso(asOf),
        verified,
        ...(fault !== undefined && { fault }),
        ...showPage(found, ({ firstAt, lastAt, ...item }) => ({
          ...item,
          firstAt: zone.iso(firstAt),
          lastAt: zone.iso(lastAt),
        })),
      };
    },
  });
}
