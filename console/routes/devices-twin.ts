/** How a device should be set, and how it says it is set. */
import { type DeviceTwin, deltaOf } from "../../model/device-twin.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { actorOf } from "../access.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { TwinAnswer, TwinBody } from "../schemas/device-twin.ts";
import { DeviceParams } from "../schemas/devices.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addDeviceTwinRoutes(server: Server, { deps }: RouteDeps): void {
  const { registry, zone } = deps;
  server.route({
    method: "GET",
    url: "/api/v1/devices/:deviceId/twin",
    config: { action: "registry.read" },
    schema: {
      tags: ["devices"],
      summary: "How a device should be set, how it says it is set, and what is left",
      params: DeviceParams,
      response: { 200: TwinAnswer, ...ERROR_ANSWERS },
    },
    handler: async ({ params: { deviceId } }) =>
      showTwin(deviceId, await registry.deviceTwins.of(deviceId), zone),
  });
  server.route({
    method: "PUT",
    url: "/api/v1/devices/:deviceId/twin",
    config: { action: "devices.service" },
    schema: {
      tags: ["devices"],
      summary: "Say how a device should be set; it is told, and again until it reports so",
      params: DeviceParams,
      body: TwinBody,
      response: { 200: TwinAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { deviceId } = request.params;
      const said = { ...request.body, by: actorOf(request).username };
      return showTwin(deviceId, await registry.deviceTwins.want(deviceId, said), zone);
    },
  });
}

function showTwin(deviceId: string, twin: DeviceTwin, zone: TimeZone) {
  const { wantedAt, reportedAt, ...rest } = twin;
  return {
    deviceId,
    ...rest,
    delta: deltaOf(twin),
    ...(wantedAt === undefined ? {} : { wantedAt: zone.iso(wantedAt) }),
    ...(reportedAt === undefined ? {} : { reportedAt: zone.iso(reportedAt) }),
  };
}
