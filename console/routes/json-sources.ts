/** Sources of vendors' JSON: what messages of topics of theirs mean. */
import { GridwardenError } from "../../model/errors.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { TriedShown } from "../json-source-door.ts";
import { ERROR_ANSWERS, PageQuery, Removed } from "../schemas/common.ts";
import {
  JsonSourceAnswer,
  JsonSourceBody,
  JsonSourcePage,
  JsonSourceParams,
  TryAnswer,
  TryBody,
} from "../schemas/json-sources.ts";
import type { RouteDeps, Server } from "../server.ts";

const UNSAVED_ID = "unsaved";

export function addJsonSourceRoutes(server: Server, { deps }: RouteDeps): void {
  const { jsonSources, zone } = deps;
  server.route({
    method: "GET",
    url: "/api/v1/json-sources",
    config: { action: "intakes.read" },
    schema: {
      tags: ["intake"],
      summary: "List the sources of vendors' JSON",
      querystring: PageQuery,
      response: { 200: JsonSourcePage, ...ERROR_ANSWERS },
    },
    handler: async (request) => jsonSources.list(request.query),
  });
  server.route({
    method: "GET",
    url: "/api/v1/json-sources/:sourceId",
    config: { action: "intakes.read" },
    schema: {
      tags: ["intake"],
      summary: "One source",
      params: JsonSourceParams,
      response: { 200: JsonSourceAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { sourceId } = request.params;
      const source = jsonSources.get(sourceId);
      if (source !== undefined) return source;
      throw new GridwardenError(
        "JSON_SOURCE_NOT_FOUND",
        `no source of JSON has the id '${sourceId}'`,
      );
    },
  });
  server.route({
    method: "PUT",
    url: "/api/v1/json-sources/:sourceId",
    config: { action: "intakes.write" },
    schema: {
      tags: ["intake"],
      summary: "Say what a vendor's JSON means; from the next message on",
      params: JsonSourceParams,
      body: JsonSourceBody,
      response: { 200: JsonSourceAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => jsonSources.put({ ...request.params, ...request.body }),
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/json-sources/:sourceId",
    config: { action: "intakes.write" },
    schema: {
      tags: ["intake"],
      summary: "Remove one; its messages are put aside from then on",
      params: JsonSourceParams,
      response: { 204: Removed, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      await jsonSources.remove(request.params.sourceId);
      return reply.code(204).send(null);
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/json-sources/try",
    config: { action: "intakes.read" },
    schema: {
      tags: ["intake"],
      summary: "Try a source before it is put: on a payload, or on the last messages of its topics",
      body: TryBody,
      response: { 200: TryAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { sourceId = UNSAVED_ID, source, against: _, ...said } = request.body;
      const tried = await jsonSources.try({ ...said, source: { sourceId, ...source } });
      return { messages: tried.map((message) => showTried(message, zone)) };
    },
  });
}

function showTried({ receivedAt, items, faults, ...message }: TriedShown, zone: TimeZone) {
  const shown = (found: TriedShown["faults"]) =>
    found.map(({ reason, text }) => ({ code: reason, message: text }));
  return {
    ...message,
    ...(receivedAt !== undefined && { receivedAt: zone.iso(receivedAt) }),
    items: items.map((item) => ({
      ...item,
      values: item.values.map(({ observedAt, ...value }) => ({
        ...value,
        ...(observedAt !== undefined && { observedAt: zone.iso(observedAt) }),
      })),
      faults: shown(item.faults),
    })),
    faults: shown(faults),
  };
}
