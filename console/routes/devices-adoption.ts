/** How devices come and go in one call: adopted while they knock, put in the place of another. */
import { actorOf } from "../access.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { AdoptBody } from "../schemas/device-adoption.ts";
import { ReplacementAnswer, ReplacementBody } from "../schemas/device-replacement.ts";
import { DeviceKey, DeviceParams } from "../schemas/devices.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addDeviceAdoptionRoutes(server: Server, { deps }: RouteDeps): void {
  server.route({
    method: "POST",
    url: "/api/v1/devices/adopt",
    config: { action: "registry.write" },
    schema: {
      tags: ["devices"],
      summary: "Register a device that knocks (GET /api/v1/knocking) under its format and id",
      body: AdoptBody,
      response: { 201: DeviceKey, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) =>
      reply.code(201).send(await deps.onboarding.adopt(request.body)),
  });
  server.route({
    method: "POST",
    url: "/api/v1/devices/:deviceId/replace",
    config: { action: "registry.write" },
    schema: {
      tags: ["devices"],
      summary:
        "Put a device in the place of another, which is retired; its asset keeps all readings",
      params: DeviceParams,
      body: ReplacementBody,
      response: { 201: ReplacementAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { params, body } = request;
      const by = actorOf(request).username;
      return reply.code(201).send(await deps.registry.replaceDevice(params.deviceId, body, by));
    },
  });
}
