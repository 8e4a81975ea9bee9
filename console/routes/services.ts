/** Services: city systems that sign in over MQTT with topic rights of their own. */
import { GridwardenError } from "../../model/errors.ts";
import { ERROR_ANSWERS, PageQuery } from "../schemas/common.ts";
import { ServiceBody, ServiceKey, ServicePage, ServiceParams } from "../schemas/devices.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addServiceRoutes(server: Server, { deps }: RouteDeps): void {
  const { registry } = deps;
  server.route({
    method: "GET",
    url: "/api/v1/services",
    config: { action: "senders.read" },
    schema: {
      tags: ["devices"],
      summary: "List services",
      querystring: PageQuery,
      response: { 200: ServicePage, ...ERROR_ANSWERS },
    },
    handler: async (request) => registry.services.list(request.query),
  });
  server.route({
    method: "POST",
    url: "/api/v1/services",
    config: { action: "registry.write" },
    schema: {
      tags: ["devices"],
      summary: "Register a service; its key is shown once",
      body: ServiceBody,
      response: { 201: ServiceKey, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) =>
      reply.code(201).send(await registry.services.create(request.body)),
  });
  server.route({
    method: "POST",
    url: "/api/v1/services/:serviceId/key",
    config: { action: "registry.write" },
    schema: {
      tags: ["devices"],
      summary: "Another key for a service; the old one ends at once",
      params: ServiceParams,
      response: { 200: ServiceKey, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { serviceId } = request.params;
      if (registry.services.get(serviceId) === undefined) {
        throw new GridwardenError("NOT_FOUND", `no service has the id '${serviceId}'`);
      }
      return { serviceId, ...(await registry.newKey(serviceId)) };
    },
  });
}
