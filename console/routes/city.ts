/** The city's figures of now, in one small answer. */

import { CityFiguresAnswer } from "../schemas/city.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addCityRoutes(server: Server, { deps }: RouteDeps): void {
  server.route({
    method: "GET",
    url: "/api/v1/city/figures",
    config: { action: "readings.read" },
    schema: {
      tags: ["readings"],
      summary: "Lamps that burn of those that should, and plants' outlets within their limits",
      response: { 200: CityFiguresAnswer, ...ERROR_ANSWERS },
    },
    handler: async () => {
      const { at, ...figures } = await deps.cityFigures();
      return { at: deps.zone.iso(at), ...figures };
    },
  });
}
