/** Uplinks and values that could not be read, with their reasons, and who is not known. */
import { pageOfList } from "../list-page.ts";
import { DeadLetterPage, KnockPage } from "../schemas/alarms.ts";
import { ERROR_ANSWERS, PageQuery } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showDeadLetter, showKnock, showPage } from "../show.ts";

export function addDeadLetterRoutes(server: Server, { deps }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/dead-letters",
    config: { action: "dead-letters.read" },
    schema: {
      tags: ["readings"],
      summary: "List what could not be read, newest first",
      querystring: PageQuery,
      response: { 200: DeadLetterPage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await deps.deadLetters.list(request.query), (letter) =>
        showDeadLetter(letter, deps.zone),
      ),
  });
  server.route({
    method: "GET",
    url: "/api/v1/knocking",
    config: { action: "dead-letters.read" },
    schema: {
      tags: ["readings"],
      summary: "List unknown devices that tried to be heard, newest first",
      querystring: PageQuery,
      response: { 200: KnockPage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(pageOfList(deps.knocking(), request.query), (knock) => showKnock(knock, deps.zone)),
  });
}
