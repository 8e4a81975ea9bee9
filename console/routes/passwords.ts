/**
 * Passwords after the first: one's own, for which the old one is asked, and another for somebody who
 * does not know it any more. Both sign the user's other sessions out, with their streams.
 */
import { GridwardenError } from "../../model/errors.ts";
import { actorOf, tokenOf } from "../access.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { OwnPasswordBody, PasswordBody, UserParams } from "../schemas/people.ts";
import { EndedSessions } from "../schemas/sessions.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addPasswordRoutes(server: Server, { deps, hub }: RouteDeps): void {
  const { passwords } = deps.registry;
  server.route({
    method: "PUT",
    url: "/api/v1/me/password",
    config: { action: "passwords.own", subject: "password" },
    schema: {
      tags: ["people"],
      summary: "Change one's own password; one's other sessions end, with their streams",
      body: OwnPasswordBody,
      response: { 200: EndedSessions, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const change = { username: actorOf(request).username, ...request.body };
      const by = { token: tokenOf(request), from: request.ip };
      const ended = await passwords.change(change, by);
      await hub.turnAway();
      return { ended };
    },
  });
  server.route({
    method: "PUT",
    url: "/api/v1/users/:username/password",
    config: { action: "users.write" },
    schema: {
      tags: ["people"],
      summary: "Set another password for somebody; that one's sessions end, with their streams",
      params: UserParams,
      body: PasswordBody,
      response: { 200: EndedSessions, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { username } = request.params;
      if (username === actorOf(request).username) throw ownPassword();
      const ended = await passwords.set(username, request.body.password);
      await hub.turnAway();
      return { ended };
    },
  });
}

/** Who finds a page left open must not get its owner's account by it. */
const ownPassword = (): GridwardenError =>
  new GridwardenError(
    "PASSWORD_REFUSED",
    "one's own password is changed with the old one, at PUT /api/v1/me/password",
  );
