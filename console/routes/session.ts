/**
 * Sessions of pages: their token comes and goes in a cookie that no script can read, so an answer
 * tells who has signed in and until when, and never the token.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { SECOND_MS } from "../../model/clock.ts";
import { GridwardenError } from "../../model/errors.ts";
import { tokenOf } from "../access.ts";
import type { ConsoleDeps } from "../deps.ts";
import { actionsOf } from "../roles.ts";
import { ERROR_ANSWERS, Removed } from "../schemas/common.ts";
import { LoginBody } from "../schemas/people.ts";
import { CodeBody, SessionAnswer } from "../schemas/sessions.ts";
import type { RouteDeps, Server } from "../server.ts";
import { checkOrigin, cookieTokenOf, sessionCookie } from "../session-cookie.ts";
import type { Session } from "../session-door.ts";

export function addSessionRoutes(server: Server, given: RouteDeps): void {
  addSignIns(server, given);
  addOwnSession(server, given);
}

function addSignIns(server: Server, given: RouteDeps): void {
  const { registry } = given.deps;
  server.route({
    method: "POST",
    url: "/api/v1/session",
    config: { action: "open", audit: "sign-in" },
    schema: {
      tags: ["people"],
      summary: "Sign a page in; its token goes into a cookie that no script can read",
      security: [],
      body: LoginBody,
      response: { 200: SessionAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      checkOrigin(request);
      const { username, password } = request.body;
      return begin(given, request, reply, await registry.login(username, password, request.ip));
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/session/code",
    config: { action: "open", audit: "sign-in" },
    schema: {
      tags: ["people"],
      summary: "Sign a crew's phone in by a code, which is used once",
      security: [],
      body: CodeBody,
      response: { 200: SessionAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      checkOrigin(request);
      const { pendingAudit } = request;
      const { code } = request.body;
      const signedIn = await registry.sessions.signInByCode(code, request.ip, (user) => {
        // The entry that is committed with the sign-in names who it turned out to be.
        if (pendingAudit === undefined) return;
        pendingAudit.actor = user.username;
        pendingAudit.roles = user.roles;
        pendingAudit.subject = user.username;
      });
      return begin(given, request, reply, signedIn);
    },
  });
}

function addOwnSession(server: Server, { deps, hub }: RouteDeps): void {
  const { sessions } = deps.registry;
  server.route({
    method: "GET",
    url: "/api/v1/session",
    config: { action: "sessions.own" },
    schema: {
      tags: ["people"],
      summary: "Who has signed in, and until when; asked for, a phone's session goes on",
      response: { 200: SessionAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const token = tokenOf(request);
      const session = await sessions.renew(token);
      if (session === undefined) {
        throw new GridwardenError("TOKEN_REFUSED", "the session has just ended; sign in again");
      }
      // The browser is told the same end as the platform has.
      if (cookieTokenOf(request) === token) setCookie(deps, request, reply, { token, ...session });
      return show(deps, session);
    },
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/session",
    config: { action: "sessions.own", audit: "sign-out", subject: "session" },
    schema: {
      tags: ["people"],
      summary: "Sign out: the token ends at once, with its streams",
      response: { 204: Removed, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const token = tokenOf(request);
      await sessions.end(token);
      await hub.turnAway();
      // Who signs out by a header at somebody else's page leaves that one signed in.
      if (cookieTokenOf(request) === token) {
        void reply.header("set-cookie", sessionCookie(request, "", 0));
      }
      return reply.code(204).send(null);
    },
  });
}

type SignedIn = Session & { token: string };

/** What the browser had before nobody can use any more, so it ends. */
async function begin(
  { deps, hub }: RouteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  signedIn: SignedIn,
) {
  const former = cookieTokenOf(request);
  if (former !== undefined) {
    await deps.registry.sessions.end(former);
    await hub.turnAway();
  }
  setCookie(deps, request, reply, signedIn);
  return show(deps, signedIn);
}

/** For as long on the browser's clock as the token holds on the platform's. */
function setCookie(
  { clock }: ConsoleDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { token, expiresAt }: SignedIn,
): void {
  const ageS = Math.ceil((expiresAt - clock.now()) / clock.speed / SECOND_MS);
  void reply.header("set-cookie", sessionCookie(request, token, Math.max(0, ageS)));
}

function show({ registry, zone }: ConsoleDeps, { expiresAt, user }: Session) {
  const unitName = user.unitId === undefined ? undefined : registry.unit(user.unitId)?.name;
  const crewName = user.crewId === undefined ? undefined : registry.crews.get(user.crewId)?.name;
  return {
    expiresAt: zone.iso(expiresAt),
    user: {
      ...user,
      ...(unitName !== undefined && { unitName }),
      ...(crewName !== undefined && { crewName }),
    },
    actions: actionsOf(user.roles),
    hasPassword: registry.passwords.has(user.username),
  };
}
