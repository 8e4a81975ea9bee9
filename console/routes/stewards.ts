/** Stewards of places, and the urging that is theirs: whoever else may urge says it by a transition. */
import { actorOf } from "../access.ts";
import { requestKeyOf } from "../idempotency.ts";
import { CaseAnswer, CaseParams, IdempotencyHeader } from "../schemas/cases.ts";
import { ERROR_ANSWERS, Removed } from "../schemas/common.ts";
import {
  StewardAnswer,
  StewardBody,
  StewardPage,
  StewardParams,
  StewardPatchBody,
  StewardQuery,
  UrgeBody,
} from "../schemas/together.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showCase, showPage } from "../show.ts";
import { showSteward } from "../show-together.ts";
import { showsPhones, withoutPhone } from "../steward-phones.ts";

export function addStewardRoutes(server: Server, { deps }: RouteDeps): void {
  const { zone, cases } = deps;
  const { stewards } = deps.registry;
  server.route({
    method: "GET",
    url: "/api/v1/stewards",
    config: { action: "registry.read" },
    schema: {
      tags: ["people"],
      summary: "List stewards of places",
      querystring: StewardQuery,
      response: { 200: StewardPage, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const isTold = showsPhones(actorOf(request), deps.registry);
      return showPage(stewards.list(request.query), (steward) =>
        showSteward(isTold ? steward : withoutPhone(steward), zone),
      );
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/stewards",
    config: { action: "registry.write" },
    schema: {
      tags: ["people"],
      summary: "Register who answers for a place over a time",
      body: StewardBody,
      response: { 201: StewardAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) =>
      reply.code(201).send(showSteward(await stewards.create(request.body), zone)),
  });
  server.route({
    method: "PATCH",
    url: "/api/v1/stewards/:stewardId",
    config: { action: "registry.write" },
    schema: {
      tags: ["people"],
      summary: "Change a steward's name, phone, user or end; null takes a field away",
      params: StewardParams,
      body: StewardPatchBody,
      response: { 200: StewardAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showSteward(await stewards.patch(request.params.stewardId, request.body), zone),
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/stewards/:stewardId",
    config: { action: "registry.write" },
    schema: {
      tags: ["people"],
      summary: "End a steward's time now; the cases of his time go on naming him",
      params: StewardParams,
      response: { 204: Removed, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      await stewards.remove(request.params.stewardId);
      return reply.code(204).send(null);
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/cases/:caseNo/urge",
    config: { action: "cases.urge" },
    schema: {
      tags: ["cases"],
      summary: "Urge a case: its stewards, shift lead, leader; answers the case",
      params: CaseParams,
      headers: IdempotencyHeader,
      body: UrgeBody,
      response: { 200: CaseAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const actor = actorOf(request);
      const key = requestKeyOf(request, actor.username);
      const said = { ...request.body, event: "urge" };
      return showCase(await cases.transition(request.params.caseNo, said, actor, key), zone);
    },
  });
}
