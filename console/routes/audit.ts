/** The audit trail: writes of the API, and the chain of the cases' history checked. */
import { AuditPageAnswer, AuditQuery, VerifyAnswer, VerifyQuery } from "../schemas/audit.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";

export function addAuditRoutes(server: Server, { deps: { audit, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/audit",
    config: { action: "audit.read" },
    schema: {
      tags: ["audit"],
      summary: "List writes of the API, newest first",
      querystring: AuditQuery,
      response: { 200: AuditPageAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await audit.list(request.query), ({ at, roles, ...entry }) => ({
        ...entry,
        at: zone.iso(at),
        roles: [...roles],
      })),
  });
  server.route({
    method: "GET",
    url: "/api/v1/audit/verify",
    config: { action: "audit.read" },
    schema: {
      tags: ["audit"],
      summary: "Check the history of all cases, record by record, to the first that is broken",
      querystring: VerifyQuery,
      response: { 200: VerifyAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const report = await audit.verify(request.query.from);
      const isUnbroken = report.broken === undefined;
      return { isUnbroken, areFilesChecked: false as const, ...report };
    },
  });
}
