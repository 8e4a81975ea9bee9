/**
 * What anybody may report and ask without signing in: a report with its photos, what may be reported,
 * and what a plate's code stands for. Nothing of the reporter is ever answered.
 */
import { createHash } from "node:crypto";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import { requestKeyOf } from "../idempotency.ts";
import { needService, servicesOf } from "../open311/services.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";
import { createArrivals } from "./arrivals.ts";
import { createCallMeter } from "./call-meter.ts";
import {
  CitizenKeyHeader,
  CitizenReportAnswer,
  CitizenReportBody,
  ComponentParams,
  PublicCategories,
  PublicComponentAnswer,
} from "./report-schema.ts";

const REPORTS_URL = "/api/v1/public/reports";
/** Nobody's name; keys of citizens are told apart by chance alone. */
const CITIZENS = "the reporter";

export function addCitizenReportRoutes(server: Server, { deps }: RouteDeps): void {
  addReport(server, deps);
  addReads(server, deps);
}

function addReport(
  server: Server,
  { citizenReports, filingTables, clock }: RouteDeps["deps"],
): void {
  const letIn = createArrivals(clock);
  server.route({
    method: "POST",
    url: REPORTS_URL,
    config: { action: "open" },
    bodyLimit: LIMITS.publicReportBytesMax,
    onRequest: async (request, reply) => letIn(request, reply),
    schema: {
      tags: ["public"],
      summary: "Report as a citizen, with photos; answers its public number and nothing private",
      security: [],
      headers: CitizenKeyHeader,
      body: CitizenReportBody,
      response: { 201: CitizenReportAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { category, photos, ...said } = request.body;
      const service =
        category === undefined
          ? undefined
          : needService(servicesOf(filingTables.categories), category);
      const report = {
        ...said,
        ...(service && { kind: service.kind, categoryCode: service.code }),
        photos: photos.map(bytesOf),
      };
      const { headers } = request;
      const body = { ...said, category, photos: photos.map(digestOf) };
      const key = requestKeyOf({ method: "POST", url: REPORTS_URL, headers, body }, CITIZENS);
      const { publicNo, link, isJoined } = await citizenReports.take(report, key);
      const state = isJoined ? ("joined" as const) : ("received" as const);
      return reply.code(201).send({ publicNo, state, link });
    },
  });
}

/** What is none decodes to other bytes, which are no photo. */
const bytesOf = (base64: string): Uint8Array => Buffer.from(base64, "base64");
const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

function addReads(
  server: Server,
  { citizenReports, filingTables, clock }: RouteDeps["deps"],
): void {
  const calls = createCallMeter(LIMITS.publicCallsMax, LIMITS.publicCallsWindowMs);
  const count = (ip: string): void => {
    const now = clock.now();
    calls.check(ip, now);
    calls.add(ip, now);
  };
  server.route({
    method: "GET",
    url: "/api/v1/public/categories",
    config: { action: "open" },
    schema: {
      tags: ["public"],
      summary: "What citizens may report: the categories of the city's own table",
      security: [],
      response: { 200: PublicCategories, ...ERROR_ANSWERS },
    },
    handler: async ({ ip }, reply) => {
      count(ip);
      void reply.header("cache-control", "public, max-age=300");
      const services = [...servicesOf(filingTables.categories).values()];
      return {
        items: services.map(({ serviceCode, title, majorTitle }) => ({
          category: serviceCode,
          title: { zh: title.zh, en: title.en },
          group: serviceCode.slice(0, 4),
          groupTitle: majorTitle,
        })),
      };
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/public/components/:code",
    config: { action: "open" },
    schema: {
      tags: ["public"],
      summary: "What the code on a plate stands for: its class and its street",
      security: [],
      params: ComponentParams,
      response: { 200: PublicComponentAnswer, ...ERROR_ANSWERS },
    },
    handler: async ({ ip, params: { code } }) => {
      count(ip);
      const found = citizenReports.component(code);
      if (found !== undefined) return found;
      throw new GridwardenError("ASSET_NOT_FOUND", "no component has this code");
    },
  });
}
