/** Assets: what stands where; one by one, or a file of them. */
import { GridwardenError } from "../../model/errors.ts";
import { assetsInState } from "../asset-states.ts";
import { IMPORT_TYPES, importFormat, takeImports } from "../file-bodies.ts";
import {
  AssetBody,
  AssetPage,
  AssetParams,
  AssetPatchBody,
  AssetQuery,
  ImportAnswer,
  ImportBody,
} from "../schemas/assets.ts";
import { ERROR_ANSWERS, Removed } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addAssetRoutes(server: Server, given: RouteDeps): void {
  const { registry } = given.deps;
  server.route({
    method: "GET",
    url: "/api/v1/assets",
    config: { action: "registry.read" },
    schema: {
      tags: ["assets"],
      summary: "List assets",
      querystring: AssetQuery,
      response: { 200: AssetPage, ...ERROR_ANSWERS },
    },
    handler: async ({ query: { state, ...query } }) => {
      const among = state === undefined ? undefined : await assetsInState(given.deps, state);
      return registry.assets.list({ ...query, among });
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/assets",
    config: { action: "registry.write" },
    schema: {
      tags: ["assets"],
      summary: "Register an asset",
      body: AssetBody,
      response: { 201: AssetBody, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) =>
      reply.code(201).send(await registry.assets.create(request.body)),
  });
  addOneAssetRoutes(server, given);
  void server.register(async (scope) => addImportRoute(scope as Server, given));
}

function addOneAssetRoutes(server: Server, { deps: { registry } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/assets/:assetId",
    config: { action: "registry.read" },
    schema: {
      tags: ["assets"],
      summary: "One asset",
      params: AssetParams,
      response: { 200: AssetBody, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { assetId } = request.params;
      const asset = registry.asset(assetId);
      if (asset === undefined) {
        throw new GridwardenError("ASSET_NOT_FOUND", `no asset has the id '${assetId}'`);
      }
      return asset;
    },
  });
  server.route({
    method: "PATCH",
    url: "/api/v1/assets/:assetId",
    config: { action: "registry.write" },
    schema: {
      tags: ["assets"],
      summary: "Change an asset in part; null takes a field away",
      params: AssetParams,
      body: AssetPatchBody,
      response: { 200: AssetBody, ...ERROR_ANSWERS },
    },
    handler: async (request) => registry.assets.patch(request.params.assetId, request.body),
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/assets/:assetId",
    config: { action: "registry.write" },
    schema: {
      tags: ["assets"],
      summary: "Remove an asset that has no devices and no children",
      params: AssetParams,
      response: { 204: Removed, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      await registry.assets.remove(request.params.assetId);
      return reply.code(204).send(null);
    },
  });
}

/** Its own scope, since it takes JSON as a text, not parsed. */
function addImportRoute(scope: Server, { deps: { registry }, importBytesMax }: RouteDeps): void {
  takeImports(scope);
  scope.route({
    method: "POST",
    url: "/api/v1/assets/import",
    config: { action: "registry.write", subject: "assets" },
    bodyLimit: importBytesMax,
    schema: {
      tags: ["assets"],
      summary:
        "Bring in a file: CSV with a header row of field names (`attributes.xxx` too), or a GeoJSON FeatureCollection of Points; by assetId, a bad row rejects itself",
      consumes: IMPORT_TYPES,
      body: ImportBody,
      response: { 200: ImportAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      registry.importAssets({ format: importFormat(request), text: request.body }),
  });
}
