/**
 * Who is asking and whether they may: every route names its action or says that it is open; a
 * route that says neither is a fault at start. Programs send their token as a header, pages theirs
 * as a cookie. Checked before a body is read, except where the body has the key; such a body is
 * short.
 */
import type { FastifyRequest } from "fastify";
import { GridwardenError } from "../model/errors.ts";
import type { User } from "../model/registry.ts";
import type { Actor, RegistryDoor } from "./deps.ts";
import { type Action, checkRole } from "./roles.ts";
import type { Server } from "./server.ts";
import { admitService } from "./service-access.ts";
import { checkPageWrite, cookieTokenOf } from "./session-cookie.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the caller must be allowed to do; `open` asks for no token. */
    action?: Action | "open";
  }
  interface FastifyRequest {
    user: User | undefined;
  }
}

const BEARER = /^Bearer +([A-Za-z0-9_-]{1,200})$/i;

export function guardRoutes(
  server: Server,
  registry: Pick<RegistryDoor, "userOfToken" | "authenticateService">,
): void {
  server.decorateRequest("user", undefined);
  server.addHook("onRoute", (route) => {
    const isGuarded = route.url.startsWith("/api/") || route.url.startsWith("/open311/");
    if (isGuarded && route.config?.action === undefined) {
      throw new TypeError(`route ${String(route.method)} ${route.url} names no action`);
    }
  });
  const letIn = async (request: FastifyRequest): Promise<void> => {
    const { action } = request.routeOptions.config;
    if (action === undefined || action === "open") return;
    if (await admitService(request, registry.authenticateService)) return;
    const { token, isCookie } = credentialOf(request);
    const user = await registry.userOfToken(token);
    if (user === undefined) {
      throw new GridwardenError(
        "TOKEN_REFUSED",
        "the token is unknown or has ended; sign in again",
      );
    }
    // Known before it is refused: the trail names who tried.
    request.user = user;
    if (isCookie) checkPageWrite(request);
    checkRole(user, action);
  };
  const isKeyParameter = ({ routeOptions }: FastifyRequest): boolean =>
    routeOptions.config.isKeyParameter === true;
  server.addHook("onRequest", async (request) => {
    if (!isKeyParameter(request)) await letIn(request);
  });
  // A form's key is known when the form is read.
  server.addHook("preValidation", async (request) => {
    if (isKeyParameter(request)) await letIn(request);
  });
}

/** A header says who asks, whatever the cookie says. @throws TOKEN_REFUSED where there is none */
function credentialOf(request: FastifyRequest): { token: string; isCookie: boolean } {
  const { authorization } = request.headers;
  const cookie = authorization === undefined ? cookieTokenOf(request) : undefined;
  if (cookie !== undefined) return { token: cookie, isCookie: true };
  const token = BEARER.exec(authorization ?? "")?.[1];
  if (token !== undefined) return { token, isCookie: false };
  if (request.routeOptions.config.isKeyParameter) {
    throw new GridwardenError("TOKEN_REFUSED", "there is no key; send api_key=serviceId:key");
  }
  throw new GridwardenError(
    "TOKEN_REFUSED",
    "there is no token; sign in at POST /api/v1/login and send 'Authorization: Bearer <token>'",
  );
}

/** What the caller was let in by. @throws TOKEN_REFUSED where there is none */
export const tokenOf = (request: FastifyRequest): string => credentialOf(request).token;

/** The user that the guard has let in. */
export function actorOf(request: FastifyRequest): Actor {
  const { user } = request;
  if (user === undefined) throw new TypeError("an open route asked for its user");
  const actor: Actor = { username: user.username, roles: user.roles };
  if (user.unitId !== undefined) actor.unitId = user.unitId;
  if (user.crewId !== undefined) actor.crewId = user.crewId;
  return actor;
}
