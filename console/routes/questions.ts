/** Asking back (回访): what reporters are asked after a close, and their answers to who called. */
import { actorOf } from "../access.ts";
import {
  ANSWER_BODY,
  AnswerBody,
  OrderAnswerBody,
  OutboxPage,
  OutboxQuery,
  QuestionParams,
  QuestionShown,
  QuestionsPage,
  QuestionsQuery,
} from "../public/schema.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { OrderParams } from "../schemas/sources.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";
import { showQuestion, showQuestionToSend } from "../show-sources.ts";
import { sourceActorOf } from "../source-actor.ts";

export function addQuestionRoutes(server: Server, { deps: { citizens, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/questions",
    config: { action: "questions.read" },
    schema: {
      tags: ["questions"],
      summary: "What reporters are asked after a close, with whom to call, newest first",
      querystring: QuestionsQuery,
      response: { 200: QuestionsPage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await citizens.questions(request.query), (found) => showQuestion(found, zone)),
  });
  server.route({
    method: "GET",
    url: "/api/v1/questions/outbox",
    config: { action: "questions.send", service: { subscribe: "questions/outbox" } },
    schema: {
      tags: ["questions"],
      summary: "Open questions with their links, for a service that sends messages, oldest first",
      querystring: OutboxQuery,
      response: { 200: OutboxPage, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { since, limit } = request.query;
      const found = await citizens.toSend({ after: since, limit });
      return {
        items: found.map((each) => showQuestionToSend(each, zone)),
        next: found.at(-1)?.position ?? since,
      };
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/questions/:questionId/answer",
    config: { action: "questions.answer" },
    ...ANSWER_BODY,
    schema: {
      tags: ["questions"],
      summary: "What a reporter said who was called back; once",
      params: QuestionParams,
      body: AnswerBody,
      response: { 200: QuestionShown, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { questionId } = request.params;
      const answered = await citizens.answerByCall(questionId, request.body, actorOf(request));
      return showQuestion(answered, zone);
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/hotline/orders/:externalNo/callback",
    config: { action: "hotline.write", service: { publish: "intake/hotline" } },
    ...ANSWER_BODY,
    schema: {
      tags: ["hotline"],
      summary: "What the reporter of an order said whom the hotline called back; once",
      params: OrderParams,
      body: OrderAnswerBody,
      response: { 200: QuestionShown, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { system, ...said } = request.body;
      const order = { ...request.params, system };
      const answered = await citizens.answerByOrder(order, said, sourceActorOf(request));
      return showQuestion(answered, zone);
    },
  });
}
