/** Whom a case was told, who is reached now, and what gateways report of messages. */
import type { FastifyRequest } from "fastify";
import { GridwardenError } from "../../model/errors.ts";
import { actorOf } from "../access.ts";
import { takeForms } from "../form.ts";
import type { ReachingDoor } from "../reaching-door.ts";
import { checkReach, limitOf } from "../roles.ts";
import { CaseParams } from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  EscalationAnswer,
  ReachedPage,
  ReachedQuery,
  ReachingAnswer,
  ReceiptAnswer,
  ReceiptParams,
} from "../schemas/reaching.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";
import { showEscalation, showMessage, showReached } from "../show-reaching.ts";
import { textsOf } from "../texts-of.ts";

export function addReachingRoutes(server: Server, { deps }: RouteDeps): void {
  const { reaching, registry, cases, zone } = deps;

  /** @throws CASE_NOT_FOUND, ROLE_REFUSED */
  async function check(
    request: FastifyRequest,
    action: "reaching.read" | "reaching.take",
    caseNo: string,
  ): Promise<void> {
    const found = await cases.get(caseNo);
    if (found === undefined) {
      throw new GridwardenError("CASE_NOT_FOUND", `no case has the number '${caseNo}'`);
    }
    const what = { called: `case '${caseNo}'`, unitIds: [found.case.unitId] };
    checkReach(actorOf(request), action, what, registry);
  }

  server.route({
    method: "GET",
    url: "/api/v1/cases/:caseNo/reaching",
    config: { action: "reaching.read" },
    schema: {
      tags: ["cases"],
      summary: "Who was called about a case, and what became of each message",
      params: CaseParams,
      response: { 200: ReachingAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { caseNo } = request.params;
      await check(request, "reaching.read", caseNo);
      const { escalations, messages } = await reaching.ofCase(caseNo);
      const [escalation] = escalations;
      return {
        ...(escalation !== undefined && { escalation: showEscalation(escalation, zone) }),
        messages: messages.map((message) => showMessage(message, zone)),
      };
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/cases/:caseNo/reaching/take",
    config: { action: "reaching.take" },
    schema: {
      tags: ["cases"],
      summary: "Take the care of a case about which people are called; nobody else is called then",
      params: CaseParams,
      response: { 200: EscalationAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { caseNo } = request.params;
      await check(request, "reaching.take", caseNo);
      return showEscalation(await reaching.take(caseNo, actorOf(request)), zone);
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/duty/reached",
    config: { action: "load.read" },
    schema: {
      tags: ["people"],
      summary: "Who is reached now for each unit, class and step of an escalation",
      querystring: ReachedQuery,
      response: { 200: ReachedPage, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { unitId, ...query } = request.query;
      const limit = limitOf(actorOf(request), "load.read", registry);
      const isSeen = (id: string): boolean => limit?.has(id) !== false;
      const own = limit && [...limit];
      const unitIds = unitId === undefined ? own : [unitId].filter(isSeen);
      const page = reaching.reachedNow({ ...query, unitIds });
      return showPage(page, (unit) => showReached(unit, zone));
    },
  });
  void server.register(async (plain) => addReceipts(plain as Server, reaching));
}

/** Gateways send JSON, a form or the query of an address. */
function addReceipts(scope: Server, reaching: ReachingDoor): void {
  takeForms(scope);
  for (const method of ["POST", "GET"] as const) {
    scope.route({
      method,
      url: "/api/v1/intake/receipts/:channelId",
      config: { action: "open" },
      schema: {
        tags: ["intake"],
        summary: "What a channel's gateway reports of messages, under the channel's own key",
        params: ReceiptParams,
        response: { 200: ReceiptAnswer, ...ERROR_ANSWERS },
      },
      handler: async (request) =>
        await reaching.receipts(request.params.channelId, {
          headers: textsOf(request.headers),
          query: textsOf(request.query as object),
          body: request.body,
        }),
    });
  }
}
