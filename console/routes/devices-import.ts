/** Many devices at once: a list of them as JSON, or a file as CSV. */
import { z } from "zod";
import { CSV_TYPE } from "../file-bodies.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  DeviceFileAnswer,
  DeviceFileBody,
  DeviceImportAnswer,
  DeviceImportBody,
} from "../schemas/devices.ts";
import type { RouteDeps, Server } from "../server.ts";

/** Its own scope, since it takes CSV as a text. */
export function addDeviceImportRoute(scope: Server, { deps, importBytesMax }: RouteDeps): void {
  scope.addContentTypeParser(CSV_TYPE, { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );
  scope.route({
    method: "POST",
    url: "/api/v1/devices/import",
    config: { action: "registry.write", subject: "devices" },
    bodyLimit: importBytesMax,
    schema: {
      tags: ["devices"],
      summary:
        "Register many devices: a list as JSON, or CSV with a header row of field names, which also changes those that are known; a bad one rejects itself",
      consumes: ["application/json", CSV_TYPE],
      body: z.union([DeviceImportBody, DeviceFileBody]),
      response: { 200: z.union([DeviceImportAnswer, DeviceFileAnswer]), ...ERROR_ANSWERS },
    },
    handler: async ({ body }) =>
      typeof body === "string"
        ? await deps.registry.importDeviceFile(body)
        : await deps.registry.importDevices(body.devices),
  });
}
