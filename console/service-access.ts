/**
 * City systems that call the API: a service signs in as it does over MQTT, its id as user name and
 * its key as password, by HTTP Basic. What it may call follows from its topics: a route names the
 * topic that the same thing would have, and the service must be allowed to publish, or subscribe, to
 * it. Routes that name none are closed to services.
 */
import type { FastifyRequest } from "fastify";
import { GridwardenError } from "../model/errors.ts";
import { Username } from "../model/ids.ts";
import { isInFilter } from "../model/topic-filter.ts";
import type { RegistryDoor } from "./deps.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The right that a service must have to call this. */
    service?: { publish: string } | { subscribe: string };
  }
  interface FastifyRequest {
    /** Who has signed in is a service. */
    isService?: boolean;
  }
}

const BASIC = /^Basic +([A-Za-z0-9+/=]{1,400})$/i;

/**
 * Lets a service in and answers whether the caller is one.
 * @throws TOKEN_REFUSED, ROLE_REFUSED, RATE_LIMITED
 */
export async function admitService(
  request: FastifyRequest,
  authenticate: RegistryDoor["authenticateService"],
): Promise<boolean> {
  const { service } = request.routeOptions.config;
  const encoded = BASIC.exec(request.headers.authorization ?? "")?.[1];
  if (service === undefined || encoded === undefined) return false;
  const [serviceId = "", ...key] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const identity = await authenticate(serviceId, key.join(":"), request.ip);
  if (identity === undefined) {
    throw new GridwardenError(
      "TOKEN_REFUSED",
      "no service has this id and key; send 'Authorization: Basic' with serviceId:key in base64",
    );
  }
  request.user = { username: Username.parse(identity.serviceId), roles: [] };
  request.isService = true;
  const [right, topic] =
    "publish" in service
      ? (["publish", service.publish] as const)
      : (["subscribe", service.subscribe] as const);
  if (identity[right].some((filter) => isInFilter(topic, filter))) return true;
  throw new GridwardenError(
    "ROLE_REFUSED",
    `service '${serviceId}' may not ${right} to '${topic}'; register it with that topic`,
  );
}
