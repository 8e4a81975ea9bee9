/** Units: who handles. */
import { ERROR_ANSWERS, PageQuery } from "../schemas/common.ts";
import { UnitBody, UnitPage } from "../schemas/people.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addUnitRoutes(server: Server, { deps }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/units",
    config: { action: "registry.read" },
    schema: {
      tags: ["people"],
      summary: "List units",
      querystring: PageQuery,
      response: { 200: UnitPage, ...ERROR_ANSWERS },
    },
    handler: async (request) => deps.registry.units.list(request.query),
  });
  server.route({
    method: "POST",
    url: "/api/v1/units",
    config: { action: "registry.write" },
    schema: {
      tags: ["people"],
      summary: "Register a unit",
      body: UnitBody,
      response: { 201: UnitBody, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) =>
      reply.code(201).send(await deps.registry.units.create(request.body)),
  });
}
