/** Gateways: who speaks for many devices. */
import { GridwardenError } from "../../model/errors.ts";
import { ERROR_ANSWERS, PageQuery } from "../schemas/common.ts";
import { GatewayBody, GatewayKey, GatewayPage, GatewayParams } from "../schemas/devices.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addGatewayRoutes(server: Server, { deps }: RouteDeps): void {
  const { registry } = deps;
  server.route({
    method: "GET",
    url: "/api/v1/gateways",
    config: { action: "senders.read" },
    schema: {
      tags: ["devices"],
      summary: "List gateways",
      querystring: PageQuery,
      response: { 200: GatewayPage, ...ERROR_ANSWERS },
    },
    handler: async (request) => registry.gateways.list(request.query),
  });
  server.route({
    method: "POST",
    url: "/api/v1/gateways",
    config: { action: "registry.write" },
    schema: {
      tags: ["devices"],
      summary: "Register a gateway; its key is shown once",
      body: GatewayBody,
      response: { 201: GatewayKey, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) =>
      reply.code(201).send(await registry.gateways.create(request.body)),
  });
  server.route({
    method: "POST",
    url: "/api/v1/gateways/:gatewayId/key",
    config: { action: "registry.write" },
    schema: {
      tags: ["devices"],
      summary: "Another key for a gateway; the old one ends at once",
      params: GatewayParams,
      response: { 200: GatewayKey, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { gatewayId } = request.params;
      if (registry.gateways.get(gatewayId) === undefined) {
        throw new GridwardenError("GATEWAY_NOT_FOUND", `no gateway has the id '${gatewayId}'`);
      }
      return { gatewayId, ...(await registry.newKey(gatewayId)) };
    },
  });
}
