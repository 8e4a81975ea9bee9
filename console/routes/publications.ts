/**
 * Publications of evaluations: list, one, counted by hand, approved and withdrawn, as a page to be
 * printed and as a workbook; and a live evaluation as a workbook.
 */
import { z } from "zod";
import { actorOf } from "../access.ts";
import { printBrief } from "../brief-print.ts";
import { BRIEF_POLICY } from "../brief-tables.ts";
import { evaluationWorkbook, XLSX_TYPE } from "../brief-workbook.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import {
  ApproveBody,
  ExportQuery,
  LangQuery,
  PublicationAnswer,
  PublicationBody,
  PublicationDetailAnswer,
  PublicationPage,
  PublicationParams,
  PublicationQuery,
  WithdrawBody,
} from "../schemas/publications.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";
import { showPublication, showPublicationDetails } from "../show-publications.ts";
import { evaluationWithin } from "./evaluation.ts";

const BASE = "/api/v1/evaluation/publications";
const ONE = `${BASE}/:publicationId`;

export function addPublicationRoutes(server: Server, { deps }: RouteDeps): void {
  addReads(server, deps);
  addPrint(server, deps);
  addWorkbooks(server, deps);
  addWrites(server, deps);
  addStates(server, deps);
}

type Given = RouteDeps["deps"];

function addReads(server: Server, { publications, zone }: Given): void {
  server.route({
    method: "GET",
    url: BASE,
    config: { action: "publications.read" },
    schema: {
      tags: ["evaluation"],
      summary: "Briefs of periods that are over, those that ended last first",
      querystring: PublicationQuery,
      response: { 200: PublicationPage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await publications.list(request.query), (each) => showPublication(each, zone)),
  });
  server.route({
    method: "GET",
    url: ONE,
    config: { action: "publications.read" },
    schema: {
      tags: ["evaluation"],
      summary: "A brief with its figures, as they were counted",
      params: PublicationParams,
      response: { 200: PublicationDetailAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPublicationDetails(await publications.get(request.params.publicationId), zone),
  });
}

function addPrint(server: Server, { publications, zone, clock }: Given): void {
  server.route({
    method: "GET",
    url: `${ONE}/print`,
    config: { action: "publications.read" },
    schema: {
      tags: ["evaluation"],
      summary: "The brief as a page of A4 to be printed and signed",
      params: PublicationParams,
      querystring: LangQuery,
      produces: ["text/html"],
      response: { 200: z.string().describe("a page of its own, in one file"), ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { lang } = request.query;
      const found = await publications.get(request.params.publicationId);
      return reply
        .header("content-security-policy", BRIEF_POLICY)
        .type("text/html; charset=utf-8")
        .send(printBrief(found, { lang, zone, now: clock.now() }));
    },
  });
}

const WorkbookBytes = z.custom<Uint8Array>().describe("a workbook (XLSX)");
const attachment = (name: string): string => `attachment; filename="evaluation-${name}.xlsx"`;

function addWorkbooks(server: Server, { publications, evaluation, registry, zone }: Given): void {
  server.route({
    method: "GET",
    url: `${ONE}/xlsx`,
    config: { action: "publications.read" },
    schema: {
      tags: ["evaluation"],
      summary: "The brief as a workbook",
      params: PublicationParams,
      querystring: LangQuery,
      produces: [XLSX_TYPE],
      response: { 200: WorkbookBytes, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { publicationId } = request.params;
      const { brief } = await publications.get(publicationId);
      const found = { evaluation: brief.units, beside: brief };
      return reply
        .type(XLSX_TYPE)
        .header("content-disposition", attachment(publicationId))
        .send(await evaluationWorkbook(found, { ...request.query, zone }));
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/evaluation/export",
    config: { action: "evaluation.read" },
    schema: {
      tags: ["evaluation"],
      summary: "Indicators, scores and ranks as they are now, as a workbook",
      querystring: ExportQuery,
      produces: [XLSX_TYPE],
      response: { 200: WorkbookBytes, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { lang, ...query } = request.query;
      const seen = evaluationWithin(await evaluation.read(query), actorOf(request), registry);
      return reply
        .type(XLSX_TYPE)
        .header("content-disposition", attachment(`${query.period}-${query.subject}`))
        .send(await evaluationWorkbook({ evaluation: seen }, { lang, zone }));
    },
  });
}

function addWrites(server: Server, { publications, zone }: Given): void {
  server.route({
    method: "POST",
    url: BASE,
    config: { action: "publications.write", subject: "publications" },
    schema: {
      tags: ["evaluation"],
      summary:
        "Count a period that is over; 201 with a new draft, 200 with the edition that says the same",
      body: PublicationBody,
      response: { 200: PublicationAnswer, 201: PublicationAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { publication, isNew } = await publications.make(request.body);
      return reply.code(isNew ? 201 : 200).send(showPublication(publication, zone));
    },
  });
}

function addStates(server: Server, { publications, zone }: Given): void {
  server.route({
    method: "POST",
    url: `${ONE}/approve`,
    config: { action: "publications.write" },
    schema: {
      tags: ["evaluation"],
      summary: "Everybody may read it from now on; the edition before it is withdrawn",
      params: PublicationParams,
      body: ApproveBody.nullish(),
      response: { 200: PublicationAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { publicationId } = request.params;
      const actor = actorOf(request);
      return showPublication(
        await publications.approve(publicationId, request.body ?? {}, actor),
        zone,
      );
    },
  });
  server.route({
    method: "POST",
    url: `${ONE}/withdraw`,
    config: { action: "publications.write" },
    schema: {
      tags: ["evaluation"],
      summary: "The public does not see it any more, or a draft is given up; with the reason",
      params: PublicationParams,
      body: WithdrawBody,
      response: { 200: PublicationAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { publicationId } = request.params;
      const actor = actorOf(request);
      return showPublication(await publications.withdraw(publicationId, request.body, actor), zone);
    },
  });
}
