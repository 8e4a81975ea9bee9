/** Labels with QR codes to be printed and stuck on devices: one, or a sheet of those of a list. */
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Device } from "../../model/registry.ts";
import type { ConsoleDeps } from "../deps.ts";
import { type Label, labelSvg, labelsSvg } from "../device-label.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { LabelQuery, LabelsQuery } from "../schemas/device-label.ts";
import { DeviceParams } from "../schemas/devices.ts";
import type { RouteDeps, Server } from "../server.ts";
import { findDevice } from "./devices-life.ts";

const SVG = "image/svg+xml";
/** Cursor of the next sheet. */
const NEXT_HEADER = "x-next-cursor";

export function addDeviceLabelRoutes(server: Server, { deps }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/devices/:deviceId/label.svg",
    config: { action: "registry.read" },
    schema: {
      tags: ["devices"],
      summary: "A label for a device, with a QR code of its address in the console",
      params: DeviceParams,
      querystring: LabelQuery,
      produces: [SVG],
      response: { 200: z.string(), ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const device = findDevice(deps, request.params.deviceId);
      const label = labelOf(device, deps, request.query.base ?? addressOf(request));
      return reply.type(SVG).send(labelSvg(label));
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/devices/labels.svg",
    config: { action: "registry.read" },
    schema: {
      tags: ["devices"],
      summary: `Pages of A4 with the labels of a list of devices; the header ${NEXT_HEADER} has the cursor of the next`,
      querystring: LabelsQuery,
      produces: [SVG],
      response: { 200: z.string(), ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { base = addressOf(request), ...filter } = request.query;
      const { items, next } = deps.registry.deviceRegister.list(filter);
      if (next !== undefined) void reply.header(NEXT_HEADER, next);
      const labels = items.map((device) => labelOf(device, deps, base));
      return reply.type(SVG).send(await labelsSvg(labels));
    },
  });
}

function labelOf(device: Device, { registry }: ConsoleDeps, base: string): Label {
  const { deviceId, assetId, vendor, model, serialNumber } = device;
  const made = [vendor, model].filter((word) => word !== undefined).join(" ");
  const lines = [registry.asset(assetId)?.name, made, serialNumber];
  return {
    url: `${base.replace(/\/+$/, "")}/#device=${encodeURIComponent(deviceId)}`,
    deviceId,
    lines: lines.filter((line): line is string => line !== undefined && line !== ""),
  };
}

/** As the one who asks reaches the console. */
function addressOf({ protocol, host }: Pick<FastifyRequest, "protocol" | "host">): string {
  return `${protocol}://${host}`;
}
