/** People who may sign in. */
import { ERROR_ANSWERS, PageQuery } from "../schemas/common.ts";
import { NewUserBody, UserAnswer, UserPage } from "../schemas/people.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addUserRoutes(server: Server, { deps }: RouteDeps): void {
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
}
