/** The figures by which alarm systems are compared, and the load of orders as it is now. */
import type { AlarmPerformance, OrderLoad } from "../../model/alarm-performance.ts";
import { DAY_MS, type Instant } from "../../model/clock.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { actorOf } from "../access.ts";
import { limitOf } from "../roles.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { PerformanceAnswer, PerformanceQuery } from "../schemas/performance.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addPerformanceRoutes(
  server: Server,
  { deps: { performance, registry, clock, zone } }: RouteDeps,
): void {
  server.route({
    method: "GET",
    url: "/api/v1/alarms/performance",
    config: { action: "alarms.read" },
    schema: {
      tags: ["alarms"],
      summary: "How much of a burden alarms are to people, against EEMUA 191 and ISA-18.2",
      querystring: PerformanceQuery,
      response: { 200: PerformanceAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { to = clock.now(), from = to - DAY_MS } = request.query;
      checkSpan(from, to, zone);
      const [figures, load] = await Promise.all([
        performance.alarms({ from, to }),
        performance.load(),
      ]);
      const limit = limitOf(actorOf(request), "load.read", registry);
      const isShown = ({ crewId }: OrderLoad): boolean => {
        if (crewId === undefined || limit === undefined) return true;
        const unitId = registry.crews.get(crewId)?.unitId;
        return unitId !== undefined && limit.has(unitId);
      };
      return show(figures, load.filter(isShown), zone);
    },
  });
}

/** @throws REQUEST_INVALID */
function checkSpan(from: Instant, to: Instant, zone: TimeZone): void {
  const earliest = to - LIMITS.performanceDaysMax * DAY_MS;
  if (from < to && from >= earliest) return;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'from': got '${zone.iso(from)}', wanted a time before 'to' (${zone.iso(to)}) and at most ${LIMITS.performanceDaysMax} days before it, '${zone.iso(earliest)}' at the earliest`,
  );
}

function show(
  { from, to, peakPer10Min, staleAlarms, ...figures }: AlarmPerformance,
  load: readonly OrderLoad[],
  zone: TimeZone,
): PerformanceAnswer {
  const { at, ...peak } = peakPer10Min;
  return {
    ...figures,
    from: zone.iso(from),
    to: zone.iso(to),
    peakPer10Min: { ...peak, ...(at === undefined ? {} : { at: zone.iso(at) }) },
    staleAlarms: staleAlarms.map(({ raisedAt, ...alarm }) => ({
      ...alarm,
      raisedAt: zone.iso(raisedAt),
    })),
    load: load.map(({ since, ...of }) => ({
      ...of,
      ...(since === undefined ? {} : { since: zone.iso(since) }),
    })),
  };
}
