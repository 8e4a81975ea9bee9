/**
 * Open311 GeoReport v2 in JSON, under /open311/v2: services, their definitions, requests, tokens.
 * Whoever calls for requests is a registered service with the topic for it; the list of services is
 * open. A case's number is the request's number, and its token, since it is given at once.
 */
import type { z } from "zod";
import type { Case } from "../../model/case.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import { FORM_TYPE, takeForms } from "../form.ts";
import { requestKeyOf } from "../idempotency.ts";
import { IdempotencyHeader } from "../schemas/cases.ts";
import type { RouteDeps, Server } from "../server.ts";
import { sourceActorOf } from "../source-actor.ts";
import type { Open311Report } from "./door.ts";
import { createOpen311ErrorHandler } from "./errors.ts";
import { findRequests } from "./requests.ts";
import {
  AskedQuery,
  DefinitionAnswer,
  OPEN311_ERRORS,
  PostedAnswer,
  RequestForm,
  RequestParams,
  RequestQuery,
  RequestsAnswer,
  ServiceParams,
  ServicesAnswer,
  TokenAnswer,
  TokenParams,
} from "./schema.ts";
import { needService, type Service, servicesOf } from "./services.ts";
import { noticeOf, type Shown, showRequest, showService } from "./show.ts";

const PREFIX = "/open311/v2";
const TOPIC = "open311/requests";
const READ = {
  action: "open311.read",
  service: { subscribe: TOPIC },
  isKeyParameter: true,
} as const;
const REPORT = {
  action: "open311.report",
  service: { publish: TOPIC },
  isKeyParameter: true,
} as const;

export function addOpen311Routes(server: Server, given: RouteDeps): void {
  void server.register(
    async (plain) => {
      const scope = plain as Server;
      scope.setErrorHandler(createOpen311ErrorHandler(given.deps.log));
      scope.removeAllContentTypeParsers();
      takeForms(scope);
      addServices(scope, given);
      addReads(scope, given);
      addToken(scope, given);
      addReport(scope, given);
      addRest(scope);
    },
    { prefix: PREFIX },
  );
}

/** @throws GridwardenError NOT_FOUND */
function checkJurisdiction(said: { jurisdiction_id?: string | undefined }, own: string): void {
  const { jurisdiction_id: got } = said;
  if (got === undefined || got === own) return;
  throw new GridwardenError("NOT_FOUND", `no jurisdiction has the id '${got}'; it is '${own}'`);
}

function addServices(scope: Server, { deps: { filingTables, open311 } }: RouteDeps): void {
  scope.route({
    method: "GET",
    url: "/services.json",
    config: { action: "open" },
    schema: {
      tags: ["open311"],
      summary: "What may be reported: the categories of the city's own table",
      security: [],
      querystring: AskedQuery,
      response: { 200: ServicesAnswer, ...OPEN311_ERRORS },
    },
    handler: async (request) => {
      checkJurisdiction(request.query, open311.jurisdictionId);
      return [...servicesOf(filingTables.categories).values()].map(showService);
    },
  });
  scope.route({
    method: "GET",
    url: "/services/:code.json",
    config: { action: "open" },
    schema: {
      tags: ["open311"],
      summary: "What a service asks beside what every report says: nothing",
      security: [],
      params: ServiceParams,
      querystring: AskedQuery,
      response: { 200: DefinitionAnswer, ...OPEN311_ERRORS },
    },
    handler: async (request) => {
      checkJurisdiction(request.query, open311.jurisdictionId);
      const { serviceCode } = needService(servicesOf(filingTables.categories), request.params.code);
      return { service_code: serviceCode, attributes: [] };
    },
  });
}

function addReads(scope: Server, { deps }: RouteDeps): void {
  const { cases, clock, filingTables, open311, registry, zone } = deps;
  const shown = (): Shown => ({
    zone,
    services: servicesOf(filingTables.categories),
    unitName: open311.unitName,
    componentCodeOf: (assetId) => registry.asset(assetId)?.componentCode,
  });

  scope.route({
    method: "GET",
    url: "/requests.json",
    config: READ,
    schema: {
      tags: ["open311"],
      summary: "Requests of at most 90 days, newest first, at most 1,000",
      querystring: RequestQuery,
      response: { 200: RequestsAnswer, ...OPEN311_ERRORS },
    },
    handler: async (request) => {
      const { query } = request;
      checkJurisdiction(query, open311.jurisdictionId);
      const how = shown();
      for (const code of query.service_code ?? []) needService(how.services, code);
      const found = await findRequests(cases, query, clock.now());
      return found.map((each) => showRequest(each, how));
    },
  });
  scope.route({
    method: "GET",
    url: "/requests/:id.json",
    config: READ,
    schema: {
      tags: ["open311"],
      summary: "One request by its number: its stage, and nothing private",
      params: RequestParams,
      querystring: AskedQuery,
      response: { 200: RequestsAnswer, ...OPEN311_ERRORS },
    },
    handler: async (request) => {
      checkJurisdiction(request.query, open311.jurisdictionId);
      return [showRequest(await needCase(deps, request.params.id), shown())];
    },
  });
}

