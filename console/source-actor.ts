/** Who calls one of the sources' routes: a user, or a service in its own name. */
import type { FastifyRequest } from "fastify";
import { actorOf } from "./access.ts";
import type { SourceActor } from "./source-door.ts";

export function sourceActorOf(request: FastifyRequest): SourceActor {
  return { ...actorOf(request), isService: request.isService === true };
}
