/** Where other platforms push what their devices said, and the doors that they push at. */
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { PushSaid } from "../intake-door.ts";
import { ERROR_ANSWERS, PageQuery, Removed } from "../schemas/common.ts";
import {
  IntakeBody,
  IntakePage,
  IntakeParams,
  IntakePut,
  PushAnswer,
  PushParams,
  PushQuery,
} from "../schemas/intakes.ts";
import type { RouteDeps, Server } from "../server.ts";
import { textsOf } from "../texts-of.ts";

export function addPushRoutes(server: Server, given: RouteDeps): void {
  const { intakes } = given.deps;
  server.route({
    method: "GET",
    url: "/api/v1/intakes",
    config: { action: "intakes.read" },
    schema: {
      tags: ["intake"],
      summary: "List the doors at which other platforms push; without their secrets",
      querystring: PageQuery,
      response: { 200: IntakePage, ...ERROR_ANSWERS },
    },
    handler: async (request) => intakes.list(request.query),
  });
  server.route({
    method: "PUT",
    url: "/api/v1/intakes/:intakeId",
    config: { action: "intakes.write" },
    schema: {
      tags: ["intake"],
      summary:
        "Set up such a door, or change it; its secret stays unless another is given or wished for, and then the old one ends at once",
      params: IntakeParams,
      body: IntakeBody,
      response: { 200: IntakePut, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { secret: said, rotateSecret, ...rest } = request.body;
      const intake = { ...request.params, ...rest };
      const secret = await intakes.put(intake, { secret: said, rotateSecret });
      return { ...intake, ...(secret !== undefined && { secret }) };
    },
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/intakes/:intakeId",
    config: { action: "intakes.write" },
    schema: {
      tags: ["intake"],
      summary: "Remove one; what is pushed there is refused from then on",
      params: IntakeParams,
      response: { 204: Removed, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      await intakes.remove(request.params.intakeId);
      return reply.code(204).send(null);
    },
  });
  void server.register(async (scope) => addPushes(scope as Server, given));
}

/** Its own scope, since a push is kept as it came, byte by byte. */
function addPushes(scope: Server, { deps: { intakes } }: RouteDeps): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  scope.route({
    method: "POST",
    url: "/api/v1/intake/:format",
    config: { action: "open" },
    schema: {
      tags: ["intake"],
      summary:
        "What a platform pushes, under an intake's secret or signature; answered once on disk",
      consumes: ["application/json"],
      params: PushParams,
      querystring: PushQuery,
      response: { 200: PushAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      await intakes.take(request.params.format, saidIn(request));
      return { accepted: true as const };
    },
  });
  scope.route({
    method: "GET",
    url: "/api/v1/intake/:format",
    config: { action: "open" },
    schema: {
      tags: ["intake"],
      summary: "A platform tries the address before it pushes there (OneNET)",
      produces: ["text/plain"],
      params: PushParams,
      querystring: PushQuery,
      response: { 200: z.string().describe("its `msg`"), ...ERROR_ANSWERS },
    },
    handler: async (request, reply) =>
      reply
        .type("text/plain; charset=utf-8")
        .send(intakes.challenge(request.params.format, saidIn(request))),
  });
}

function saidIn({ headers, query, body }: FastifyRequest): PushSaid {
  return {
    headers: textsOf(headers),
    query: textsOf(query as object),
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  };
}