function addToken(scope: Server, { deps }: RouteDeps): void {
  scope.route({
    method: "GET",
    url: "/tokens/:token.json",
    config: READ,
    schema: {
      tags: ["open311"],
      summary: "The request's number for a token; here the number is its own token",
      params: TokenParams,
      querystring: AskedQuery,
      response: { 200: TokenAnswer, ...OPEN311_ERRORS },
    },
    handler: async (request) => {
      checkJurisdiction(request.query, deps.open311.jurisdictionId);
      const { caseNo } = await needCase(deps, request.params.token);
      return [{ service_request_id: caseNo, token: caseNo }];
    },
  });
}

function addReport(scope: Server, { deps: { filingTables, open311 } }: RouteDeps): void {
  scope.route({
    method: "POST",
    url: "/requests.json",
    config: REPORT,
    bodyLimit: LIMITS.open311FormBytesMax,
    schema: {
      tags: ["open311"],
      summary: "Report as a citizen; each is a case of its own, and what is near is told",
      consumes: [FORM_TYPE],
      headers: IdempotencyHeader,
      querystring: AskedQuery,
      body: RequestForm,
      response: { 201: PostedAnswer, ...OPEN311_ERRORS },
    },
    handler: async (request, reply) => {
      const { body, query } = request;
      for (const said of [query, body]) checkJurisdiction(said, open311.jurisdictionId);
      const service = needService(servicesOf(filingTables.categories), body.service_code);
      const actor = sourceActorOf(request);
      const key = keyOf(request.headers, body, actor.username);
      const made = await open311.report(reportOf(body, service), actor, key);
      const { caseNo, similar, publicNo } = made;
      const answer = {
        service_request_id: caseNo,
        service_notice: noticeOf(similar),
        account_id: null,
        ...(publicNo !== undefined && { public_no: publicNo }),
      };
      return reply.code(201).send([answer]);
    },
  });
}

/** What is sent twice is the same under another key of the service, too. */
function keyOf(
  headers: z.infer<typeof IdempotencyHeader>,
  { api_key: _, ...body }: RequestForm,
  username: string,
) {
  return requestKeyOf({ method: "POST", url: `${PREFIX}/requests.json`, headers, body }, username);
}

const HAN = /\p{Script=Han}/u;

function reportOf(form: RequestForm, { kind, code }: Service): Open311Report {
  const { first_name: first = "", last_name: last = "", phone, email } = form;
  const name = HAN.test(`${first}${last}`) ? `${last}${first}` : `${first} ${last}`.trim();
  const reporter = {
    ...(name !== "" && { name }),
    ...(phone !== undefined && { phone }),
    ...(email !== undefined && { email }),
  };
  return {
    kind,
    categoryCode: code,
    lon: form.long,
    lat: form.lat,
    address: form.address_string,
    componentCode: form.address_id,
    description: form.description,
    snapshotUrl: form.media_url,
    ...(Object.keys(reporter).length > 0 && { reporter }),
  };
}

/** @throws GridwardenError CASE_NOT_FOUND */
async function needCase({ cases }: RouteDeps["deps"], caseNo: string): Promise<Case> {
  const found = await cases.get(caseNo);
  // A drill is the city's own business, and nobody's report.
  if (found !== undefined && found.case.isDrill !== true) return found.case;
  throw new GridwardenError("CASE_NOT_FOUND", `no request has the number '${caseNo}'`);
}

/** Whatever else is asked for here is answered as Open311 answers. */
function addRest(scope: Server): void {
  scope.route({
    method: ["GET", "POST"],
    url: "/*",
    config: { action: "open" },
    schema: { hide: true },
    handler: async (request) => {
      const [path = ""] = request.url.split("?");
      const why = path.endsWith(".xml")
        ? "XML is not answered here, JSON only: write .json"
        : "no such call";
      throw new GridwardenError("NOT_FOUND", `${why}; got ${request.method} ${path.slice(0, 200)}`);
    },
  });
}
