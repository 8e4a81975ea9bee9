/** People who may sign in. */
import { ERROR_ANSWERS, PageQuery } from "../schemas/common.ts";
import { NewUserBody, UserAnswer, UserPage, UserParams } from "../schemas/people.ts";
import { EndedSessions } from "../schemas/sessions.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addUserRoutes(server: Server, { deps, hub }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/users",
    config: { action: "users.read" },
    schema: {
      tags: ["people"],
      summary: "List users",
      querystring: PageQuery,
      response: { 200: UserPage, ...ERROR_ANSWERS },
    },
    handler: async (request) => deps.registry.users.list(request.query),
  });
  server.route({
    method: "POST",
    url: "/api/v1/users",
    config: { action: "users.write" },
    schema: {
      tags: ["people"],
      summary: "Register a user",
      body: NewUserBody,
      response: { 201: UserAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) =>
      reply.code(201).send(await deps.registry.users.create(request.body)),
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/users/:username/sessions",
    config: { action: "users.write" },
    schema: {
      tags: ["people"],
      summary: "Sign out all that somebody has, and end the streams",
      params: UserParams,
      response: { 200: EndedSessions, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const ended = await deps.registry.sessions.endOfUser(request.params.username);
      await hub.turnAway();
      return { ended };
    },
  });
}
