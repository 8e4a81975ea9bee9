/** Drills (演练): cases that go the whole way and are marked as what they are everywhere. */
import { actorOf } from "../access.ts";
import { requestKeyOf } from "../idempotency.ts";
import { CaseAnswer, DrillBody, IdempotencyHeader } from "../schemas/cases.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showCase } from "../show.ts";

export function addDrillRoutes(server: Server, { deps: { cases, zone } }: RouteDeps): void {
  server.route({
    method: "POST",
    url: "/api/v1/drills",
    config: { action: "cases.drill" },
    schema: {
      tags: ["cases"],
      summary: "Open a drill: orders, notices and deadlines as of a case, but it counts in nothing",
      headers: IdempotencyHeader,
      body: DrillBody,
      response: { 201: CaseAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const actor = actorOf(request);
      const key = requestKeyOf(request, actor.username);
      const report = { ...request.body, source: "patrol" as const, isDrill: true as const };
      return reply.code(201).send(showCase(await cases.report(report, actor, key), zone));
    },
  });
}
