/**
 * The layers that a city shows to everybody, each as GeoJSON (RFC 7946) for its own page and for every
 * other. Made once for each change and answered by its ETag.
 */
import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";
import { createCallMeter } from "./call-meter.ts";
import type { PublicFeature } from "./report-door.ts";
import { LayerAnswer, LayerParams, PublicLayers } from "./report-schema.ts";

/** A browser keeps it so long before it asks again. */
const CACHED = "public, max-age=60";

interface Kept {
  version: number;
  text: string;
  tag: string;
}

export function addPublicLayerRoutes(
  server: Server,
  { deps: { publicLayers, clock } }: RouteDeps,
): void {
  const calls = createCallMeter(LIMITS.publicCallsMax, LIMITS.publicCallsWindowMs);
  const kept = new Map<string, Kept>();
  const count = (ip: string): void => {
    const now = clock.now();
    calls.check(ip, now);
    calls.add(ip, now);
  };

  /** @throws GridwardenError NOT_FOUND */
  function geoJson(layer: string): Kept {
    const found = publicLayers.get(layer);
    if (found === undefined) {
      kept.delete(layer);
      throw new GridwardenError("NOT_FOUND", "no public layer has this name");
    }
    const former = kept.get(layer);
    if (former?.version === found.version) return former;
    const text = JSON.stringify(collectionOf(found.features));
    const tag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
    const made = { version: found.version, text, tag };
    kept.set(layer, made);
    return made;
  }

  server.route({
    method: "GET",
    url: "/api/v1/public/layers",
    config: { action: "open" },
    schema: {
      tags: ["public"],
      summary: "The layers that the city shows to everybody",
      security: [],
      response: { 200: PublicLayers, ...ERROR_ANSWERS },
    },
    handler: async ({ ip }, reply) => {
      count(ip);
      void reply.header("cache-control", CACHED).header("access-control-allow-origin", "*");
      return { items: publicLayers.list() };
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/public/layers/:layer.geojson",
    config: { action: "open" },
    schema: {
      tags: ["public"],
      summary: "One of them as GeoJSON: places, names, opening hours, equipment",
      security: [],
      produces: ["application/geo+json"],
      params: LayerParams,
      response: { 200: LayerAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      count(request.ip);
      return sendLayer(reply, geoJson(request.params.layer), request.headers["if-none-match"]);
    },
  });
}

/** The same bytes are not sent again. */
function sendLayer(reply: FastifyReply, { text, tag }: Kept, known = ""): FastifyReply {
  void reply
    .header("etag", tag)
    .header("cache-control", CACHED)
    .header("access-control-allow-origin", "*")
    .header("cross-origin-resource-policy", "cross-origin");
  if (known.includes(tag)) return reply.code(304).send();
  return reply
    .type("application/geo+json; charset=utf-8")
    .serializer((body: unknown) => String(body))
    .send(text);
}

function collectionOf(features: readonly PublicFeature[]) {
  return {
    type: "FeatureCollection",
    features: features.map(({ lon, lat, ...properties }) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [lon, lat] },
      properties,
    })),
  };
}
