/** Supervision orders (督办): list, issue, one with its cases, its events, its printed form, the count. */
import { z } from "zod";
import { actorOf } from "../access.ts";
import { requestKeyOf } from "../idempotency.ts";
import { present } from "../list-page.ts";
import { IdempotencyHeader } from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  PrintQuery,
  SummaryQuery,
  SupervisionAnswer,
  SupervisionBody,
  SupervisionDetailAnswer,
  SupervisionMovedAnswer,
  SupervisionPage,
  SupervisionParams,
  SupervisionQuery,
  SupervisionSummaryAnswer,
  SupervisionTransitionBody,
} from "../schemas/supervisions.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";
import { showSupervision, showSupervisionDetail } from "../show-supervision.ts";
import { PRINT_POLICY, printSupervision } from "../supervision-print.ts";

export function addSupervisionRoutes(server: Server, { deps }: RouteDeps): void {
  addReads(server, deps);
  addPrint(server, deps);
  addWrites(server, deps);
}

type Given = RouteDeps["deps"];

function addReads(server: Server, { supervisions, zone, clock }: Given): void {
  server.route({
    method: "GET",
    url: "/api/v1/supervisions",
    config: { action: "supervisions.read" },
    schema: {
      tags: ["supervision"],
      summary:
        "List supervision orders, newest first; of a unit's people their own and those below",
      querystring: SupervisionQuery,
      response: { 200: SupervisionPage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await supervisions.list(request.query, actorOf(request)), (order) =>
        showSupervision(order, zone, clock.now()),
      ),
  });
  server.route({
    method: "GET",
    url: "/api/v1/supervisions/summary",
    config: { action: "supervisions.read" },
    schema: {
      tags: ["supervision"],
      summary: "How many orders were issued and answered, in time and not, by unit",
      querystring: SummaryQuery,
      response: { 200: SupervisionSummaryAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => await supervisions.summary(request.query, actorOf(request)),
  });
  server.route({
    method: "GET",
    url: "/api/v1/supervisions/:supervisionNo",
    config: { action: "supervisions.read" },
    schema: {
      tags: ["supervision"],
      summary: "One order with its history and the cases that it covers",
      params: SupervisionParams,
      response: { 200: SupervisionDetailAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const found = await supervisions.get(request.params.supervisionNo, actorOf(request));
      return showSupervisionDetail(found, zone, clock.now());
    },
  });
}

function addPrint(server: Server, { supervisions, zone, clock }: Given): void {
  server.route({
    method: "GET",
    url: "/api/v1/supervisions/:supervisionNo/print",
    config: { action: "supervisions.read" },
    schema: {
      tags: ["supervision"],
      summary: "The order as a page of A4 to be printed and signed",
      params: SupervisionParams,
      querystring: PrintQuery,
      produces: ["text/html"],
      response: { 200: z.string().describe("a page of its own, in one file"), ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { lang } = request.query;
      const found = await supervisions.get(request.params.supervisionNo, actorOf(request));
      const page = printSupervision(found, { lang, zone, now: clock.now() });
      return reply
        .header("content-security-policy", PRINT_POLICY)
        .type("text/html; charset=utf-8")
        .send(page);
    },
  });
}

function addWrites(server: Server, { supervisions, zone, clock }: Given): void {
  server.route({
    method: "POST",
    url: "/api/v1/supervisions",
    config: { action: "supervisions.issue" },
    schema: {
      tags: ["supervision"],
      summary: "Issue an order over 1 to 500 cases; those that are open are marked as supervised",
      headers: IdempotencyHeader,
      body: SupervisionBody,
      response: { 201: SupervisionAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const { deadline: until, ...draft } = request.body;
      const key = requestKeyOf(request, actor.username);
      const made = await supervisions.issue({ ...draft, until }, actor, key);
      return reply.code(201).send(showSupervision(made, zone, clock.now()));
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/supervisions/:supervisionNo/transitions",
    config: { action: "supervisions.transition" },
    schema: {
      tags: ["supervision"],
      summary:
        "An event of an order; answers the order after it, of `accept` also which cases are open",
      params: SupervisionParams,
      headers: IdempotencyHeader,
      body: SupervisionTransitionBody,
      response: { 200: SupervisionMovedAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const actor = actorOf(request);
      const { supervisionNo } = request.params;
      const key = requestKeyOf(request, actor.username);
      const moved = await supervisions.transition(supervisionNo, request.body, actor, key);
      const { openCaseNos, ...after } = moved;
      return present({ ...showSupervision(after, zone, clock.now()), openCaseNos });
    },
  });
}
