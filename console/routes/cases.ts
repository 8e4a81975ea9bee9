/** Cases (案卷): list, report, one with its history, and the events that move it. */
import { GridwardenError } from "../../model/errors.ts";
import { actorOf } from "../access.ts";
import { requestKeyOf } from "../idempotency.ts";
import { scopeOf } from "../roles.ts";
import {
  CaseAnswer,
  CaseCurveAnswer,
  CaseDetailAnswer,
  CasePage,
  CaseParams,
  CaseQuery,
  CaseReportBody,
  IdempotencyHeader,
  ReportAnswer,
  TransitionBody,
} from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showCase, showCaseDetail, showPage } from "../show.ts";
import { showReport, showReported } from "../show-sources.ts";
import { showsPhones, withoutPhone } from "../steward-phones.ts";

export function addCaseRoutes(
  server: Server,
  { deps: { cases, sources, registry, zone } }: RouteDeps,
): void {
  server.route({
    method: "GET",
    url: "/api/v1/cases",
    config: { action: "cases.read" },
    schema: {
      tags: ["cases"],
      summary: "List cases, newest first",
      querystring: CaseQuery,
      response: { 200: CasePage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await cases.list(request.query), (found) => showCase(found, zone)),
  });
  server.route({
    method: "POST",
    url: "/api/v1/cases",
    config: { action: "cases.report" },
    schema: {
      tags: ["cases"],
      summary: "Report what a citizen, an inspector or the hotline found",
      headers: IdempotencyHeader,
      body: CaseReportBody,
      response: { 201: ReportAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const key = requestKeyOf(request, actorOf(request).username);
      const made = await cases.report(request.body, actorOf(request), key);
      return reply.code(201).send(showReported(made, zone));
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/cases/:caseNo",
    config: { action: "cases.read" },
    schema: {
      tags: ["cases"],
      summary: "One case with its history and evidence",
      params: CaseParams,
      response: { 200: CaseDetailAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { caseNo } = request.params;
      const found = await cases.get(caseNo);
      if (found === undefined) {
        throw new GridwardenError("CASE_NOT_FOUND", `no case has the number '${caseNo}'`);
      }
      const turn = await cases.turn(found.case, actorOf(request));
      const similar = await sources.similarTo(found.case);
      const isTold = showsPhones(actorOf(request), registry, found.case);
      const stewards = isTold ? found.stewards : found.stewards.map(withoutPhone);
      const isToKnow = scopeOf(actorOf(request).roles, "cases.reporters") === "all";
      const reports = isToKnow ? await sources.reportsOf(caseNo) : undefined;
      return {
        ...showCaseDetail({ ...found, stewards }, turn, zone),
        ...(similar.length > 0 && { similar }),
        ...(reports !== undefined && { reports: reports.map((each) => showReport(each, zone)) }),
      };
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/cases/:caseNo/curve",
    config: { action: "cases.read" },
    schema: {
      tags: ["cases"],
      summary: "What the sensors of a case read, from before its first alarm until after its end",
      params: CaseParams,
      response: { 200: CaseCurveAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { from, to, keptAt, series } = await cases.curve(request.params.caseNo);
      return {
        from: zone.iso(from),
        to: zone.iso(to),
        ...(keptAt === undefined ? {} : { keptAt: zone.iso(keptAt) }),
        series,
      };
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/cases/:caseNo/transitions",
    config: { action: "cases.transition" },
    schema: {
      tags: ["cases"],
      summary: "An event of a case; answers the case after it",
      params: CaseParams,
      headers: IdempotencyHeader,
      body: TransitionBody,
      response: { 200: CaseAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { caseNo } = request.params;
      const key = requestKeyOf(request, actorOf(request).username);
      const after = await cases.transition(caseNo, request.body, actorOf(request), key);
      return showCase(after, zone);
    },
  });
}
