/** Places by name: searched, and brought in from a file. */
import { GridwardenError } from "../../model/errors.ts";
import { IMPORT_TYPES, importFormat, takeImports } from "../file-bodies.ts";
import { ImportAnswer, ImportBody } from "../schemas/assets.ts";
import { ERROR_ANSWERS, Removed } from "../schemas/common.ts";
import { PlaceAnswer, PlaceParams, PlaceQuery, PlacesAnswer } from "../schemas/places.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addPlaceRoutes(server: Server, given: RouteDeps): void {
  const { places } = given.deps.registry;
  server.route({
    method: "GET",
    url: "/api/v1/places",
    config: { action: "registry.read" },
    schema: {
      tags: ["places"],
      summary:
        "Places and assets by a part of their name, alias, number or code, by pinyin or initials; the best first",
      querystring: PlaceQuery,
      response: { 200: PlacesAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => ({ items: places.search(request.query) }),
  });
  server.route({
    method: "GET",
    url: "/api/v1/places/:placeId",
    config: { action: "registry.read" },
    schema: {
      tags: ["places"],
      summary: "One place with its street, community and grid",
      params: PlaceParams,
      response: { 200: PlaceAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { placeId } = request.params;
      const place = places.get(placeId);
      if (place !== undefined) return places.located(place);
      throw new GridwardenError("PLACE_NOT_FOUND", `no place has the id '${placeId}'`);
    },
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/places/:placeId",
    config: { action: "registry.write" },
    schema: {
      tags: ["places"],
      summary: "Remove a place",
      params: PlaceParams,
      response: { 204: Removed, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      await places.remove(request.params.placeId);
      return reply.code(204).send(null);
    },
  });
  void server.register(async (scope) => addImportRoute(scope as Server, given));
}

/** Its own scope, since it takes JSON as a text, not parsed. */
function addImportRoute(scope: Server, { deps: { registry }, importBytesMax }: RouteDeps): void {
  takeImports(scope);
  scope.route({
    method: "POST",
    url: "/api/v1/places/import",
    config: { action: "registry.write", subject: "places" },
    bodyLimit: importBytesMax,
    schema: {
      tags: ["places"],
      summary:
        "Bring in a file: CSV with a header row of field names, or a GeoJSON FeatureCollection of Points; by placeId, a bad row rejects itself",
      consumes: IMPORT_TYPES,
      body: ImportBody,
      response: { 200: ImportAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      registry.places.importFile({ format: importFormat(request), text: request.body }),
  });
}
