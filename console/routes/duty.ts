/** Duty rosters of units, and the load of units and crews. */
import type { TimeZone } from "../../model/local-time.ts";
import { actorOf } from "../access.ts";
import type { UnitLoad } from "../deps.ts";
import { checkReach, limitOf } from "../roles.ts";
import { ERROR_ANSWERS, PageQuery } from "../schemas/common.ts";
import { RosterAnswer, RosterBody, UnitLoadPage, UnitParams } from "../schemas/duty.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";

export function addDutyRoutes(server: Server, { deps }: RouteDeps): void {
  const { duty, registry, zone } = deps;
  server.route({
    method: "GET",
    url: "/api/v1/units/:unitId/roster",
    config: { action: "rosters.read" },
    schema: {
      tags: ["people"],
      summary: "The duty roster of a unit, who is on duty now, and where it has gaps",
      params: UnitParams,
      response: { 200: RosterAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { unitId } = request.params;
      checkReach(actorOf(request), "rosters.read", rosterOf(unitId), registry);
      return duty.roster(unitId);
    },
  });
  server.route({
    method: "PUT",
    url: "/api/v1/units/:unitId/roster",
    config: { action: "rosters.write" },
    schema: {
      tags: ["people"],
      summary: "Put a unit's duty roster in the place of its former one",
      params: UnitParams,
      body: RosterBody,
      response: { 200: RosterAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { unitId } = request.params;
      checkReach(actorOf(request), "rosters.write", rosterOf(unitId), registry);
      return await duty.putRoster(unitId, request.body);
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/units/load",
    config: { action: "load.read" },
    schema: {
      tags: ["people"],
      summary: "What units and their crews have in hand; a unit sees itself and what is below it",
      querystring: PageQuery,
      response: { 200: UnitLoadPage, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const limit = limitOf(actorOf(request), "load.read", registry);
      const unitIds = limit && [...limit];
      return showPage(await duty.load({ ...request.query, unitIds }), (load) => show(load, zone));
    },
  });
}

const rosterOf = (unitId: string) => ({
  called: `the roster of unit '${unitId}'`,
  unitIds: [unitId],
});

function show(load: UnitLoad, zone: TimeZone) {
  const waiting = (at: number | undefined) =>
    at === undefined ? {} : { oldestWaitingAt: zone.iso(at) };
  const { oldestWaitingAt, crews, ...unit } = load;
  return {
    ...unit,
    ...waiting(oldestWaitingAt),
    crews: crews.map(({ oldestWaitingAt: oldest, position, ...crew }) => ({
      ...crew,
      ...waiting(oldest),
      ...(position && { position: { ...position, at: zone.iso(position.at) } }),
    })),
  };
}
