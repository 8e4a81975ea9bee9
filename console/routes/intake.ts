/** What other systems push: events of video analyses. */
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { VideoAnswer, VideoBody } from "../schemas/sources.ts";
import type { RouteDeps, Server } from "../server.ts";
import { sourceActorOf } from "../source-actor.ts";

export function addIntakeRoutes(server: Server, { deps: { sources } }: RouteDeps): void {
  server.route({
    method: "POST",
    url: "/api/v1/intake/video",
    config: { action: "intake.video", service: { publish: "intake/video" } },
    schema: {
      tags: ["intake"],
      summary: "What a video analysis sees: a report for review, once by its eventId",
      body: VideoBody,
      response: { 200: VideoAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const fate = await sources.takeVideo(request.body, sourceActorOf(request));
      if (fate.kind === "refused") return { fate: fate.kind, reason: fate.reason };
      return { fate: fate.kind, caseNo: fate.caseNo };
    },
  });
}
