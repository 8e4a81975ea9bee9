/** Duplicates: what is offered at a place, and joining by a person. */
import { z } from "zod";
import { actorOf } from "../access.ts";
import { requestKeyOf } from "../idempotency.ts";
import { CaseAnswer, CaseParams, IdempotencyHeader } from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { JoinBody, SimilarAnswer, SimilarQuery } from "../schemas/sources.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showCase } from "../show.ts";

export function addDuplicateRoutes(server: Server, { deps: { sources, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/cases/similar",
    config: { action: "cases.read" },
    schema: {
      tags: ["cases"],
      summary: "Open cases near a place that may be about the same thing, the nearest first",
      querystring: SimilarQuery,
      response: { 200: z.object({ items: z.array(SimilarAnswer) }), ...ERROR_ANSWERS },
    },
    handler: async (request) => ({ items: await sources.similar(request.query) }),
  });
  server.route({
    method: "POST",
    url: "/api/v1/cases/:caseNo/join",
    config: { action: "cases.join" },
    schema: {
      tags: ["cases"],
      summary: "End a report as a duplicate of another case, which takes its reports over",
      params: CaseParams,
      headers: IdempotencyHeader,
      body: JoinBody,
      response: { 200: CaseAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const said = { ...request.body, caseNo: request.params.caseNo };
      const key = requestKeyOf(request, actorOf(request).username);
      return showCase(await sources.join(said, actorOf(request), key), zone);
    },
  });
}
