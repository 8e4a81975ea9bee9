/** The live stream over Server-Sent Events, for as long as its caller's session holds. */
import { z } from "zod";
import { GridwardenError } from "../../model/errors.ts";
import { AssetId } from "../../model/ids.ts";
import { actorOf, tokenOf } from "../access.ts";
import { mayReadNotice } from "../notice-readers.ts";
import { ErrorAnswer, QueryBoolean } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";

const StreamQuery = z.strictObject({
  assetId: AssetId.optional().describe("readings of this asset alone"),
  readings: QueryBoolean.optional().describe("`false`: none of them, as a phone wants it"),
});

export function addStreamRoutes(server: Server, { deps: { registry }, hub }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/stream",
    config: { action: "stream.read" },
    schema: {
      tags: ["platform"],
      summary:
        "Events `reading` (sampled), `alarm`, `case`, `notice` as they happen (text/event-stream)",
      produces: ["text/event-stream"],
      querystring: StreamQuery,
      response: { "4xx": ErrorAnswer, "5xx": ErrorAnswer },
    },
    handler: async (request, reply) => {
      const { assetId, readings } = request.query;
      if (assetId !== undefined && registry.asset(assetId) === undefined) {
        throw new GridwardenError("ASSET_NOT_FOUND", `no asset has the id '${assetId}'`);
      }
      hub.checkRoom();
      const token = tokenOf(request);
      const actor = actorOf(request);
      const headers = reply.getHeaders() as Record<string, string>;
      reply.hijack();
      reply.raw.writeHead(200, {
        ...headers,
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      hub.add({
        response: reply.raw,
        reads: (notice) => mayReadNotice(actor, notice, registry),
        assetId,
        hasReadings: readings !== false,
        isWelcome: async () => (await registry.userOfToken(token)) !== undefined,
      });
    },
  });
}
