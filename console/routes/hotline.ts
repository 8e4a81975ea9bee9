/** Hotlines (12319, 12345): orders in and answers out, as JSON and as CSV. */
import { z } from "zod";
import type { RejectedOrder, TakenOrder } from "../../model/case-report.ts";
import { GridwardenError } from "../../model/errors.ts";
import { CSV_TYPE } from "../file-bodies.ts";
import { requestKeyOf } from "../idempotency.ts";
import { CaseAnswer, IdempotencyHeader } from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  AnswersPage,
  AnswersQuery,
  DeliveredBody,
  OrderAnswerShown,
  OrderParams,
  OrdersAnswer,
  OrdersBody,
  OrdersFile,
  OrdersFileQuery,
  OrdersImportAnswer,
  UnsolvedBody,
} from "../schemas/sources.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showCase } from "../show.ts";
import { showOrderAnswer } from "../show-sources.ts";
import { sourceActorOf } from "../source-actor.ts";

/** What a service must be allowed to publish and to subscribe to. */
const ORDERS_IN = { publish: "intake/hotline" } as const;
const ANSWERS_OUT = { subscribe: "hotline/answers" } as const;

export function addHotlineRoutes(server: Server, given: RouteDeps): void {
  addOrderRoutes(server, given);
  addAnswerRoutes(server, given);
  addDeliveredRoute(server, given);
  void server.register(async (scope) => addImportRoute(scope as Server, given));
}

function addOrderRoutes(server: Server, { deps: { sources, zone } }: RouteDeps): void {
  server.route({
    method: "POST",
    url: "/api/v1/hotline/orders",
    config: { action: "hotline.write", service: ORDERS_IN, subject: "hotline orders" },
    schema: {
      tags: ["hotline"],
      summary: "Hand in one order or several; each once by its number, a bad one rejects itself",
      body: OrdersBody,
      response: { 200: OrdersAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { body } = request;
      const orders = Array.isArray(body) ? body : [body];
      const { taken, rejected } = await sources.takeOrders(orders, sourceActorOf(request));
      const [fault] = rejected;
      if (!Array.isArray(body) && fault !== undefined) {
        throw new GridwardenError(fault.code, fault.message);
      }
      return countTaken(taken, rejected);
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/hotline/orders/:externalNo/unsolved",
    config: { action: "hotline.write", service: ORDERS_IN },
    schema: {
      tags: ["hotline"],
      summary: "The reporter says that it is not solved: the closed case is checked again",
      params: OrderParams,
      headers: IdempotencyHeader,
      body: UnsolvedBody,
      response: { 200: CaseAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const actor = sourceActorOf(request);
      const said = { ...request.params, ...request.body };
      const key = requestKeyOf(request, actor.username);
      return showCase(await sources.unsolved(said, actor, key), zone);
    },
  });
}

function addAnswerRoutes(server: Server, { deps: { sources, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/hotline/answers",
    config: { action: "hotline.read", service: ANSWERS_OUT },
    schema: {
      tags: ["hotline"],
      summary: "Answers of orders whose cases have changed, each once, by their last change",
      querystring: AnswersQuery,
      response: { 200: AnswersPage, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { open, ...said } = request.query;
      const answers = await sources.answers({ ...said, isOpen: open });
      return {
        items: answers.map((answer) => showOrderAnswer(answer, zone)),
        next: answers.at(-1)?.position ?? said.since,
      };
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/hotline/answers.csv",
    config: { action: "hotline.read", service: ANSWERS_OUT },
    schema: {
      tags: ["hotline"],
      summary: "The same as a file; its last column is the position to go on from",
      querystring: AnswersQuery,
      produces: [CSV_TYPE],
      response: { 200: z.string(), ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { open, ...said } = request.query;
      const text = await sources.answersCsv({ ...said, isOpen: open });
      return reply
        .type(`${CSV_TYPE}; charset=utf-8`)
        .header("content-disposition", 'attachment; filename="hotline-answers.csv"')
        .send(text);
    },
  });
}

function addDeliveredRoute(server: Server, { deps: { sources, zone } }: RouteDeps): void {
  server.route({
    method: "POST",
    url: "/api/v1/hotline/answers/:externalNo/delivered",
    config: { action: "hotline.write", service: ANSWERS_OUT },
    schema: {
      tags: ["hotline"],
      summary: "The hotline has the answer; what changes afterwards is open again",
      params: OrderParams,
      body: DeliveredBody.nullish(),
      response: { 200: OrderAnswerShown, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const said = { ...request.params, ...request.body };
      return showOrderAnswer(await sources.delivered(said), zone);
    },
  });
}

/** Its own scope, since it takes bytes: their encoding is found out later. */
function addImportRoute(scope: Server, { deps: { sources }, importBytesMax }: RouteDeps): void {
  scope.removeContentTypeParser("application/json");
  scope.addContentTypeParser(CSV_TYPE, { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  scope.route({
    method: "POST",
    url: "/api/v1/hotline/orders/import",
    config: { action: "hotline.write", service: ORDERS_IN, subject: "hotline orders" },
    bodyLimit: importBytesMax,
    schema: {
      tags: ["hotline"],
      summary: "Hand in a file of orders; each once by its number, a bad row rejects itself",
      consumes: [CSV_TYPE],
      querystring: OrdersFileQuery,
      body: OrdersFile,
      response: { 200: OrdersImportAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { body } = request;
      if (!(body instanceof Uint8Array)) {
        throw new GridwardenError("REQUEST_INVALID", "the body is empty; send a file as text/csv");
      }
      const file = { bytes: body, system: request.query.system };
      const done = await sources.importOrders(file, sourceActorOf(request));
      return { ...countTaken(done.taken, done.rejected), ignored: done.ignored };
    },
  });
}

function countTaken(taken: readonly TakenOrder[], rejected: readonly RejectedOrder[]) {
  const count = (fate: TakenOrder["fate"]): number =>
    taken.filter((order) => order.fate === fate).length;
  return {
    opened: count("opened"),
    joined: count("joined"),
    repeated: count("repeated"),
    rejected: [...rejected],
    orders: [...taken],
  };
}
