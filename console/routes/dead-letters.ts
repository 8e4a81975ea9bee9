/** Uplinks and values that could not be read, with their reasons. */
import { DeadLetterPage } from "../schemas/alarms.ts";
import { ERROR_ANSWERS, PageQuery } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showDeadLetter, showPage } from "../show.ts";

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
}
