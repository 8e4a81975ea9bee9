/** Notices: what the signed-in person must know or do, and that somebody takes care of it. */
import { actorOf } from "../access.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { NoticeAnswer, NoticePage, NoticeParams, NoticeQuery } from "../schemas/notices.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showNotice, showPage } from "../show.ts";

export function addNoticeRoutes(server: Server, { deps: { notices, zone } }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/notices",
    config: { action: "notices.read" },
    schema: {
      tags: ["cases"],
      summary: "Notices to you, newest first: a case without a crew, a check that is wanted",
      querystring: NoticeQuery,
      response: { 200: NoticePage, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showPage(await notices.list(request.query, actorOf(request)), (notice) =>
        showNotice(notice, zone),
      ),
  });
  server.route({
    method: "POST",
    url: "/api/v1/notices/:noticeId/acknowledge",
    config: { action: "notices.acknowledge" },
    schema: {
      tags: ["cases"],
      summary: "You have seen it and take care",
      params: NoticeParams,
      response: { 200: NoticeAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) =>
      showNotice(await notices.acknowledge(request.params.noticeId, actorOf(request)), zone),
  });
}
