/** Sign-in of people. */
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { LoginAnswer, LoginBody } from "../schemas/people.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addLoginRoutes(server: Server, { deps }: RouteDeps): void {
  server.route({
    method: "POST",
    url: "/api/v1/login",
    config: { action: "open", audit: "sign-in" },
    schema: {
      tags: ["people"],
      summary: "Sign in; the token goes into `Authorization: Bearer`",
      security: [],
      body: LoginBody,
      response: { 200: LoginAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { username, password } = request.body;
      const { token, expiresAt, user } = await deps.registry.login(username, password, request.ip);
      return { token, expiresAt: deps.zone.iso(expiresAt), user };
    },
  });
}
