/**
 * What anybody may ask without signing in: how far the report with a public number has come, as a
 * page and as JSON; and the answer of its reporter, by the link of his question. A number that is
 * none and a link that is not right are answered alike, and an address may try only so often.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ERRORS, type ErrorCode, GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import type { QuestionAnswer } from "../../model/question.ts";
import { answeredError } from "../error-answers.ts";
import { takeForms } from "../form.ts";
import { servicesOf } from "../open311/services.ts";
import { ERROR_ANSWERS, type ErrorAnswer } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";
import { createCallMeter } from "./call-meter.ts";
import { PAGE_POLICY, type PageOptions, plainPage, reportPage } from "./page.ts";
import {
  PublicAnswerBody,
  PublicAnswered,
  PublicForm,
  PublicParams,
  PublicQuery,
  PublicReportAnswer,
} from "./schema.ts";
import { showPublicReport } from "./show.ts";
import type { PageLanguage } from "./words.ts";

const JSON_URL = "/api/v1/public/reports/:publicNo";
const PAGE_URL = "/public/reports/:publicNo";
const PageQuery = PublicQuery.extend({ lang: z.enum(["zh", "en"]).optional() });

export function addPublicRoutes(server: Server, { deps }: RouteDeps): void {
  const desk = createDesk(deps);
  addJson(server, desk);
  void server.register(async (plain) => {
    const scope = plain as Server;
    scope.setErrorHandler((error, request, reply) =>
      sendFault(answeredError(error, request, deps.log), request, reply),
    );
    takeForms(scope);
    addPages(scope, desk);
  });
}

type Desk = ReturnType<typeof createDesk>;

function createDesk({ citizens, filingTables, open311, zone, clock }: RouteDeps["deps"]) {
  const calls = createCallMeter(LIMITS.publicCallsMax, LIMITS.publicCallsWindowMs);
  const misses = createCallMeter(LIMITS.publicMissesMax, LIMITS.publicMissesWindowMs);

  /**
   * Who guesses keeps nobody of his address from a number that is right.
   * @throws RATE_LIMITED, and what `work` throws
   */
  async function metered<T>({ ip }: FastifyRequest, work: () => Promise<T>): Promise<T> {
    const now = clock.now();
    calls.check(ip, now);
    calls.add(ip, now);
    try {
      return await work();
    } catch (error) {
      if (error instanceof GridwardenError && error.code === "REPORT_NOT_FOUND") {
        misses.check(ip, now);
        misses.add(ip, now);
      }
      throw error;
    }
  }

  /** @throws REPORT_NOT_FOUND */
  async function report(publicNo: string, token: string | undefined): Promise<PublicReportAnswer> {
    const found = await citizens.report({ publicNo, token });
    if (found === undefined) {
      throw new GridwardenError("REPORT_NOT_FOUND", "no report has this number and this link");
    }
    const services = servicesOf(filingTables.categories);
    return showPublicReport(found, { zone, services, unitName: open311.unitName });
  }

  return {
    metered,
    report,
    /** A guess is refused before anything is written. @throws REPORT_NOT_FOUND, QUESTION_CLOSED */
    async answer(link: { publicNo: string; token: string }, said: QuestionAnswer) {
      await report(link.publicNo, link.token);
      return await citizens.answer(link, said);
    },
  };
}

function addJson(server: Server, { metered, report, answer }: Desk): void {
  server.route({
    method: "GET",
    url: JSON_URL,
    config: { action: "open" },
    schema: {
      tags: ["public"],
      summary: "How far a report has come, by its public number; nothing private",
      security: [],
      params: PublicParams,
      querystring: PublicQuery,
      response: { 200: PublicReportAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      await metered(request, () => report(request.params.publicNo, request.query.t)),
  });
  server.route({
    method: "POST",
    url: `${JSON_URL}/answer`,
    config: { action: "open" },
    bodyLimit: LIMITS.publicAnswerBytesMax,
    schema: {
      tags: ["public"],
      summary: "The reporter's answer after the close, once, by the token of his question's link",
      security: [],
      params: PublicParams,
      body: PublicAnswerBody,
      response: { 200: PublicAnswered, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { token, ...said } = request.body;
      const { publicNo } = request.params;
      const { state } = await metered(request, () => answer({ publicNo, token }, said));
      return { state };
    },
  });
}

function addPages(scope: Server, { metered, report, answer }: Desk): void {
  scope.route({
    method: "GET",
    url: PAGE_URL,
    schema: { hide: true, params: PublicParams, querystring: PageQuery },
    handler: async (request, reply) => {
      const { t: token } = request.query;
      const found = await metered(request, () => report(request.params.publicNo, token));
      return sendPage(reply, reportPage(found, { lang: languageOf(request), token }));
    },
  });
  scope.route({
    method: "POST",
    url: `${PAGE_URL}/answer`,
    bodyLimit: LIMITS.publicAnswerBytesMax,
    schema: { hide: true, params: PublicParams, querystring: PageQuery, body: PublicForm },
    handler: async (request, reply) => {
      const { t: token, ...said } = request.body;
      const { publicNo } = request.params;
      const told = await metered(request, () =>
        answeredOr(() => answer({ publicNo, token }, said)),
      );
      const found = await report(publicNo, token);
      const isAnswered = found.question?.state === "answered";
      const word = told ?? (isAnswered ? "answered" : "expired");
      return sendPage(reply, reportPage(found, { lang: languageOf(request), token, told: word }));
    },
  });
}

/** What the page says of it; nothing where it could not be answered any more. */
async function answeredOr(work: () => Promise<unknown>): Promise<PageOptions["told"]> {
  try {
    await work();
    return "thanks";
  } catch (error) {
    if (error instanceof GridwardenError && error.code === "QUESTION_CLOSED") return undefined;
    throw error;
  }
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .header("content-security-policy", PAGE_POLICY)
    .header("cache-control", "no-store")
    .type("text/html; charset=utf-8")
    .serializer((text: unknown) => String(text))
    .send(page);
}

/** A fault as a page, for a person. */
function sendFault(fault: ErrorAnswer, request: FastifyRequest, reply: FastifyReply): void {
  const { code, details } = fault;
  reply.errorCode = code;
  const retryAfterS = details?.retryAfterS;
  if (typeof retryAfterS === "number") reply.header("retry-after", String(retryAfterS));
  const word = FAULT_WORDS[code] ?? (ERRORS[code].status < 500 ? "invalid" : "failed");
  void sendPage(reply.code(ERRORS[code].status), plainPage(languageOf(request), word));
}

const FAULT_WORDS: Partial<Record<ErrorCode, Parameters<typeof plainPage>[1]>> = {
  REPORT_NOT_FOUND: "notFound",
  RATE_LIMITED: "tooMany",
};

/** As it is asked for, else as the browser would have it. */
function languageOf({ query, headers }: FastifyRequest): PageLanguage {
  const { lang } = query as { lang?: unknown };
  if (lang === "zh" || lang === "en") return lang;
  return /^en\b/i.test(headers["accept-language"] ?? "") ? "en" : "zh";
}
