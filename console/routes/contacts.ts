/**
 * How people are reached: of oneself by everybody, of others by who leads them. Numbers and addresses
 * are shown to nobody else.
 */
import type { FastifyRequest } from "fastify";
import type { HolderKind } from "../../model/contact.ts";
import { actorOf } from "../access.ts";
import { checkReach } from "../roles.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { ContactParams, ContactsBody } from "../schemas/reaching.ts";
import type { RouteDeps, Server } from "../server.ts";

const WHOSE = [
  ["user", "/api/v1/users/:username/contacts", "a user"],
  ["crew", "/api/v1/crews/:crewId/contacts", "a crew, whoever carries its telephone"],
  ["unit", "/api/v1/units/:unitId/contacts", "a unit's group, which reads along"],
] as const;

export function addContactRoutes(server: Server, { deps }: RouteDeps): void {
  const { reaching, registry } = deps;
  const { contacts } = reaching;

  function check(
    request: FastifyRequest,
    action: "contacts.read" | "contacts.write",
    kind: HolderKind,
    id: string,
  ): void {
    const what = {
      called: `the contacts of ${kind} '${id}'`,
      unitIds: [contacts.unitOf(kind, id)],
    };
    checkReach(actorOf(request), action, what, registry);
  }

  for (const [kind, url, whose] of WHOSE) {
    const common = { tags: ["people"], params: ContactParams[kind] };
    const idOf = (params: object): string => String(Object.values(params)[0]);
    server.route({
      method: "GET",
      url,
      config: { action: "contacts.read" },
      schema: {
        ...common,
        summary: `How ${whose} is reached`,
        response: { 200: ContactsBody, ...ERROR_ANSWERS },
      },
      handler: async (request) => {
        const id = idOf(request.params);
        check(request, "contacts.read", kind, id);
        return contacts.get(kind, id);
      },
    });
    server.route({
      method: "PUT",
      url,
      config: { action: "contacts.write" },
      schema: {
        ...common,
        summary: `Put how ${whose} is reached; without points nobody is any more`,
        body: ContactsBody,
        response: { 200: ContactsBody, ...ERROR_ANSWERS },
      },
      handler: async (request) => {
        const id = idOf(request.params);
        check(request, "contacts.write", kind, id);
        return await contacts.put(kind, id, request.body);
      },
    });
  }
  server.route({
    method: "GET",
    url: "/api/v1/me/contacts",
    config: { action: "contacts.own" },
    schema: {
      tags: ["people"],
      summary: "How one is reached oneself",
      response: { 200: ContactsBody, ...ERROR_ANSWERS },
    },
    handler: async (request) => contacts.get("user", actorOf(request).username),
  });
  server.route({
    method: "PUT",
    url: "/api/v1/me/contacts",
    config: { action: "contacts.own", subject: "contacts" },
    schema: {
      tags: ["people"],
      summary: "Put how one is reached oneself",
      body: ContactsBody,
      response: { 200: ContactsBody, ...ERROR_ANSWERS },
    },
    handler: async (request) => await contacts.put("user", actorOf(request).username, request.body),
  });
}
