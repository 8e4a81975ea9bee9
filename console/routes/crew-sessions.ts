/** How a crew's phones come to their sessions, by codes that a lead hands out, and lose them. */
import type { FastifyRequest } from "fastify";
import { GridwardenError } from "../../model/errors.ts";
import { actorOf } from "../access.ts";
import type { RegistryDoor } from "../deps.ts";
import { checkReach } from "../roles.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { CrewParams } from "../schemas/devices.ts";
import { EndedSessions, SignInCodeAnswer } from "../schemas/sessions.ts";
import type { RouteDeps, Server } from "../server.ts";

/** After the # a code goes to no server, and into nobody's log. */
const linkOf = (code: string): string => `/phone/#code=${code}`;

export function addCrewSessionRoutes(server: Server, { deps, hub }: RouteDeps): void {
  const { registry, zone } = deps;
  server.route({
    method: "POST",
    url: "/api/v1/crews/:crewId/sign-in-codes",
    config: { action: "crew-sessions.write" },
    schema: {
      tags: ["people"],
      summary: "A code, shown once, by which one phone of the crew signs in",
      params: CrewParams,
      response: { 201: SignInCodeAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const { crewId } = request.params;
      checkCrew(request, crewId, registry);
      const { code, expiresAt } = await registry.sessions.makeCode(crewId);
      return reply.code(201).send({ code, url: linkOf(code), expiresAt: zone.iso(expiresAt) });
    },
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/crews/:crewId/sessions",
    config: { action: "crew-sessions.write" },
    schema: {
      tags: ["people"],
      summary: "A phone is lost: sign out all that the crew has, end their streams and its codes",
      params: CrewParams,
      response: { 200: EndedSessions, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { crewId } = request.params;
      checkCrew(request, crewId, registry);
      const ended = await registry.sessions.endOfCrew(crewId);
      await hub.turnAway();
      return { ended };
    },
  });
}

/** @throws CREW_NOT_FOUND, ROLE_REFUSED for one of another unit */
function checkCrew(request: FastifyRequest, crewId: string, registry: RegistryDoor): void {
  const crew = registry.crews.get(crewId);
  if (crew === undefined) {
    throw new GridwardenError("CREW_NOT_FOUND", `no crew has the id '${crewId}'`);
  }
  const what = { called: `crew '${crewId}'`, unitIds: [crew.unitId] };
  checkReach(actorOf(request), "crew-sessions.write", what, registry);
}
