/** Handovers of shifts, each as it was and signed by two; and pledges, which are carried on till ticked. */
import { actorOf } from "../access.ts";
import type { KeptHandover } from "../desk-door.ts";
import { requestKeyOf } from "../idempotency.ts";
import { IdempotencyHeader } from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  HandoverAnswer,
  HandoverBody,
  HandoverPage,
  HandoverParams,
  HandoverQuery,
  PledgeAnswer,
  PledgeBody,
  PledgeParams,
  SnapshotAnswer,
} from "../schemas/desk.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";
import { showHandover, showPledge, showSnapshot } from "../show-desk.ts";

const TAGS = ["handovers"];

export function addHandoverRoutes(server: Server, given: RouteDeps): void {
  addReads(server, given);
  addSigning(server, given);
  addPledges(server, given);
}

function addReads(server: Server, given: RouteDeps): void {
  const { handovers, zone } = given.deps;
  server.route({
    method: "GET",
    url: "/api/v1/handovers",
    config: { action: "handovers.read" },
    schema: {
      tags: TAGS,
      summary: "List handovers, newest first",
      querystring: HandoverQuery,
      response: { 200: HandoverPage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await handovers.list(request.query), (each) => showHandover(each, zone)),
  });
  server.route({
    method: "GET",
    url: "/api/v1/handovers/next",
    config: { action: "handovers.read" },
    schema: {
      tags: TAGS,
      summary: "What the next shift must know, as it is now",
      response: { 200: SnapshotAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => showSnapshot(await handovers.next(actorOf(request)), zone),
  });
  server.route({
    method: "GET",
    url: "/api/v1/handovers/:handoverId",
    config: { action: "handovers.read" },
    schema: {
      tags: TAGS,
      summary: "One handover, with all that was known when it was made",
      params: HandoverParams,
      response: { 200: HandoverAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => showKept(await handovers.get(request.params.handoverId), given),
  });
}

function addSigning(server: Server, given: RouteDeps): void {
  const { handovers } = given.deps;
  server.route({
    method: "POST",
    url: "/api/v1/handovers",
    config: { action: "handovers.write", subject: "handovers" },
    schema: {
      tags: TAGS,
      summary: "Hand the shift over: what is so now is kept, signed by whoever leaves",
      headers: IdempotencyHeader,
      body: HandoverBody,
      response: { 201: HandoverAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const key = requestKeyOf(request, actor.username);
      const made = await handovers.add(request.body, actor, key);
      return reply.code(201).send(showKept(made, given));
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/handovers/:handoverId/sign",
    config: { action: "handovers.write" },
    schema: {
      tags: TAGS,
      summary: "Take the shift over: signed once, by somebody else than whoever leaves",
      params: HandoverParams,
      headers: IdempotencyHeader,
      response: { 200: HandoverAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const actor = actorOf(request);
      const key = requestKeyOf(request, actor.username);
      return showKept(await handovers.sign(request.params.handoverId, actor, key), given);
    },
  });
}

function addPledges(server: Server, { deps: { handovers, zone } }: RouteDeps): void {
  server.route({
    method: "POST",
    url: "/api/v1/pledges",
    config: { action: "handovers.write", subject: "pledges" },
    schema: {
      tags: TAGS,
      summary: "Add a line with a time, which every handover has until it is ticked",
      headers: IdempotencyHeader,
      body: PledgeBody,
      response: { 201: PledgeAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const key = requestKeyOf(request, actor.username);
      const made = await handovers.addPledge(request.body, actor, key);
      return reply.code(201).send(showPledge(made, zone));
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/pledges/:pledgeId/done",
    config: { action: "handovers.write" },
    schema: {
      tags: TAGS,
      summary: "Tick a pledge",
      params: PledgeParams,
      headers: IdempotencyHeader,
      response: { 200: PledgeAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const actor = actorOf(request);
      const key = requestKeyOf(request, actor.username);
      return showPledge(await handovers.donePledge(request.params.pledgeId, actor, key), zone);
    },
  });
}

function showKept({ snapshot, ...handover }: KeptHandover, { deps: { zone } }: RouteDeps) {
  return { ...showHandover(handover, zone), snapshot: showSnapshot(snapshot, zone) };
}
