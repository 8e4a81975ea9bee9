/** Duty rosters of units, and the load of units and crews. */
import { withTimes } from "../../model/case-view.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { actorOf } from "../access.ts";
import type { UnitLoad } from "../deps.ts";
import { checkReach, limitOf } from "../roles.ts";
import { ERROR_ANSWERS, PageQuery } from "../schemas/common.ts";
import {
  AttendanceList,
  AttendanceQuery,
  RosterAnswer,
  RosterBody,
  ShiftAnswer,
  ShiftBody,
  ShiftParams,
  UnitLoadPage,
  UnitParams,
} from "../schemas/duty.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";

export function addDutyRoutes(server: Server, given: RouteDeps): void {
  const { deps } = given;
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
  addShiftRoutes(server, given);
}

function addShiftRoutes(server: Server, { deps: { duty, registry, zone } }: RouteDeps): void {
  server.route({
    method: "POST",
    url: "/api/v1/crews/:crewId/shift",
    config: { action: "shifts.write" },
    schema: {
      tags: ["people"],
      summary: "Sign a crew on to its shift, or off",
      params: ShiftParams,
      body: ShiftBody,
      response: { 200: ShiftAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { crewId } = request.params;
      const actor = actorOf(request);
      const what = { called: `crew '${crewId}'`, unitIds: [duty.unitOfCrew(crewId)] };
      checkReach(actor, "shifts.write", what, registry);
      const { at, ...mark } = await duty.shift({ crewId, ...request.body }, actor.username);
      return { ...mark, at: zone.iso(at) };
    },
  });
  server.route({
    method: "GET",
    url: "/api/v1/duty/attendance",
    config: { action: "attendance.read" },
    schema: {
      tags: ["people"],
      summary: "The planned turns of a unit against when its crews signed on and off",
      querystring: AttendanceQuery,
      response: { 200: AttendanceList, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { unitId, ...span } = request.query;
      checkReach(actorOf(request), "attendance.read", rosterOf(unitId), registry);
      const items = await duty.attendance(unitId, span);
      const times = ["from", "to", "signedOnAt", "signedOffAt"] as const;
      return { items: items.map((item) => withTimes(item, times, zone)) };
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
