/**
 * City systems that call the API: a service signs in as it does over MQTT, its id as user name and
 * its key as password, by HTTP Basic. What it may call follows from its topics: a route names the
 * topic that the same thing would have, and the service must be allowed to publish, or subscribe, to
 * it. Routes that name none are closed to services.
 */
import type { FastifyRequest } from "fastify";
import { GridwardenError } from "../model/errors.ts";
import { Username } from "../model/ids.ts";
import { matchesFilter } from "../model/topic-filter.ts";
import type { RegistryDoor } from "./deps.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The right that a service must have to call this. */
    service?: { publish: string } | { subscribe: string };
    /** The service's id and key may be said as the parameter `api_key`, too. */
    isKeyParameter?: true;
  }
  interface FastifyRequest {
    /** Who has signed in is a service. */
    isService?: boolean;
  }
}

const BASIC = /^Basic +([A-Za-z0-9+/=]{1,400})$/i;

interface Said {
  serviceId: string;
  key: string;
}

function basicOf({ headers }: FastifyRequest): Said | undefined {
  const encoded = BASIC.exec(headers.authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const [serviceId = "", ...key] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { serviceId, key: key.join(":") };
}

/** `serviceId:key` in the body or the address; an id may have colons, a key has none. */
function parameterOf({ routeOptions, body, query }: FastifyRequest): Said | undefined {
  if (routeOptions.config.isKeyParameter === undefined) return undefined;
  const given = [body, query].map((fields) => (fields as { api_key?: unknown } | null)?.api_key);
  const text = given.find((each) => typeof each === "string");
  if (typeof text !== "string") return undefined;
  const at = text.lastIndexOf(":");
  return { serviceId: text.slice(0, Math.max(0, at)), key: text.slice(at + 1) };
}

/**
 * Lets a service in and answers whether the caller is one.
 * @throws TOKEN_REFUSED, ROLE_REFUSED, RATE_LIMITED
 */
export async function admitService(
  request: FastifyRequest,
  authenticate: RegistryDoor["authenticateService"],
): Promise<boolean> {
  const { service } = request.routeOptions.config;
  const said = basicOf(request) ?? parameterOf(request);
  if (service === undefined || said === undefined) return false;
  const { serviceId, key } = said;
  const identity = await authenticate(serviceId, key, request.ip);
  if (identity === undefined) {
    throw new GridwardenError(
      "TOKEN_REFUSED",
      request.routeOptions.config.isKeyParameter === undefined
        ? "no service has this id and key; send 'Authorization: Basic' with serviceId:key in base64"
        : "no service has this id and key; send api_key=serviceId:key",
    );
  }
  request.user = { username: Username.parse(identity.serviceId), roles: [] };
  request.isService = true;
  const [right, topic] =
    "publish" in service
      ? (["publish", service.publish] as const)
      : (["subscribe", service.subscribe] as const);
  if (identity[right].some((filter) => matchesFilter(filter, topic))) return true;
  throw new GridwardenError(
    "ROLE_REFUSED",
    `service '${serviceId}' may not ${right} to '${topic}'; register it with that topic`,
  );
}
