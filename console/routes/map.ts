/** The map's own call: every asset in one small answer; and the classes alone, for pages without a map. */
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { ClassesAnswer, MapAnswer } from "../schemas/map.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addMapRoutes(server: Server, { deps }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/map",
    config: { action: "registry.read" },
    schema: {
      tags: ["assets"],
      summary: "Classes, grids and the place of every asset, for a map",
      response: { 200: MapAnswer, ...ERROR_ANSWERS },
    },
    // Some 58,000 places are not checked one by one on their way out.
    serializerCompiler: () => (answer) => JSON.stringify(answer),
    handler: async () => deps.map(),
  });
  server.route({
    method: "GET",
    url: "/api/v1/classes",
    config: { action: "registry.read" },
    schema: {
      tags: ["assets"],
      summary: "Classes with their measurements and conditions, as the map names them",
      response: { 200: ClassesAnswer, ...ERROR_ANSWERS },
    },
    handler: async () => ({ classes: deps.classes() }),
  });
}
