/** The ranks that a leader has approved, for everybody: pages without a token, so many an address. */
import { z } from "zod";
import { MINUTE_MS } from "../../model/clock.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import { BRIEF_POLICY } from "../brief-tables.ts";
import { createCallMeter } from "../public/call-meter.ts";
import { ranksList, ranksPage } from "../rank-page.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { LangQuery, RanksParams } from "../schemas/publications.ts";
import type { RouteDeps, Server } from "../server.ts";

/** Asked again each time: what was withdrawn is gone at once. */
const HEADERS = { "content-security-policy": BRIEF_POLICY, "cache-control": "no-cache" };
const HTML = "text/html; charset=utf-8";

export function addPublicRankRoutes(server: Server, { deps }: RouteDeps): void {
  const { publications, zone, clock } = deps;
  const meter = createCallMeter(LIMITS.publicRanksPerMinuteMax, MINUTE_MS);

  /** @throws RATE_LIMITED */
  function count(from: string): void {
    meter.check(from, clock.now());
    meter.add(from, clock.now());
  }

  server.route({
    method: "GET",
    url: "/public/ranks",
    config: { action: "open" },
    schema: {
      tags: ["public"],
      summary: "Which periods' ranks are published, as a page",
      security: [],
      querystring: LangQuery,
      produces: ["text/html"],
      response: { 200: z.string(), ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      count(request.ip);
      const limit = LIMITS.publicRanksListedMax;
      const { items } = await publications.list({ state: "approved", limit });
      return reply
        .headers(HEADERS)
        .type(HTML)
        .send(ranksList(items, { ...request.query, zone }));
    },
  });
  server.route({
    method: "GET",
    url: "/public/ranks/:period",
    config: { action: "open" },
    schema: {
      tags: ["public"],
      summary: "Ranks, scores, grades and rates of a period, as a page",
      security: [],
      params: RanksParams,
      querystring: LangQuery,
      produces: ["text/html"],
      response: { 200: z.string(), ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      count(request.ip);
      const { period } = request.params;
      const found = await publications.approvedOf(period);
      if (found === undefined) throw notPublished(period);
      return reply
        .headers(HEADERS)
        .type(HTML)
        .send(ranksPage(found, { ...request.query, zone }));
    },
  });
}

const notPublished = (period: string): GridwardenError =>
  new GridwardenError(
    "PUBLICATION_NOT_FOUND",
    `no ranks of the period '${period}' are published; /public/ranks lists those that are`,
  );
