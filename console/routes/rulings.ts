/** Rulings (裁定) of consultations: whose a case is, kept for the next ones of its kind and area. */
import { actorOf } from "../access.ts";
import { requestKeyOf } from "../idempotency.ts";
import { CaseParams, IdempotencyHeader } from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  RevokeBody,
  RulingAnswer,
  RulingBody,
  RulingMade,
  RulingPage,
  RulingParams,
  RulingQuery,
} from "../schemas/rulings.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showCase, showPage } from "../show.ts";
import { showRuling } from "../show-together.ts";

export function addRulingRoutes(server: Server, { deps: { rulings, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/rulings",
    config: { action: "cases.read" },
    schema: {
      tags: ["cases"],
      summary: "List rulings, newest first, each as it stands",
      querystring: RulingQuery,
      response: { 200: RulingPage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await rulings.list(request.query), (ruling) => showRuling(ruling, zone)),
  });
  server.route({
    method: "POST",
    url: "/api/v1/cases/:caseNo/ruling",
    config: { action: "rulings.write" },
    schema: {
      tags: ["cases"],
      summary: "Rule whose a disputed case is, and the next ones of its kind and area",
      params: CaseParams,
      headers: IdempotencyHeader,
      body: RulingBody,
      response: { 201: RulingMade, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const key = requestKeyOf(request, actor.username);
      const made = await rulings.rule(request.params.caseNo, request.body, actor, key);
      const ruling = showRuling(made.ruling, zone);
      return reply.code(201).send({ case: showCase(made.case, zone), ruling });
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/rulings/:rulingId/revoke",
    config: { action: "rulings.write" },
    schema: {
      tags: ["cases"],
      summary: "Take a ruling back; cases that went by it stay where they are",
      params: RulingParams,
      body: RevokeBody,
      response: { 200: RulingAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { rulingId } = request.params;
      return showRuling(await rulings.revoke(rulingId, request.body, actorOf(request)), zone);
    },
  });
}
