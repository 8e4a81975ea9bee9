/** Assists (协办): other units with a sub-task of a case, asked, working, done. */
import { actorOf } from "../access.ts";
import { requestKeyOf } from "../idempotency.ts";
import { CaseParams, IdempotencyHeader } from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  AssistAnswer,
  AssistBody,
  AssistPage,
  AssistParams,
  AssistQuery,
  AssistTransitionBody,
} from "../schemas/together.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";
import { showAssist } from "../show-together.ts";

export function addAssistRoutes(server: Server, { deps: { assists, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/assists",
    config: { action: "cases.read" },
    schema: {
      tags: ["cases"],
      summary: "List assists, newest first",
      querystring: AssistQuery,
      response: { 200: AssistPage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await assists.list(request.query), (assist) => showAssist(assist, zone)),
  });
  server.route({
    method: "POST",
    url: "/api/v1/cases/:caseNo/assists",
    config: { action: "assists.ask" },
    schema: {
      tags: ["cases"],
      summary: "Ask another unit for a sub-task of a case",
      params: CaseParams,
      headers: IdempotencyHeader,
      body: AssistBody,
      response: { 201: AssistAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const key = requestKeyOf(request, actor.username);
      const made = await assists.ask(request.params.caseNo, request.body, actor, key);
      return reply.code(201).send(showAssist(made, zone));
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/assists/:assistId/transitions",
    config: { action: "assists.transition" },
    schema: {
      tags: ["cases"],
      summary: "An event of an assist: start, done, decline, cancel; answers the assist after it",
      params: AssistParams,
      headers: IdempotencyHeader,
      body: AssistTransitionBody,
      response: { 200: AssistAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const actor = actorOf(request);
      const key = requestKeyOf(request, actor.username);
      const { assistId } = request.params;
      return showAssist(await assists.transition(assistId, request.body, actor, key), zone);
    },
  });
}
